/** Copies options, since the caller may change its own before a layer is built. */
import type { Limits } from "../../MemoryLimits.js"
import type { Options as ProcessOptions, Process } from "../../MemoryProcesses.js"
import type { Protected, User } from "../../MemoryTree.js"
import type { PathPolicy } from "../../PathPolicy.js"
import { copy } from "../pathPolicy.js"

/**
 * Each of these copies has the inherited fields too, such as the getters of a class, and unknown fields, which are
 * refused later.
 *
 * @internal
 */
export const ownUser = (user: User): User => {
  const { gid, groups, uid, umask } = user
  return { ...user, gid, groups: groups?.slice(), uid, umask }
}

/** @internal */
export const ownLimits = (limits: Limits): Required<Limits> => {
  const { freeBytes, freeInodes, nameBytes, openFiles, pathBytes, readOnly } = limits
  return { ...limits, freeBytes, freeInodes, nameBytes, openFiles, pathBytes, readOnly }
}

const ownProtected = (settings: Protected): Required<Protected> => {
  const { fifos, hardlinks, regular, symlinks } = settings
  return { ...settings, fifos, hardlinks, regular, symlinks }
}

/** @internal */
export interface Options<Fault> extends PathPolicy {
  readonly crashes?: boolean | undefined
  readonly faults?: ReadonlyArray<Fault> | undefined
  readonly limits?: Limits | undefined
  readonly protected?: Protected | undefined
  readonly readOnly?: boolean | undefined
  readonly user?: User | undefined
}

/** @internal */
export const ownOptions = <Fault>(options: Options<Fault>): Required<Options<Fault>> => {
  const { crashes, faults, limits, protected: settings, readOnly, user } = options
  return {
    ...copy(options),
    crashes,
    faults: faults?.slice(),
    limits: limits && ownLimits(limits),
    protected: settings && ownProtected(settings),
    readOnly,
    user: user && ownUser(user)
  }
}

/** @internal */
export const ownProcess = <Delay>(process: Process<Delay>): Process<Delay> => ({
  ...process,
  ends: process.ends && { ...process.ends },
  user: process.user && ownUser(process.user)
})

/** @internal */
export const ownProcesses = <Delay>(
  { mountNamespaces, processes, user }: ProcessOptions<Delay>
): ProcessOptions<Delay> => ({
  mountNamespaces: { ...mountNamespaces },
  processes: processes.map(ownProcess),
  user: user && ownUser(user)
})
