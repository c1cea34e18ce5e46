import { BadArgument, type PlatformError, SystemError, type SystemErrorReason } from "@effect/platform/Error"
import { isRecord } from "effect/Predicate"
import type { Failure } from "../FileSystemError.js"
import type { ResolveError } from "../ResolveError.js"
import { exactErrno } from "./errno.js"
import { quote } from "./quote.js"

const MODULE = "FileSystem"

/** As `@effect/platform-node` maps them; all others are `Unknown`. */
const reasons = new Map<string, SystemErrorReason>([
  ["ENOENT", "NotFound"],
  ["EACCES", "PermissionDenied"],
  ["EEXIST", "AlreadyExists"],
  ["EISDIR", "BadResource"],
  ["ENOTDIR", "BadResource"],
  ["ELOOP", "BadResource"],
  ["EBUSY", "Busy"]
])

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
    reason: reasons.get(code) ?? "Unknown",
    pathOrDescriptor,
    description,
    ...(cause === undefined ? {} : { cause }),
    ...(syscall === undefined ? {} : { syscall })
  })

const shown = (path: string | number): string => typeof path === "string" ? quote(path) : `descriptor ${path}`

/** @internal */
export const fromFailure = (method: string, path: string | number, failure: Failure): PlatformError => {
  const { code, syscall } = failure
  const description = `${code}: ${syscall ?? method} failed for ${shown(path)}`
  const cause = Object.assign(new Error(description), { code, path, ...(syscall === undefined ? {} : { syscall }) })
  return systemError(method, path, failure, description, cause)
}

/** @internal */
export const fromUnknown = (method: string, path: string | number, error: unknown): PlatformError => {
  // Before any code: that of a bad argument is Node's own, and no errno.
  if (isRecord(error) && error["_tag"] === "BadArgument") {
    return new BadArgument({ module: MODULE, method, description: `the arguments for ${shown(path)} do not fit` })
  }
  const code = exactErrno(error)
  const syscall = isRecord(error) && typeof error["syscall"] === "string" ? error["syscall"] : undefined
  if (code !== undefined) return fromFailure(method, path, { code, ...(syscall === undefined ? {} : { syscall }) })
  const reason = error instanceof SystemError ? error.reason : "Unknown"
  return new SystemError({ module: MODULE, method, reason, pathOrDescriptor: path })
}

/**
 * The same error as it is told inside: there the root is `/`, and what a file system below said of its own paths is
 * nobody's affair.
 */
const inside = (error: ResolveError, path: string): ResolveError => {
  const Class = error.constructor as new(fields: object) => ResolveError // the class of its own tag
  return new Class({ ...error, root: "/", path, ...("cause" in error ? { cause: { code: error.code } } : {}) })
}

/** @internal */
export const fromResolveError = (method: string, error: ResolveError, path: string = error.path): PlatformError => {
  const cause = inside(error, path)
  return cause._tag === "InvalidPath"
    ? new BadArgument({ module: MODULE, method, description: cause.message, cause })
    : systemError(method, cause.path, cause, cause.message, cause)
}
