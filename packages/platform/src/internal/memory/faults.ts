/** Faults as data, and which of them apply to an operation: that is decided before it begins. */
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as Duration from "effect/Duration"
import type { Fault } from "../../MemoryFileSystem.js"
import type { PathUse } from "../../RootFileSystem.js"
import { MAXSYMLINKS } from "@procfsroot/vfs/Limits"
import { pathUses } from "../pathUse.js"
import type { Memory, Node } from "@procfsroot/vfs/MemoryTree"

/** @internal */
export interface ActiveFault {
  readonly fault: Fault
  /** Its place, written as a walk writes places. */
  readonly path: string | undefined
  /** How many operations it has matched. */
  matches: number
}

const normalize = (path: string): string => `/${path.split("/").filter((name) => name !== "").join("/")}`

/** @internal */
export const activate = (faults: ReadonlyArray<Fault>): ReadonlyArray<ActiveFault> =>
  faults.map((fault) => ({ fault, path: fault.path === undefined ? undefined : normalize(fault.path), matches: 0 }))

/**
 * What faults do to one operation.
 *
 * @internal
 */
export interface Injection {
  readonly delay: Duration.Duration
  readonly failing: ActiveFault | undefined
}

const policies = {
  follow: Policy.make({ missing: "tail", maxSymlinks: MAXSYMLINKS }),
  keep: Policy.make({ missing: "tail", maxSymlinks: MAXSYMLINKS, lastComponent: "keep" })
}

const usesByMethod: ReadonlyMap<string, ReadonlyArray<PathUse>> = new Map(Object.entries(pathUses))

/** An operation on a name does not follow the link that has it. */
const policyOf = (use: PathUse | undefined): Policy.Policy =>
  policies[use === "keep" || use === "parent" ? "keep" : "follow"]

/**
 * The places that an operation looks at, and those of them that its paths resolve to.
 *
 * @internal
 */
export interface Visited {
  readonly all: Set<string>
  readonly targets: Set<string>
}

/** @internal */
export const visit = ({ lookup, root }: Memory, method: string, paths: ReadonlyArray<string>): Visited => {
  const visited: Visited = { all: new Set(), targets: new Set() }
  const uses = usesByMethod.get(method)
  for (const [i, path] of paths.entries()) {
    const outcome = Walk.run<Node>(root, path, (request) => {
      if (request.name !== ".") visited.all.add(ComponentStack.toPath(request.directory, [request.name]))
      return lookup(request)
    }, policyOf(uses?.[i]))
    if (outcome._tag === "Resolved") visited.targets.add(Walk.toPath(outcome))
  }
  for (const place of visited.targets) visited.all.add(place)
  return visited
}

/**
 * A fault with a method applies to operations of that name whose path resolves to the place; one without, to every
 * operation that looks at the place.
 *
 * @internal
 */
export const matchFaults = (
  faults: ReadonlyArray<ActiveFault>,
  method: string,
  { targets, all }: Visited
): Injection => {
  let delay = Duration.zero
  let failing: ActiveFault | undefined
  for (const active of faults) {
    const { fault, path } = active
    if (fault.method !== undefined && fault.method !== method) continue
    if (path !== undefined && !(fault.method === undefined ? all : targets).has(path)) continue
    active.matches++
    if (fault.nth !== undefined && fault.nth !== active.matches) continue
    if (fault.delay !== undefined) delay = Duration.sum(delay, fault.delay)
    if (fault.code !== undefined) failing ??= active
  }
  return { delay, failing }
}
