/** Reads what the runtimes have recorded about a container: its name, pod, root, and first process. */
import { entriesIn } from "../users.js"
import { type Claim, isId, type Runtime, validName } from "./cgroup.js"
import { type Facts, facts, first, initIn, validInit, validPath } from "./facts.js"
import { at, Files } from "./files.js"
import { Listings, MOST_NAMES, MOST_PARTS, type Source } from "./listings.js"
import { lxc, machine } from "./machines.js"
import { type Place, placeOfUser, system } from "./places.js"
import { bundle, type Started, started, state } from "./states.js"

export interface Record extends Facts {
  /** Whether access was denied to a file that could have contained more. */
  readonly refused: boolean
  /**
   * Whether the records know the container, although the creator of the cgroup cannot have caused that. Then it is a
   * container of somebody else, unless they show that the runtime started the process.
   */
  readonly needsProof: boolean
}

const annotation = (config: unknown, name: string): string | undefined => validName(at(config, "annotations", name))

/** The runtime that uses a namespace of containerd. docker with `--userns-remap` adds its user and group. */
const ownerOf = (namespace: string): Runtime | undefined =>
  /^moby(?:-\d+\.\d+)?$/.test(namespace) ? "docker" : namespace === "k8s.io" ? "containerd" : undefined

/** The directories of containerd that have one directory per container, and the namespaces that they belong to. */
const taskDirectories = async (files: Files, { containerd }: Place, listings: Listings) => {
  const found = await Promise.all(containerd.map(async (state) => {
    const tasks = `${state}/io.containerd.runtime.v2.task`
    const namespaces = (await listings.names(files, tasks)).slice(0, MOST_PARTS)
    return namespaces.map((namespace) => ({ namespace, directory: `${tasks}/${namespace}` }))
  }))
  return found.flat()
}

