/** Reads the states of containers that runc and crun keep, for themselves and for the runtimes above them. */
import { isId, type Runtime, validName } from "./cgroup.js"
import { type Facts, facts, first, validInit, validPath } from "./facts.js"
import { at, type Files } from "./files.js"
import { type Listings, MOST_PARTS, type Source } from "./listings.js"
import { type Place, system } from "./places.js"

/** A directory that has one directory per container, with its state in a file. */
interface StateDirectory {
  readonly runtime: Runtime
  readonly path: string
  readonly file: "state.json" | "status"
}

const ownDirectories = (run: string) =>
  [
    { runtime: "runc", path: `${run}/runc`, file: "state.json" },
    { runtime: "crun", path: `${run}/crun`, file: "status" }
  ] as const

const stateDirectories = async (
  files: Files,
  { dockerState, run }: Place,
  listings: Listings
): Promise<ReadonlyArray<StateDirectory>> => {
  const below = async (runtime: Runtime, path: string): Promise<ReadonlyArray<StateDirectory>> => {
    const namespaces = (await listings.names(files, path)).slice(0, MOST_PARTS)
    return namespaces.map((namespace) => ({ runtime, path: `${path}/${namespace}`, file: "state.json" }))
  }
  const docker = await Promise.all(dockerState.map((state) => below("docker", `${state}/runtime-runc`)))
  return [...ownDirectories(run), ...docker.flat(), ...await below("containerd", `${run}/containerd/runc`)]
}

const LABEL = "bundle="

/** The directory with the settings of the container. runc has it in a label. */
const bundleIn = (state: unknown): string | undefined => {
  const labels = at(state, "config", "labels")
  const texts: ReadonlyArray<unknown> = Array.isArray(labels) ? labels : []
  const label = texts.find((text) => typeof text === "string" && text.startsWith(LABEL))
  return validPath(typeof label === "string" ? label.slice(LABEL.length) : at(state, "bundle"))
}

/** In the state of crun, the path can be relative to the bundle. */
const pathIn = (state: unknown): string | undefined => {
  const root = at(state, "config", "rootfs") ?? at(state, "rootfs")
  const bundle = bundleIn(state)
  const isRelative = typeof root === "string" && root !== "" && !root.startsWith("/")
  return validPath(isRelative && bundle !== undefined ? `${bundle}/${root}` : root)
}

/** The bundle of a container that runc or crun has started for podman, or without another runtime. */
export const bundle = async (files: Files, id: string, { run }: Place, listings: Listings) => {
  for (const { file, path } of ownDirectories(run)) {
    if (await listings.mayHave(files, path, id)) return bundleIn(await files.json(`${path}/${id}/${file}`))
  }
  return undefined
}

const stateIn = async (files: Files, { file, path }: StateDirectory, name: string): Promise<Facts> => {
  const state = await files.json(`${path}/${name}/${file}`)
  return facts({
    imageRoot: await files.root(pathIn(state)),
    init: validInit(at(state, "init_process_pid"), at(state, "init_process_start")) ??
      validInit(at(state, "pid"), at(state, "process-start-time"))
  })
}

export const state: Source = async (files, id, place, listings) =>
  first(
    await stateDirectories(files, place, listings),
    async (directory) => await listings.mayHave(files, directory.path, id) ? stateIn(files, directory, id) : undefined
  )

/** A container that runc or crun has started. */
export interface Started extends Facts {
  readonly runtime: Runtime
  readonly id?: string
}

/**
 * The containers of the system that have a state, without those whose ids are `known`. The cgroup of a container whose
 * user has chosen its name, as with `runc`, `crun` and `ctr`, often does not show what it is.
 */
export const started = async (
  files: Files,
  listings: Listings,
  known: ReadonlySet<string | undefined>,
  factsOf: (id: string) => Promise<Facts>
): Promise<ReadonlyArray<Started>> => {
  const found: Array<Started> = []
  for (const directory of await stateDirectories(files, system, listings)) {
    const { path, runtime } = directory
    for (const name of await listings.names(files, path)) {
      if (known.has(name)) continue
      found.push(
        isId(name)
          ? { runtime, ...await factsOf(name), id: name }
          : { runtime, ...await stateIn(files, directory, name), ...facts({ name: validName(name) }) }
      )
    }
  }
  return found
}
