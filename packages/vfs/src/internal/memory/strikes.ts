/** Applies the faults of a tree to an operation or a step. */
import type { Errno } from "../../Errno.js"
import type * as Model from "../../MemoryFaults.js"
import { causeless, make as makeErrno } from "../errno.js"
import { Call } from "../program.js"
import type { Rule } from "./rules.js"

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

/**
 * Thrown at a step that hangs but cannot wait. The operation then hangs instead.
 *
 * @internal
 */
export const hanging = Symbol("hanging")

/** @internal */
export const nothing = (): void => {}

/**
 * Never ends. An interruption calls `release`.
 *
 * @internal
 */
export const hangingUntil = (release: () => void): Call<never> => new Call(() => release)

/** @internal */
export const forever = hangingUntil(nothing)

const errnoOf = ({ code = "EIO", withoutCause = false }: Model.Fault<unknown>): Errno => {
  const errno = makeErrno(code)
  if (withoutCause) causeless.add(errno)
  return errno
}

/**
 * Returns what a fault throws.
 *
 * @internal
 */
export const thrownBy = (fault: Model.Fault<unknown>): unknown => {
  if (fault.hang === true) return hanging
  return "defect" in fault ? fault.defect : errnoOf(fault)
}

const isFailing = ({ fault }: Rule<unknown, string>): boolean =>
  fault.code !== undefined || fault.hang === true || "defect" in fault

/** @internal */
export const none = { delays: [], failing: undefined, most: undefined }

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
