import * as Errno from "@procfsroot/vfs/Errno"
import * as MethodError from "@procfsroot/vfs/MethodError"
import { withoutStack } from "@procfsroot/vfs/ResolveFailure"
import * as Option from "effect/Option"
import { badArgument, isPlatformError, type PlatformError, systemError } from "effect/PlatformError"
import type { Failure } from "../FileSystemError.js"
import { isResolveError, type ResolveError } from "../ResolveError.js"
import type { Backend } from "../VfsFileSystem.js"
import { errnoOf } from "./errno.js"
import { fromFailure as toResolveError } from "./resolveError.js"

/** @internal */
export const make = (
  { cause, description, method, reason, subject, syscall }: MethodError.MethodError
): PlatformError => {
  const fields = {
    module: "FileSystem",
    method,
    ...(description === undefined ? {} : { description }),
    ...(cause === undefined ? {} : { cause: cause instanceof Error ? cause : toResolveError(cause) })
  }
  if (reason === "BadArgument") return withoutStack(() => badArgument(fields))
  const call = syscall === undefined ? {} : { syscall }
  return withoutStack(() => systemError({ ...fields, _tag: reason, pathOrDescriptor: subject, ...call }))
}

/** @internal */
export const fromFailure = (method: string, path: string | number, failure: Failure): PlatformError =>
  make(MethodError.fromFailure(method, path, failure))

/** @internal */
export const fromUnknown = (method: string, path: string | number, error: unknown): PlatformError => {
  const reason = isPlatformError(error) ? error.reason : undefined
  const syscall = reason?._tag === "BadArgument" ? undefined : reason?.syscall
  return make(MethodError.fromBelow(method, path, error, { reason: reason?._tag, syscall }))
}

/** @internal */
export const fromResolveError = (
  method: string,
  error: ResolveError,
  path?: string,
  syscall?: string
): PlatformError => make(MethodError.fromResolveFailure(method, error, path, syscall))

/** @internal */
export const errorOf: Backend<never>["errorOf"] = (failing, thrown) =>
  make(MethodError.fromThrown(failing, thrown, errnoOf))

/**
 * The error of an operation that is refused because of an argument that `check` throws at.
 *
 * @internal
 */
export const refusedArgument = (method: string, path: string, check: () => void): PlatformError | undefined => {
  try {
    check()
    return undefined
  } catch (thrown) {
    if (Errno.isBadArgument(thrown)) return errorOf({ method, subject: path }, thrown)
    throw thrown
  }
}

/** @internal */
export const resolveError = ({ cause }: PlatformError): Option.Option<ResolveError> =>
  isResolveError(cause) ? Option.some(cause) : Option.none()

/** @internal */
export const errno = ({ cause }: PlatformError): Option.Option<string> => Option.fromUndefinedOr(Errno.ofError(cause))
