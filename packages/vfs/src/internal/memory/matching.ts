/** Finds the faults that strike an operation or a step. */
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import type { Beginning } from "../../MemoryFaults.js"
import type { Memory } from "../../MemoryTree.js"
import type { PathUse } from "../../PathUse.js"
import { basedOn } from "../method.js"
import type { Policies } from "../pathPolicy.js"
import { usesByMethod } from "../pathUse.js"
import type { Rule } from "./rules.js"
import type { Step } from "./steps.js"

/**
 * The faults that apply to one operation or step.
 *
 * @internal
 */
export interface Match<Delay, Method extends string> {
  readonly delays: ReadonlyArray<Delay>
  readonly failing: Rule<Delay, Method> | undefined
  readonly most: number | undefined
}

const isFailing = ({ fault }: Rule<unknown, string>): boolean =>
  fault.code !== undefined || fault.hang === true || "defect" in fault

const none = { delays: [], failing: undefined, most: undefined }

/**
 * Combines the rules that strike. Those in `again` have struck the same operation before, and only make it fail again.
 *
 * @internal
 */
export const matchOf = <Delay, Method extends string>(
  first: ReadonlyArray<Rule<Delay, Method>>,
  again: ReadonlyArray<Rule<Delay, Method>>
): Match<Delay, Method> => {
  const failing = first.find(isFailing) ?? again.find(isFailing)
  const struck = first.filter((rule) =>
    rule === failing || rule.fault.delay !== undefined || rule.fault.short !== undefined
  )
  for (const rule of struck) rule.struck++
  const shorts = first.flatMap(({ fault }) => fault.short ?? [])
  return {
    delays: first.flatMap(({ fault }) => fault.delay === undefined ? [] : [fault.delay]),
    failing,
    most: shorts.length === 0 ? undefined : Math.min(...shorts)
  }
}

/**
 * The path in the whole tree of a path in a root, which is at `root`.
 *
 * @internal
 */
export const within = (root: string, path: string): string => root === "/" ? path : path === "/" ? root : root + path

/** An operation on a name does not follow a link with this name. */
const policyOf = ({ reach, reachFollowed }: Policies, use: PathUse | undefined): Policy =>
  use === "keep" || use === "parent" ? reach : reachFollowed

/** Returns the places in the whole tree that an operation acts on. */
const targetsOf = (
  { lookup, pathOf, place, root }: Memory,
  policies: Policies,
  { opened, operation, places }: Beginning
): ReadonlyArray<string> => {
  if (opened !== undefined) return [within(place, pathOf(opened))]
  const uses = usesByMethod.get(operation) ?? usesByMethod.get(basedOn(operation) ?? "")
  return places.flatMap((path, i) => {
    const outcome = Walk.run(root, path, lookup, policyOf(policies, uses?.[i]))
    return outcome._tag === "Resolved" ? [within(place, Walk.toPath(outcome))] : []
  })
}

/**
 * Finds the faults that strike before an operation. `policies` are those of the root.
 *
 * @internal
 */
export const matchOperation = <Delay, Method extends string>(
  rules: ReadonlyArray<Rule<Delay, Method>>,
  beginning: Beginning,
  memory: Memory,
  policies: Policies
): Match<Delay, Method> => {
  // No system call is made with a NUL in a text, so no fault applies.
  if (beginning.texts.some((text) => text.includes("\0"))) return none
  const matching = rules.filter((rule) => rule.isOfOperations && rule.isOf(beginning.operation))
  if (matching.length === 0) return none
  const targets = targetsOf(memory, policies, beginning)
  return matchOf(matching.filter((rule) => rule.isAt(targets) && rule.strikes()), [])
}

/**
 * An operation whose steps are matched.
 *
 * @internal
 */
export interface Stepping<Delay, Method extends string> {
  readonly method: string
  /** Whether each fault without a step strikes the operation. This is decided when the fault first matches it. */
  decided: Map<Rule<Delay, Method>, boolean> | undefined
}

/**
 * Finds the faults that strike a step, which may belong to no operation.
 *
 * @internal
 */
export const matchStep = <Delay, Method extends string>(
  rules: ReadonlyArray<Rule<Delay, Method>>,
  step: Step,
  places: ReadonlyArray<string>,
  operation: Stepping<Delay, Method> | undefined
): Match<Delay, Method> => {
  const [first, again]: [Array<Rule<Delay, Method>>, Array<Rule<Delay, Method>>] = [[], []]
  for (const rule of rules) {
    if (rule.isOfOperations || rule.steps?.includes(step) === false) continue
    if (!rule.isOf(operation?.method) || !rule.isAt(places)) continue
    // For a fault without a step, an operation counts once, no matter how many of its steps match.
    const known = rule.steps === undefined ? operation?.decided?.get(rule) : undefined
    const strikes = known ?? rule.strikes()
    if (rule.steps === undefined && operation !== undefined) (operation.decided ??= new Map()).set(rule, strikes)
    if (strikes) (known === undefined ? first : again).push(rule)
  }
  return matchOf(first, again)
}
