import {
  BadArgument,
  type PlatformError,
  SystemError
} from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Error.js"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Errno from "@procfsroot/vfs/Errno"
import * as Method from "@procfsroot/vfs/Method"
import { quote, withoutHostPaths } from "@procfsroot/vfs/ResolveFailure"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import type { Failure } from "../FileSystemError.js"
import { isResolveError, type ResolveError } from "../ResolveError.js"
import { fromFailure as toResolveError, refused } from "./resolveError.js"

const MODULE = "FileSystem"

const syscalls: Readonly<Record<keyof FileSystem | "utime", string>> = Method.syscalls

const syscallOf = (method: string): string | undefined =>
  Object.hasOwn(syscalls, method) ? syscalls[method as keyof typeof syscalls] : undefined // its own key

/**
 * The contract's error for an errno.
 *
 * @internal
 */
export const systemError = (
  method: string,
  pathOrDescriptor: string | number,
  { code, syscall }: Failure,
  description: string,
  cause: unknown
): SystemError =>
  new SystemError({
    module: MODULE,
    method,
    reason: Errno.reasonOf(code),
    pathOrDescriptor,
    description,
    ...(cause === undefined ? {} : { cause }),
    ...(syscall === undefined ? {} : { syscall })
    // To validate its fields takes a schema seven times as long as all else.
  }, { disableValidation: true })

const describe = (path: string | number): string => typeof path === "string" ? quote(path) : `descriptor ${path}`

/** @internal */
export const fromFailure = (method: string, path: string | number, failure: Failure): PlatformError => {
  const { code, syscall = syscallOf(method) } = failure
  const description = `${code}: ${syscall ?? method} failed for ${describe(path)}`
  const cause = Object.assign(new Error(description), { code, path, ...(syscall === undefined ? {} : { syscall }) })
  return systemError(method, path, { code, syscall }, description, cause)
}

/** @internal */
export const fromUnknown = (method: string, path: string | number, error: unknown): PlatformError => {
  // Before any code: that of a bad argument is Node's own, and no errno.
  if (isRecord(error) && error["_tag"] === "BadArgument") {
    return new BadArgument({ module: MODULE, method, description: `the arguments for ${describe(path)} are not valid` })
  }
  const code = Errno.inError(error)
  const syscall = isRecord(error) && typeof error["syscall"] === "string" ? error["syscall"] : undefined
  if (code !== undefined) return fromFailure(method, path, { code, syscall })
  const reason = error instanceof SystemError ? error.reason : "Unknown"
  return new SystemError({ module: MODULE, method, reason, pathOrDescriptor: path })
}

/** @internal */
export const fromResolveError = (
  method: string,
  error: ResolveError,
  path: string = error.path,
  syscall: string | undefined = syscallOf(method)
): PlatformError => {
  const cause = toResolveError(withoutHostPaths(error, path))
  return cause._tag === "InvalidPath"
    ? new BadArgument({ module: MODULE, method, description: cause.message, cause })
    : systemError(method, cause.path, { code: cause.code, syscall }, cause.message, cause)
}

/**
 * An argument that was refused before anything was looked at: one of `texts`, or a number.
 *
 * @internal
 */
export const fromBadArgument = (
  method: string,
  path: string | number,
  texts: ReadonlyArray<string>,
  argument: Errno.BadArgument
): PlatformError => {
  const code = argument.code === "EILSEQ" ? "EILSEQ" : "EINVAL"
  const error = texts.map((text) => refused("/", text)).find((error) =>
    error?._tag === "InvalidPath" && error.code === code
  )
  return error === undefined
    ? new BadArgument({ module: MODULE, method, description: argument.message, cause: Errno.toError(argument) })
    : fromResolveError(method, error, String(path))
}

/**
 * The error of an operation that is refused because of an argument that `check` throws at.
 *
 * @internal
 */
export const refusedArgument = (
  method: string,
  path: string,
  check: () => void
): PlatformError | undefined => {
  try {
    check()
    return undefined
  } catch (thrown) {
    if (Errno.isBadArgument(thrown)) return fromBadArgument(method, path, [], thrown)
    throw thrown
  }
}

/** @internal */
export const resolveError = (error: PlatformError): Option.Option<ResolveError> =>
  isResolveError(error.cause) ? Option.some(error.cause) : Option.none()

/** @internal */
export const errno = (error: PlatformError): Option.Option<string> => {
  const code = Errno.inError(error.cause)
  if (code === undefined || code === "UNKNOWN") return Option.none()
  return code.startsWith("ERR_") ? Option.fromNullable(Errno.fromNodeCode(code)) : Option.some(code)
}
