import * as Errno from "@procfsroot/vfs/Errno"
import * as Method from "@procfsroot/vfs/Method"
import { quote, withoutHostPaths } from "@procfsroot/vfs/ResolveFailure"
import type { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import { badArgument, isPlatformError, type PlatformError, systemError as makeSystemError } from "effect/PlatformError"
import type { Failure } from "../FileSystemError.js"
import { isResolveError, type ResolveError } from "../ResolveError.js"
import { fromFailure as toResolveError, refused } from "./resolveError.js"

/** @internal */
export const MODULE = "FileSystem"

const syscalls: Readonly<Record<Exclude<keyof FileSystem, "glob" | "~effect/FileSystem"> | "utime", string>> =
  Method.syscalls

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
): PlatformError =>
  makeSystemError({
    _tag: Errno.reasonOf(code),
    module: MODULE,
    method,
    pathOrDescriptor,
    description,
    ...(cause === undefined ? {} : { cause }),
    ...(syscall === undefined ? {} : { syscall })
  })

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
  const reason = isPlatformError(error) ? error.reason : undefined
  // Before any code: that of a bad argument is Node's own, and no errno.
  if (reason?._tag === "BadArgument") {
    return badArgument({ module: MODULE, method, description: `the arguments for ${describe(path)} are not valid` })
  }
  const code = Errno.inError(error)
  if (code !== undefined) return fromFailure(method, path, { code, syscall: reason?.syscall })
  return makeSystemError({ _tag: reason?._tag ?? "Unknown", module: MODULE, method, pathOrDescriptor: path })
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
    ? badArgument({ module: MODULE, method, description: cause.message, cause })
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
    ? badArgument({ module: MODULE, method, description: argument.message, cause: Errno.toError(argument) })
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
export const resolveError = ({ cause }: PlatformError): Option.Option<ResolveError> =>
  isResolveError(cause) ? Option.some(cause) : Option.none()

/** @internal */
export const errno = ({ cause }: PlatformError): Option.Option<string> => {
  const code = Errno.inError(cause)
  if (code === undefined || code === "UNKNOWN") return Option.none()
  return code.startsWith("ERR_") ? Option.fromUndefinedOr(Errno.fromNodeCode(code)) : Option.some(code)
}
