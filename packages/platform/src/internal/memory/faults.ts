/** Faults as data: which of them an operation meets. They are decided before it begins. */
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
export interface ArmedFault {
  readonly fault: Fault
  /** Where it strikes, spelled as a walk spells places. */
  readonly path: string | undefined
  struck: number
}

const spelled = (path: string): string => `/${path.split("/").filter((name) => name !== "").join("/")}`

/** @internal */
export const arm = (faults: ReadonlyArray<Fault>): ReadonlyArray<ArmedFault> =>
  faults.map((fault) => ({ fault, path: fault.path === undefined ? undefined : spelled(fault.path), struck: 0 }))

/** @internal */
export interface Strike {
  readonly delay: Duration.Duration
  readonly failing: ArmedFault | undefined
}

const policies = {
  follow: Policy.make({ missing: "tail", maxSymlinks: MAXSYMLINKS }),
  keep: Policy.make({ missing: "tail", maxSymlinks: MAXSYMLINKS, lastComponent: "keep" })
}

const usesByMethod: ReadonlyMap<string, ReadonlyArray<PathUse>> = new Map(Object.entries(pathUses))

/** What is done to a name is done to a last link itself. */
const policyOf = (use: PathUse | undefined): Policy.Policy =>
  policies[use === "keep" || use === "slot" ? "keep" : "follow"]

/** The places that an operation looks at, and those where it ends. */
/** @internal */
export interface Touched {
  readonly passed: Set<string>
  readonly ends: Set<string>
}

/** @internal */
export const touch = ({ lookup, root }: Memory, method: string, paths: ReadonlyArray<string>): Touched => {
  const touched: Touched = { passed: new Set(), ends: new Set() }
  const uses = usesByMethod.get(method)
  for (const [i, path] of paths.entries()) {
    const outcome = Walk.run<Node>(root, path, (asked) => {
      if (asked.name !== ".") touched.passed.add(ComponentStack.toPath(asked.directory, [asked.name]))
      return lookup(asked)
    }, policyOf(uses?.[i]))
    if (outcome._tag === "Resolved") touched.ends.add(Walk.toPath(outcome))
  }
  for (const end of touched.ends) touched.passed.add(end)
  return touched
}

/**
 * A fault with a method strikes where an operation of that name ends; one without strikes whatever passes.
 *
 * @internal
 */
export const strike = (faults: ReadonlyArray<ArmedFault>, method: string, { ends, passed }: Touched): Strike => {
  let delay = Duration.zero
  let failing: ArmedFault | undefined
  for (const armed of faults) {
    const { fault, path } = armed
    if (fault.method !== undefined && fault.method !== method) continue
    if (path !== undefined && !(fault.method === undefined ? passed : ends).has(path)) continue
    armed.struck++
    if (fault.nth !== undefined && fault.nth !== armed.struck) continue
    if (fault.delay !== undefined) delay = Duration.sum(delay, fault.delay)
    if (fault.code !== undefined) failing ??= armed
  }
  return { delay, failing }
}
