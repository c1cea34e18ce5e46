import * as RootedPath from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import * as Errors from "../ResolveError.js"
import { errnoOf } from "./errno.js"
import { isEncodable, isPathTooLong } from "@procfsroot/vfs/Limits"

/**
 * Runs `make` without capturing a stack, which costs eight times as much as the rest of the error. The fields of an
 * expected error say where it came from, and so do the spans of the effect that fails with it.
 */
const withoutStack = <A>(make: () => A): A => {
  const { stackTraceLimit } = v8Error
  v8Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    v8Error.stackTraceLimit = stackTraceLimit
  }
}

// V8's own property, which no standard library types; on another engine, setting it does nothing.
const v8Error = Error as ErrorConstructor & { stackTraceLimit?: number | undefined }

const fromFault = (details: Errors.Details, { cause }: Walk.Fault): Errors.ResolveError => {
  const code = errnoOf(cause) ?? "UNKNOWN"
  switch (code) {
    case "EACCES":
    case "EPERM":
      return new Errors.AccessDenied({ ...details, code, cause })
    case "ENAMETOOLONG":
      return new Errors.NameTooLong({ ...details, cause })
    case "EILSEQ":
      return new Errors.InvalidPath({ ...details, code })
    default:
      return new Errors.LookupFailed({ ...details, code, cause })
  }
}

const fromReason = (details: Errors.Details, reason: Walk.Reason): Errors.ResolveError => {
  switch (reason._tag) {
    case "Missing":
      return new Errors.PathNotFound(details)
    case "NotADirectory":
      return new Errors.NotADirectory(details)
    case "Cycle":
      return new Errors.SymlinkLoop({ ...details, cycle: reason.cycle })
    case "TooManySymlinks":
      return new Errors.TooManySymlinks({ ...details, limit: reason.limit })
    case "SymlinkForbidden":
      return new Errors.SymlinkForbidden(details)
    case "MagicLink":
      return new Errors.MagicLink({ ...details, target: reason.target })
    case "EscapesRoot":
      return new Errors.EscapesRoot({ ...details, ...(reason.via === undefined ? {} : { via: reason.via }) })
    case "Fault":
      return fromFault(details, reason)
  }
}

/** @internal */
export const fromFailed = (root: string, path: string, { at, reason }: Walk.Failed<unknown>): Errors.ResolveError =>
  withoutStack(() => fromReason({ root, path, at }, reason))

/**
 * The error of a path that the kernel refuses before it looks up anything.
 *
 * @internal
 */
export const refused = (root: string, path: string): Errors.ResolveError | undefined => {
  const details = () => ({ root, path, at: RootedPath.root })
  if (path.includes("\0")) return withoutStack(() => new Errors.InvalidPath({ ...details(), code: "EINVAL" }))
  if (!isEncodable(path)) return withoutStack(() => new Errors.InvalidPath({ ...details(), code: "EILSEQ" }))
  return isPathTooLong(path) ? withoutStack(() => new Errors.NameTooLong(details())) : undefined
}
