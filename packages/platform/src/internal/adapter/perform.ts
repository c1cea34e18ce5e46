/** Runs the operations of a backend, and converts their failures to `PlatformError`s. */
import type { PlatformError } from "@effect/platform/Error"
import * as Errno from "@procfsroot/vfs/Errno"
import * as MethodError from "@procfsroot/vfs/MethodError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { Backend, Failing, Operation } from "../../VfsFileSystem.js"
import { make } from "../fileSystemError.js"
import { run } from "./program.js"

/** The error of an operation that threw, or `undefined` if that is a defect. */
const errorOf = <F>(backend: Pick<Backend<F>, "errorOf">, operation: Failing, thrown: unknown) => {
  if (Errno.isErrno(thrown) || Errno.isBadArgument(thrown)) return backend.errorOf(operation, thrown)
  return Errno.isWriteZero(thrown) ? make(MethodError.writeZero(operation)) : undefined
}

/**
 * Converts what an operation threw to a cause.
 *
 * @internal
 */
export const causeOf = <F>(
  backend: Pick<Backend<F>, "errorOf">,
  operation: Failing,
  thrown: unknown
): Cause.Cause<PlatformError> => {
  const error = errorOf(backend, operation, thrown)
  return error === undefined ? Cause.die(thrown) : Cause.fail(error)
}

/**
 * Converts what an operation threw to a failed effect. Only `Effect.fail` and `Effect.die` remember the span in which
 * they run, not `Effect.failCause`. Then `Cause.pretty` shows it.
 *
 * @internal
 */
export const failedWith =
  <F>(backend: Pick<Backend<F>, "errorOf">, operation: Failing) =>
  (thrown: unknown): Effect.Effect<never, PlatformError> => {
    const error = errorOf(backend, operation, thrown)
    return error === undefined ? Effect.die(thrown) : Effect.fail(error)
  }

/** @internal */
export const perform = <F, A>(
  backend: Pick<Backend<F>, "around" | "errorOf">,
  operation: Operation<F, A>
): Effect.Effect<A, PlatformError> => {
  const failed = failedWith(backend, operation)
  return backend.around === undefined ? run(operation.begin, failed) : backend.around(operation, failed)
}
