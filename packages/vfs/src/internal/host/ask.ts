/** The calls that the programs yield, and the failures that are thrown into them. */
import type { Ask as AskModel, Failure as FailureModel, Thrown } from "../../HostFileSystem.js"
import { isBadArgument, isErrno, make, named } from "../errno.js"
import { inError } from "../reason.js"

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

/**
 * What to throw for a failure below: that of a system call in the root, if the errno is known.
 *
 * @internal
 */
export const failureIn = (failure: Failure, syscall: string, path: string): unknown =>
  failure.errno === undefined ? failure : named(make(failure.errno), syscall, [path])

type Step<A> = IteratorResult<AskModel<unknown>, A>

/**
 * Yields an ask once, and returns the result of its effect. A generator would take longer than the rest of a lookup.
 */
class Once<A> implements Iterator<AskModel<unknown>, A, unknown> {
  readonly #ask: AskModel<unknown>
  #isAsked = false

  constructor(ask: AskModel<unknown>) {
    this.#ask = ask
  }

  next(result: unknown): Step<A> {
    if (this.#isAsked) return { done: true, value: result as A } // the driver resumes with the result of the effect
    this.#isAsked = true
    return { done: false, value: this.#ask }
  }

  throw(thrown: unknown): Step<A> {
    throw thrown
  }

  [Symbol.iterator](): this {
    return this
  }
}

class Attempt<A> extends Once<A | Failure> {
  override throw(thrown: unknown): Step<A | Failure> {
    return thrown instanceof Failure ? { done: true, value: thrown } : super.throw(thrown)
  }
}

/** @internal */
export class Ask<out A> implements AskModel<A> {
  readonly effect: unknown

  constructor(effect: unknown) {
    this.effect = effect
  }

  [Symbol.iterator](): Iterator<AskModel<unknown>, A, unknown> {
    return new Once(this)
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
export const attempt = <A>(ask: AskModel<A>): Iterable<AskModel<unknown>, A | Failure, unknown> => new Attempt<A>(ask)

/**
 * Returns the errno of a failure, or `undefined` if it has none. Anything else is thrown again.
 *
 * @internal
 */
export const codeOf = (thrown: unknown): string | undefined => {
  if (isErrno(thrown) || thrown instanceof Failure) return thrown.code
  throw thrown
}
