/** Reads what the runtimes have recorded about a container: its name, pod, root, and first process. */
import { type Claim, isId, type Runtime, validName } from "./cgroup.js"
import { type Facts, facts, first, initIn, validInit, validPath } from "./facts.js"
import { at, Files, MOST_ENTRIES } from "./files.js"
import { lxc, machine } from "./machines.js"
import { type Place, placeOfUser, system } from "./places.js"

export interface Record extends Facts {
  /** Whether access was denied to a file that could have contained more. */
  readonly refused: boolean
  /**
   * Whether the records know the container, although the creator of the cgroup cannot have caused that. Then it is a
   * container of somebody else, unless they show that the runtime started the process.
   */
  readonly needsProof: boolean
}

/** Reads what one program has recorded about a container with this id. */
type Source = (files: Files, id: string, place: Place, listings: Listings) => Promise<Facts>

/**
 * How many directories and names are read at most. Runtimes have only a few of them, and a user who makes more must not
 * slow this down.
 */
const [MOST_PARTS, MOST_NAMES] = [64, 1000]

/** Reads files once for all containers, and keeps the results. */
class Listings {
  readonly #files: Files
  readonly #known = new Map<string, Promise<{ readonly value: unknown; readonly refused: boolean }>>()

  constructor(files: Files) {
    this.#files = files
  }

  /** `key` identifies what `read` reads: the same key gives the same result. */
  async once<A>(files: Files, key: string, read: (files: Files) => Promise<A>): Promise<A> {
    const reading = async () => {
      const own = this.#files.fresh()
      const value = await read(own)
      return { value, refused: own.refused }
    }
    const known = this.#known.get(key) ?? reading()
    this.#known.set(key, known)
    const { refused, value } = await known
    files.refused ||= refused
    // The value has this type, because the same key means the same `read`.
    return value as A
  }

  names(files: Files, path: string): Promise<ReadonlyArray<string>> {
    return this.once(files, `names ${path}`, (own) => own.names(path))
  }

  /**
   * Whether it is worth looking for `name` in the directory. Anyone can invent any number of ids, and this way an
   * unknown id costs no system call. A name can still be looked up in a directory that cannot be listed.
   */
  async mayHave(files: Files, path: string, name: string): Promise<boolean> {
    const { listed, names } = await this.once(files, `set ${path}`, async (own) => {
      const found = await own.names(path)
      return { names: new Set(found), listed: !own.refused && found.length < MOST_ENTRIES }
    })
    return !listed || names.has(name)
  }
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
      imageRoot: validPath(root === "rootfs" ? `${bundle}/rootfs` : root),
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
      imageRoot: validPath(at(config, "root", "path"))
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
const layerRoot = ({ data }: Place, list: string, layer: unknown): string | undefined => {
  const [, driver] = /\/(overlay|vfs)-containers\/[^/]+$/.exec(list) ?? []
  if (driver === undefined || typeof layer !== "string" || !isId(layer)) return undefined
  const storage = `${data}/containers/storage`
  return driver === "vfs" ? `${storage}/vfs/dir/${layer}` : `${storage}/overlay/${layer}/merged`
}

const podman: Source = async (files, id, place, listings) => {
  const lists = (await storages(files, place, listings)).flatMap((storage) => [
    `${storage}/containers.json`,
    // This file lists the containers that are removed when they end.
    `${storage}/volatile-containers.json`
  ])
  return first(lists, async (list) => {
    const entries = await listings.once(files, list, async (own) => {
      const value = await own.json(list)
      return new Map(Array.isArray(value) ? value.map((entry: unknown) => [at(entry, "id"), entry]) : [])
    })
    const entry = entries.get(id)
    const name = validName(at(entry, "names", "0"))
    const imageRoot = layerRoot(place, list, at(entry, "layer"))
    return name === undefined ? undefined : facts({ runtime: "podman", name, imageRoot })
  })
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

/** The directories in which runc and compatible runtimes have one directory per container. */
const stateDirectories = async (
  files: Files,
  { dockerState, run }: Place,
  listings: Listings
): Promise<ReadonlyArray<string>> => {
  const namespaces = (await listings.names(files, `${run}/containerd/runc`)).slice(0, MOST_PARTS)
  return [
    `${run}/runc`,
    ...dockerState.map((state) => `${state}/runtime-runc/moby`),
    ...namespaces.map((namespace) => `${run}/containerd/runc/${namespace}`),
    `${run}/crun`
  ]
}

/**
 * podman mounts the root of a container with a user namespace there, in a mount namespace of its own. On the host, it is
 * an empty directory, the same for all containers.
 */
const MOUNTED_ELSEWHERE = /\/intermediate-mountpoint-\d+\.\d+$/

const rootIn = (state: unknown): string | undefined => {
  const path = validPath(at(state, "config", "rootfs") ?? at(state, "rootfs"))
  return path === undefined || MOUNTED_ELSEWHERE.test(path) ? undefined : path
}

const stateOf = async (files: Files, path: string): Promise<Facts> => {
  const state = await files.json(path)
  return facts({
    imageRoot: rootIn(state),
    init: validInit(at(state, "init_process_pid"), at(state, "init_process_start")) ??
      validInit(at(state, "pid"), at(state, "process-start-time"))
  })
}

const state: Source = async (files, id, place, listings) =>
  first(await stateDirectories(files, place, listings), async (directory) => {
    if (!await listings.mayHave(files, directory, id)) return undefined
    return stateOf(files, `${directory}/${id}/${directory === `${place.run}/crun` ? "status" : "state.json"}`)
  })

/**
 * For each fact, the first source that knows it is used. The state of runc comes first, since it contains the start
 * time.
 */
const sources: ReadonlyArray<Source> = [state, containerd, crio, kubelet, docker, podman, nerdctl]

/** A container that has a state file of runc. */
export interface RuncContainer extends Facts {
  readonly id?: string
}

const users = async (files: Files): Promise<ReadonlyMap<number, { readonly user: string; readonly home: string }>> => {
  const text = await files.text("/etc/passwd")
  return new Map(
    (text ?? "").split("\n").flatMap((line) => {
      const [user = "", , uid = "", , , home = ""] = line.split(":")
      return /^\d+$/.test(uid) ? [[Number(uid), { user, home }] as const] : []
    })
  )
}

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
    return validName((await this.#users(this.#files)).get(uid)?.user)
  }

  /** The containers in the records of runc. Their cgroups usually do not name them without systemd. */
  async runc(): Promise<ReadonlyArray<RuncContainer>> {
    const names = await this.#listings.names(this.#files, "/run/runc")
    const found: Array<RuncContainer> = []
    for (const name of names) {
      const known = await stateOf(this.#files, `/run/runc/${name}/state.json`)
      found.push({ ...known, ...isId(name) ? { id: name } : facts({ name: validName(name) }) })
    }
    return found
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
