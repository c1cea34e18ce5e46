/** What programs over a file system of host paths ask, and what they are told. */
import type { Ask as AskModel, Asking, Failure as FailureModel, Thrown } from "../../HostFileSystem.js"
import { isBadArgument, isErrno } from "../errno.js"
import { inError } from "../reason.js"

/** @internal */
export class Ask<out A> implements AskModel<A> {
  readonly effect: unknown

  constructor(effect: unknown) {
    this.effect = effect
  }

  *[Symbol.iterator](): Asking<A> {
    return (yield this) as A // the driver resumes with the result of the effect
  }
}

/** @internal */
export class Failure implements FailureModel {
  readonly _tag = "Failure"
  readonly error: unknown
  readonly errno: string | undefined
  readonly code: string | undefined

  constructor(error: unknown, code: string | undefined) {
    this.error = error
    this.errno = inError(error)
    this.code = this.errno ?? code
  }
}

/** @internal */
export const isThrown = (thrown: unknown): thrown is Thrown =>
  thrown instanceof Failure || isErrno(thrown) || isBadArgument(thrown)

/**
 * Asks, and returns a failure instead of throwing it.
 *
 * @internal
 */
export function* attempt<A>(ask: Iterable<AskModel<unknown>, A, unknown>): Asking<A | Failure> {
  try {
    return yield* ask
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
}

/**
 * Why something was not done; `undefined` if nothing says so. What is not a failure is thrown again.
 *
 * @internal
 */
export const codeOf = (thrown: unknown): string | undefined => {
  if (isErrno(thrown) || thrown instanceof Failure) return thrown.code
  throw thrown
}