const dockerRecord = async (files: Files, path: string): Promise<Facts | undefined> => {
  const config = await files.json(path)
  const name = at(config, "Name")
  return config === undefined ? undefined : facts({
    runtime: "docker",
    name: typeof name === "string" ? validName(name.replace(/^\//, "")) : undefined,
    init: validInit(at(config, "State", "Pid"))
  })
}

/**
 * docker mounts a file of the container there. It is in the directory of the container, even if `dockerd` was started
 * with another `--data-root`, or with `--userns-remap`, for which it uses a subdirectory.
 */
const dockerFile = (config: unknown, id: string): string | undefined => {
  const mounts = at(config, "mounts")
  const mount = Array.isArray(mounts)
    ? mounts.find((one: unknown) => at(one, "destination") === "/etc/hostname")
    : undefined
  const source = validPath(at(mount, "source"))
  const end = `/containers/${id}/hostname`
  return source?.endsWith(end) === true ? `${source.slice(0, -"hostname".length)}config.v2.json` : undefined
}

const containerd: Source = async (files, id, place, listings) =>
  first(await taskDirectories(files, place, listings), async ({ directory, namespace }) => {
    if (!await listings.mayHave(files, directory, id)) return undefined
    const bundle = `${directory}/${id}`
    const config = await files.json(`${bundle}/config.json`)
    if (config === undefined) return undefined
    const root = at(config, "root", "path")
    const runtime = ownerOf(namespace)
    const file = runtime === "docker" && place === system ? dockerFile(config, id) : undefined
    const known = facts({
      runtime,
      name: annotation(config, "io.kubernetes.cri.container-name"),
      pod: annotation(config, "io.kubernetes.cri.sandbox-name"),
      namespace: annotation(config, "io.kubernetes.cri.sandbox-namespace"),
      imageRoot: await files.root(validPath(root === "rootfs" ? `${bundle}/rootfs` : root)),
      init: initIn(await files.text(`${bundle}/init.pid`))
    })
    return file === undefined ? known : { ...await dockerRecord(files, file), ...known }
  })

/** The directories of containers/storage, one per driver. podman and cri-o share them. */
const storages = async (files: Files, { data, run }: Place, listings: Listings): Promise<ReadonlyArray<string>> => {
  const found = await Promise.all([`${data}/containers/storage`, `${run}/containers/storage`].map(async (storage) => {
    const names = await listings.names(files, storage)
    return names.filter((name) => name.endsWith("-containers")).slice(0, MOST_PARTS).map((name) => `${storage}/${name}`)
  }))
  return found.flat()
}

const crio: Source = async (files, id, place, listings) =>
  first(await storages(files, place, listings), async (storage) => {
    if (!await listings.mayHave(files, storage, id)) return undefined
    const config = await files.json(`${storage}/${id}/userdata/config.json`)
    const pod = annotation(config, "io.kubernetes.pod.name")
    return pod === undefined ? undefined : facts({
      name: annotation(config, "io.kubernetes.container.name"),
      pod,
      namespace: annotation(config, "io.kubernetes.pod.namespace"),
      imageRoot: await files.root(validPath(at(config, "root", "path")))
    })
  })

const LOG = /^([^_]+)_([^_]+)_([^_]+)-([0-9a-f]{64})\.log$/

const kubelet: Source = async (files, id, place, listings) => {
  if (place !== system) return {}
  const logs = await listings.once(files, "logs", async (own) => {
    const names = await own.names("/var/log/containers")
    return new Map(names.flatMap((text) => {
      const [, pod, namespace, name, id] = LOG.exec(text) ?? []
      if (id === undefined) return []
      return [[id, facts({ name: validName(name), pod: validName(pod), namespace: validName(namespace) })]]
    }))
  })
  return logs.get(id) ?? {}
}

/** The directories of docker that have one directory per container. */
const dockerDirectories = (files: Files, { dockerData, dockerSettings }: Place, listings: Listings) =>
  listings.once(files, `docker ${dockerData[0]}`, async (own) => {
    const settings = await Promise.all(dockerSettings.map((path) => own.json(path)))
    const chosen = settings.flatMap((value) => validPath(at(value, "data-root")) ?? [])
    return [...dockerData, ...chosen].map((data) => `${data}/containers`)
  })

const docker: Source = async (files, id, place, listings) =>
  first(await dockerDirectories(files, place, listings), async (containers) => {
    if (!await listings.mayHave(files, containers, id)) return undefined
    return dockerRecord(files, `${containers}/${id}/config.v2.json`)
  })

/**
 * Where containers/storage has the files of a layer. They are below its data, even if the list of the containers is
 * not.
 */
const layerRoot = (storage: string, list: string, layer: unknown): string | undefined => {
  const [, driver] = /\/(overlay|vfs)-containers\/[^/]+$/.exec(list) ?? []
  if (driver === undefined || typeof layer !== "string" || !isId(layer)) return undefined
  return driver === "vfs" ? `${storage}/vfs/dir/${layer}` : `${storage}/overlay/${layer}/merged`
}

/** The bundle of a container in containers/storage: the directory with the list, and the storage itself. */
const BUNDLE = /^((\/.+)\/[a-z]+-containers)\/[0-9a-f]{64}\/userdata$/

/** Reads what podman has recorded in these directories, each of which has a list of the containers of one driver. */
const podmanIn = (
  files: Files,
  id: string,
  storage: string,
  directories: ReadonlyArray<string>,
  listings: Listings
): Promise<Facts> => {
  const lists = directories.flatMap((directory) => [
    `${directory}/containers.json`,
    // This file lists the containers that are removed when they end.
    `${directory}/volatile-containers.json`
  ])
  return first(lists, async (list) => {
    const entries = await listings.once(files, list, async (own) => {
      const value = await own.json(list)
      return new Map(Array.isArray(value) ? value.map((entry: unknown) => [at(entry, "id"), entry]) : [])
    })
    const entry = entries.get(id)
    const name = validName(at(entry, "names", "0"))
    const imageRoot = await files.root(layerRoot(storage, list, at(entry, "layer")))
    return name === undefined ? undefined : facts({ runtime: "podman", name, imageRoot })
  })
}

const podman: Source = async (files, id, place, listings) => {
  const directories = await storages(files, place, listings)
  const usual = await podmanIn(files, id, `${place.data}/containers/storage`, directories, listings)
  if (usual.name !== undefined || place !== system) return usual
  // The settings of podman or its command line can choose another directory (graphroot). The bundle is in it.
  const [, directory, storage] = BUNDLE.exec(await bundle(files, id, place, listings) ?? "") ?? []
  return directory === undefined || storage === undefined ? {} : podmanIn(files, id, storage, [directory], listings)
}

/** The directories in which nerdctl has one file per name: `<hash>/names/<namespace>`. */
const nameDirectories = async (files: Files, base: string): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const hash of (await files.names(base)).slice(0, MOST_PARTS)) {
    const names = `${base}/${hash}/names`
    const namespaces = (await files.names(names)).slice(0, MOST_PARTS)
    found.push(...namespaces.map((namespace) => `${names}/${namespace}`))
  }
  return found.slice(0, MOST_PARTS)
}

