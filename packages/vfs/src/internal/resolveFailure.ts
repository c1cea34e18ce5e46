/** Describes why a path could not be resolved, for all editions. */
import { root as top } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { BadArgument, Errno } from "../Errno.js"
import type { Details, ResolveFailure } from "../ResolveFailure.js"
import { isEncodable, isPathTooLong } from "./limits.js"
import { shown } from "./messages.js"

/**
 * Creates an error without a stack. For an expected error, its fields show where it came from, and so do the spans of
 * the effect that fails with it.
 *
 * @internal
 */
export const withoutStack = <A>(make: () => A): A => {
  const { stackTraceLimit } = v8Error
  setLimit(0)
  try {
    return make()
  } finally {
    setLimit(stackTraceLimit)
  }
}

// A property of V8 that TypeScript's libraries do not declare. On other engines, setting it has no effect.
const v8Error = Error as ErrorConstructor & { stackTraceLimit?: number | undefined }

/** `Reflect.set` would not throw, but takes ten times as long. */
const setLimit = (limit: number | undefined): void => {
  try {
    v8Error.stackTraceLimit = limit
  } catch {
    // The property is frozen, as with Node's `--frozen-intrinsics`. Then the error has a stack.
  }
}

const fromFault = (details: Details, code: string, cause: unknown): ResolveFailure => {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return { _tag: "AccessDenied", ...details, code, cause }
    case "ENAMETOOLONG":
      return { _tag: "NameTooLong", ...details, code, cause }
    case "EILSEQ":
      return { _tag: "InvalidPath", ...details, code }
    default:
      return { _tag: "LookupFailed", ...details, code, cause }
  }
}

/** @internal */
export const fromOutcome = (
  root: string,
  path: string,
  { at, reason }: Pick<Walk.Unresolved, "at" | "reason">,
  errnoOf: (cause: unknown) => string | undefined
): ResolveFailure => {
  const details = { root, path, at }
  switch (reason._tag) {
    case "Missing":
      // Without a spread, which would take five times as long, since this error is frequent.
      return { _tag: "PathNotFound", root, path, at, code: "ENOENT" }
    case "NotADirectory":
      return { _tag: "NotADirectory", ...details, code: "ENOTDIR" }
    case "Cycle":
      return { _tag: "SymlinkLoop", ...details, code: "ELOOP", cycle: reason.cycle }
    case "TooManySymlinks":
      return { _tag: "TooManySymlinks", ...details, code: "ELOOP", limit: reason.limit }
    case "SymlinkForbidden":
      return { _tag: "SymlinkForbidden", ...details, code: "ELOOP", by: reason.by }
    case "MagicLink":
      return { _tag: "MagicLink", ...details, code: "EXDEV", target: reason.target }
    case "CrossesMount":
      return { _tag: "CrossesMount", ...details, code: "EXDEV", known: reason.known }
    case "EscapesRoot":
      return {
        _tag: "EscapesRoot",
        ...details,
        code: "EXDEV",
        ...(reason.via === undefined ? {} : { via: reason.via })
      }
    case "Fault":
      return fromFault(details, errnoOf(reason.cause) ?? "UNKNOWN", reason.cause)
  }
}

const atTop = (root: string, path: string): Details => ({ root, path, at: top })

/** @internal */
export const refused = (root: string, path: string): ResolveFailure | undefined => {
  if (typeof path !== "string") throw new TypeError(`The path must be a string, not ${shown(path)}`)
  if (path.includes("\0")) return { _tag: "InvalidPath", ...atTop(root, path), code: "EINVAL" }
  if (!isEncodable(path)) return { _tag: "InvalidPath", ...atTop(root, path), code: "EILSEQ" }
  return isPathTooLong(path) ? { _tag: "NameTooLong", ...atTop(root, path), code: "ENAMETOOLONG" } : undefined
}

/** @internal */
export const closed = (root: string, path: string): ResolveFailure & { readonly _tag: "RootClosed" } => ({
  _tag: "RootClosed",
  ...atTop(root, path),
  code: "EBADF"
})

const tags: Readonly<Record<ResolveFailure["_tag"], true>> = {
  AccessDenied: true,
  CrossesMount: true,
  EscapesRoot: true,
  InvalidPath: true,
  LookupFailed: true,
  MagicLink: true,
  NameTooLong: true,
  NotADirectory: true,
  PathNotFound: true,
  RootClosed: true,
  SymlinkForbidden: true,
  SymlinkLoop: true,
  TooManySymlinks: true
}

/** @internal */
export const isResolveFailure = (u: unknown): u is ResolveFailure =>
  typeof u === "object" && u !== null && "_tag" in u && typeof u._tag === "string" && Object.hasOwn(tags, u._tag) &&
  "root" in u && "path" in u && "at" in u && "code" in u

/** @internal */
export const withoutHostPaths = (failure: ResolveFailure, path: string): ResolveFailure => ({
  ...failure,
  root: "/",
  path,
  ...("cause" in failure ? { cause: { code: failure.code } } : {})
})

/** The failure of an empty path, which never resolves (`path_resolution(7)`). */
const empty: ResolveFailure = { _tag: "PathNotFound", ...atTop(top, ""), code: "ENOENT" }

/** @internal */
export const fromThrown = (
  thrown: Errno | BadArgument,
  texts: ReadonlyArray<string>,
  errnoOf: (cause: unknown) => string | undefined
): ResolveFailure | undefined => {
  if (thrown._tag === "Errno") {
    if (thrown.unresolved === undefined) return undefined
    const { failure, outcome, path } = thrown.unresolved
    if (failure !== undefined) return failure
    if (outcome !== undefined) return fromOutcome(top, path, outcome, errnoOf)
    return path === "" ? empty : refused(top, path)
  }
  // Not what a path contains, but what is not text, or another argument.
  if (thrown.code === "ERR_INVALID_ARG_TYPE") return undefined
  const code = thrown.code === "EILSEQ" ? "EILSEQ" : "EINVAL"
  return texts.map((text) => refused(top, text)).find((failure) =>
    failure?._tag === "InvalidPath" && failure.code === code
  )
}
