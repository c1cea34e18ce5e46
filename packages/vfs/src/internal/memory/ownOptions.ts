/** Copies options, since the caller may change its own before a layer is built. */
import type { Limits } from "../../MemoryLimits.js"
import type { Options as ProcessOptions, Process } from "../../MemoryProcesses.js"
import type { Protected, User } from "../../MemoryTree.js"

/** @internal */
export const ownUser = (user: User): User => ({ ...user, groups: user.groups?.slice() })

/** @internal */
export interface Options {
  readonly faults?: ReadonlyArray<unknown> | undefined
  readonly limits?: Limits | undefined
  readonly protected?: Protected | undefined
  readonly user?: User | undefined
}

/** @internal */
export const ownOptions = <O extends Options>(options: O): O => ({
  ...options,
  faults: options.faults?.slice(),
  limits: options.limits && { ...options.limits },
  protected: options.protected && { ...options.protected },
  user: options.user && ownUser(options.user)
})

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