const nerdctl: Source = async (files, id, { data }, listings) => {
  const base = `${data}/nerdctl`
  const names = await listings.once(files, `ids ${base}`, async (own) => {
    const found = new Map<string, string>()
    for (const directory of await nameDirectories(own, base)) {
      for (const name of (await own.names(directory)).slice(0, MOST_NAMES)) {
        const text = validName(name) === undefined ? undefined : (await own.text(`${directory}/${name}`))?.trim()
        if (text !== undefined && isId(text)) found.set(text, name)
      }
    }
    return found
  })
  return facts({ name: names.get(id) })
}

/**
 * For each fact, the first source that knows it is used. The state of runc comes first, since it contains the start
 * time.
 */
const sources: ReadonlyArray<Source> = [state, containerd, crio, kubelet, docker, podman, nerdctl]

const users = async (files: Files) => entriesIn(await files.text("/etc/passwd") ?? "")

/** The records of the machine whose files are below `root`. */
export class Records {
  readonly #files: Files
  readonly #listings: Listings

  constructor(root: string) {
    this.#files = new Files(root)
    this.#listings = new Listings(this.#files)
  }

  /** Finds what is known about the container that a cgroup names. */
  async find(claim: Claim): Promise<Record> {
    const files = this.#files.fresh()
    const ofSystem = await this.#facts(files, claim, system)
    const place = await this.#placeOfUser(files, claim)
    const ofUser = place === undefined ? {} : await this.#facts(files, claim, place)
    const others = { container: { ...ofUser, ...ofSystem }, user: ofSystem, system: {} }[claim.creator ?? "system"]
    return { ...ofUser, ...ofSystem, refused: files.refused, needsProof: Object.keys(others).length > 0 }
  }

  /** The name of the user, if it can be shown. */
  async user(uid: number): Promise<string | undefined> {
    return (await this.#users(this.#files)).get(uid)?.name
  }

  /** The containers that runc and crun have started for the system, without those whose ids are known already. */
  started(known: ReadonlySet<string | undefined>): Promise<ReadonlyArray<Started>> {
    const factsOf = (id: string) => this.#facts(this.#files, { runtime: "unknown", id }, system)
    return started(this.#files, this.#listings, known, factsOf)
  }

  #users(files: Files) {
    return this.#listings.once(files, "users", users)
  }

  async #facts(files: Files, claim: Claim, place: Place): Promise<Facts> {
    if (claim.runtime === "lxc" || claim.runtime === "systemd-nspawn") {
      return place === system ? this.#named(files, claim) : {}
    }
    const id = claim.id ?? (claim.runtime === "runc" ? claim.name : undefined)
    if (id === undefined) return {}
    // All groups of a container name it, and it can have thousands.
    return this.#listings.once(files, `facts ${place.run} ${id}`, async (own) => {
      let found: Facts = {}
      for (const source of isId(id) ? sources : [state]) {
        found = { ...await source(own, id, place, this.#listings), ...found }
      }
      return found
    })
  }

  async #named(files: Files, claim: Claim): Promise<Facts> {
    if (claim.runtime === "systemd-nspawn") return machine(files, claim)
    // A user and a container can have one with the same name as the system.
    return claim.creator === undefined ? lxc(files, claim) : {}
  }

  /**
   * The files of a user are only read for what the service manager of that user runs, so that users can name only their
   * own containers.
   */
  async #placeOfUser(files: Files, { userId }: Claim): Promise<Place | undefined> {
    const home = userId === undefined ? undefined : validPath((await this.#users(files)).get(userId)?.home)
    return userId === undefined || home === undefined ? undefined : placeOfUser(userId, home)
  }
}
