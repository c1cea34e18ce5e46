/** Runs the operations of a backend, whose failures become `PlatformError`s. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { type PlatformError, systemError } from "effect/PlatformError"
import { isResolveError } from "../../ResolveError.js"
import type { Backend, Failing, Operation } from "../../VfsFileSystem.js"
import { fromBadArgument, fromFailure, fromResolveError, MODULE } from "../fileSystemError.js"
import { fromFailed, refused } from "../resolveError.js"
import { runMade } from "./program.js"

/** @internal */
export const errorOf = (
  { method, subject, texts = [] }: Failing,
  failure: Errno.Errno | Errno.BadArgument
): PlatformError => {
  if (failure._tag === "BadArgument") return fromBadArgument(method, subject, texts, failure)
  const { cause, code, detail, syscall, unresolved } = failure
  const error = unresolved && (isResolveError(cause) ? cause : resolveError(unresolved))
  return error === undefined
    ? fromFailure(method, subject, { code: detail?.code ?? code, syscall })
    : fromResolveError(method, error, String(subject), syscall)
}

const resolveError = ({ outcome, path }: Errno.Unresolved) =>
  outcome === undefined ? refused("/", path) : fromFailed("/", path, outcome)

/**
 * What was thrown as the cause of a failed effect; a defect if no operation fails with it.
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
  const { method, subject: pathOrDescriptor } = operation
  const description = "nothing was written, and no error reported"
  return Cause.fail(systemError({ _tag: "WriteZero", module: MODULE, method, pathOrDescriptor, description }))
}

/** @internal */
export const perform = <F, A>(
  backend: Pick<Backend<F>, "around" | "errorOf">,
  operation: Operation<F, A>
): Effect.Effect<A, PlatformError> => {
  const performNow = () => runMade(operation.begin(), (thrown) => Effect.failCause(causeOf(backend, operation, thrown)))
  return backend.around === undefined ? Effect.suspend(performNow) : backend.around(operation, performNow)
}
