/** What a fault does: it throws, or hangs. */
import type { Errno } from "../../Errno.js"
import type * as Model from "../../MemoryFaults.js"
import { causeless, make as makeErrno } from "../errno.js"
import { Call } from "../program.js"

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
