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

const systemError = (
  method: string,
  pathOrDescriptor: string,
  { code, syscall }: Failure,
  description: string,
  cause: unknown
): PlatformError =>
  new SystemError({
    module: MODULE,
    method,
    reason: reasons.get(code) ?? "Unknown",
    pathOrDescriptor,
    description,
    cause,
    ...(syscall === undefined ? {} : { syscall })
  })

/** @internal */
export const fromFailure = (method: string, path: string, failure: Failure): PlatformError => {
  const { code, syscall } = failure
  const description = `${code}: ${syscall ?? method} failed for ${quote(path)}`
  const cause = Object.assign(new Error(description), { code, path, ...(syscall === undefined ? {} : { syscall }) })
  return systemError(method, path, failure, description, cause)
}

/** @internal */
export const fromUnknown = (method: string, path: string, error: unknown): PlatformError => {
  const code = exactErrno(error)
  const syscall = isRecord(error) && typeof error["syscall"] === "string" ? error["syscall"] : undefined
  if (code !== undefined) return fromFailure(method, path, { code, ...(syscall === undefined ? {} : { syscall }) })
  if (isRecord(error) && error["_tag"] === "BadArgument") {
    return new BadArgument({ module: MODULE, method, description: `the arguments for ${quote(path)} do not fit` })
  }
  const reason = error instanceof SystemError ? error.reason : "Unknown"
  return new SystemError({ module: MODULE, method, reason, pathOrDescriptor: path })
}

/** @internal */
export const fromResolveError = (method: string, error: ResolveError): PlatformError =>
  error._tag === "InvalidPath"
    ? new BadArgument({ module: MODULE, method, description: error.message, cause: error })
    : systemError(method, error.path, error, error.message, error)
