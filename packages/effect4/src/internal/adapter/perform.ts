/** Runs the operations of a backend, and converts their failures to `PlatformError`s. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as MethodError from "@procfsroot/vfs/MethodError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import type { Backend, Failing, Operation } from "../../VfsFileSystem.js"
import { make } from "../fileSystemError.js"
import { run } from "./program.js"

/**
 * Converts what an operation threw to the cause of a failed effect. Any other error is a defect.
 *
 * @internal
 */
export const causeOf = <F>(
  { errorOf }: Pick<Backend<F>, "errorOf">,
  operation: Failing,
  thrown: unknown
): Cause.Cause<PlatformError> => {
  if (Errno.isErrno(thrown) || Errno.isBadArgument(thrown)) return Cause.fail(errorOf(operation, thrown))
  if (!Errno.isWriteZero(thrown)) return Cause.die(thrown)
  return Cause.fail(make(MethodError.writeZero(operation)))
}

/**
 * Converts what an operation threw to a failed effect.
 *
 * @internal
 */
export const failedWith =
  <F>(backend: Pick<Backend<F>, "errorOf">, operation: Failing) =>
  (thrown: unknown): Effect.Effect<never, PlatformError> => Effect.failCause(causeOf(backend, operation, thrown))

/** @internal */
export const perform = <F, A>(
  backend: Pick<Backend<F>, "around" | "errorOf">,
  operation: Operation<F, A>
): Effect.Effect<A, PlatformError> => {
  const failed = failedWith(backend, operation)
  return backend.around === undefined ? run(operation.begin, failed) : backend.around(operation, failed)
}
