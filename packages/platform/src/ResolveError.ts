/**
 * The errors of resolving a path inside a root.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as Data from "effect/Data"
import { hasProperty } from "effect/Predicate"
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"

export type { ResolveFailure } from "@procfsroot/vfs/ResolveFailure"

/**
 * Marks every `ResolveError`.
 *
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = Symbol.for("@procfsroot/platform/ResolveError")

/**
 * The type of `TypeId`.
 *
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

/**
 * The fields of every `ResolveError`. `at` is a path inside the root, never a host path.
 *
 * @since 0.1.0
 * @category models
 */
export interface Details extends ResolveFailure.Details {}

/**
 * A component of the path does not exist (`ENOENT`, `path_resolution(7)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class PathNotFound extends Data.TaggedError("PathNotFound")<Details> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "ENOENT"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * A component before a name, a dot or a slash is not a directory (`ENOTDIR`, `path_resolution(7)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class NotADirectory extends Data.TaggedError("NotADirectory")<Details> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "ENOTDIR"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * Links lead to each other in a loop (`ELOOP`). `cycle` lists them in the order in which the walk found them.
 *
 * @since 0.1.0
 * @category errors
 */
export class SymlinkLoop extends Data.TaggedError("SymlinkLoop")<
  Details & { readonly cycle: ReadonlyArray<RootedPath> }
> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "ELOOP"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The path has more links than `limit`, but no loop was found (`ELOOP`). `limit` is the option `maxSymlinks`.
 *
 * @since 0.1.0
 * @category errors
 */
export class TooManySymlinks extends Data.TaggedError("TooManySymlinks")<Details & { readonly limit: number }> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "ELOOP"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * A link would have to be followed, but `symlinks` is `forbid` (`ELOOP`, `RESOLVE_NO_SYMLINKS` in `openat2(2)`), or the
 * link is on a mount with the option `nosymfollow` (`mount(8)`). `by` says which.
 *
 * @since 0.1.0
 * @category errors
 */
export class SymlinkForbidden extends Data.TaggedError("SymlinkForbidden")<
  Details & { readonly by: "policy" | "mount" }
> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "ELOOP"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The path would leave the root (`EXDEV`, `openat2(2)`), by a `..`, or because it is absolute and `containment` is
 * `beneath`. `via` is the link that leads out of the root. It is absent if the path itself does.
 *
 * @since 0.1.0
 * @category errors
 */
export class EscapesRoot extends Data.TaggedError("EscapesRoot")<Details & { readonly via?: RootedPath }> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "EXDEV"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The file is on another mount than the root, and `mounts` is `forbid` (`EXDEV`, `RESOLVE_NO_XDEV` in `openat2(2)`).
 * `known` is `false` if this kind of root cannot detect mounts, and so refuses every file.
 *
 * @since 0.1.0
 * @category errors
 */
export class CrossesMount extends Data.TaggedError("CrossesMount")<Details & { readonly known: boolean }> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "EXDEV"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The path goes through a link of procfs that jumps to a file instead of naming it, such as `/proc/<pid>/exe`. The
 * kernel does not follow such links inside a root (`EXDEV`, `RESOLVE_NO_MAGICLINKS` in `openat2(2)`). `target` is the
 * text of the link, which is often a host path.
 *
 * @since 0.1.0
 * @category errors
 */
export class MagicLink extends Data.TaggedError("MagicLink")<Details & { readonly target: string }> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "EXDEV"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The user may not look up `at`. The code is `EACCES`, for example if a directory does not grant search permission, or
 * `EPERM`.
 *
 * @since 0.1.0
 * @category errors
 */
export class AccessDenied extends Data.TaggedError("AccessDenied")<
  Details & { readonly code: "EACCES" | "EPERM"; readonly cause?: unknown }
> {
  readonly [TypeId]: TypeId = TypeId
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * A name has more than 255 bytes, or the path more than 4,095 (`ENAMETOOLONG`; `NAME_MAX` and `PATH_MAX` in
 * `include/uapi/linux/limits.h`).
 *
 * @since 0.1.0
 * @category errors
 */
export class NameTooLong extends Data.TaggedError("NameTooLong")<Details & { readonly cause?: unknown }> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "ENAMETOOLONG"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The path cannot name a file. `EINVAL` means that it contains a NUL. `EILSEQ` means that it contains a lone surrogate
 * that is not an escaped byte, escaped bytes that together are a character (see `SurrogateEscape.isCanonical`), or any
 * escaped bytes although the file system supports only names in UTF-8.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidPath extends Data.TaggedError("InvalidPath")<Details & { readonly code: "EINVAL" | "EILSEQ" }> {
  readonly [TypeId]: TypeId = TypeId
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The root is closed, because the scope of its layer has ended (`EBADF`). Nothing was looked up.
 *
 * @since 0.1.0
 * @category errors
 */
export class RootClosed extends Data.TaggedError("RootClosed")<Details> {
  readonly [TypeId]: TypeId = TypeId
  readonly code = "EBADF"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * A lookup failed with any other error of the file system, such as `EIO`, `ESTALE` or `EMFILE`. `code` is the errno, or
 * `UNKNOWN` if the file system did not report one, and `cause` is the error itself.
 *
 * @since 0.1.0
 * @category errors
 */
export class LookupFailed extends Data.TaggedError("LookupFailed")<
  Details & { readonly code: string; readonly cause: unknown }
> {
  readonly [TypeId]: TypeId = TypeId
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * Any error of resolving a path. Use `Effect.catchTag` to handle one of them.
 *
 * @example
 * import { Root } from "@procfsroot/platform"
 * import * as Effect from "effect/Effect"
 *
 * const program = Root.resolve("/var/run/docker.sock").pipe(
 *   Effect.catchTag("PathNotFound", ({ at }) => Effect.succeed(`no docker here: ${at} is missing`)),
 *   Effect.catchTag("SymlinkLoop", ({ cycle }) => Effect.succeed(`a broken image: ${cycle.join(" → ")}`))
 * )
 *
 * @since 0.1.0
 * @category errors
 */
export type ResolveError =
  | PathNotFound
  | NotADirectory
  | SymlinkLoop
  | TooManySymlinks
  | SymlinkForbidden
  | EscapesRoot
  | CrossesMount
  | MagicLink
  | AccessDenied
  | NameTooLong
  | InvalidPath
  | RootClosed
  | LookupFailed

/**
 * Returns `true` if a value is a `ResolveError`.
 *
 * @example
 * import { ResolveError, Root } from "@procfsroot/platform"
 * import * as Effect from "effect/Effect"
 *
 * const program = Root.resolve("/etc/mtab").pipe(
 *   Effect.zipLeft(Effect.fail("the disk is full")),
 *   Effect.catchIf(ResolveError.isResolveError, (error) => Effect.succeed(error.at))
 * )
 *
 * @since 0.1.0
 * @category guards
 */
export const isResolveError = (u: unknown): u is ResolveError => hasProperty(u, TypeId)

// A constructor gets only the fields that it declares: Effect keeps them, and compares them in `Equal`. No spreads for
// the errors that are frequent, since they take as long as creating the error.
const make = (failure: ResolveFailure.ResolveFailure): ResolveError => {
  const { at, path, root } = failure
  const details = { root, path, at }
  switch (failure._tag) {
    case "PathNotFound":
      return new PathNotFound(details)
    case "NotADirectory":
      return new NotADirectory(details)
    case "SymlinkLoop":
      return new SymlinkLoop({ ...details, cycle: failure.cycle })
    case "TooManySymlinks":
      return new TooManySymlinks({ ...details, limit: failure.limit })
    case "SymlinkForbidden":
      return new SymlinkForbidden({ ...details, by: failure.by })
    case "EscapesRoot":
      return new EscapesRoot(failure.via === undefined ? details : { ...details, via: failure.via })
    case "CrossesMount":
      return new CrossesMount({ ...details, known: failure.known })
    case "MagicLink":
      return new MagicLink({ ...details, target: failure.target })
    case "AccessDenied":
      return new AccessDenied({ ...details, code: failure.code, ...causeOf(failure) })
    case "NameTooLong":
      return new NameTooLong({ ...details, ...causeOf(failure) })
    case "InvalidPath":
      return new InvalidPath({ ...details, code: failure.code })
    case "RootClosed":
      return new RootClosed(details)
    case "LookupFailed":
      return new LookupFailed({ ...details, code: failure.code, cause: failure.cause })
  }
}

const causeOf = (failure: { readonly cause?: unknown }) => "cause" in failure ? { cause: failure.cause } : {}

/**
 * Creates the error for a failure, such as one that a root with promises reports.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFailure = <F extends ResolveFailure.ResolveFailure>(
  failure: F
): Extract<ResolveError, { readonly _tag: F["_tag"] }> => {
  const error = ResolveFailure.withoutStack(() => make(failure))
  return error as Extract<typeof error, { readonly _tag: F["_tag"] }> // it has the same tag
}

/**
 * Returns the error as a program inside the root may see it: `root` is `/`, and `cause` has only the errno. So do the
 * errors of operations on files. The `target` of a `MagicLink`, which may be a host path, is kept.
 *
 * @example
 * import { ResolveError, Root } from "@procfsroot/platform"
 * import * as Effect from "effect/Effect"
 *
 * const forClients = Root.resolve("/etc/mtab").pipe(Effect.mapError(ResolveError.withoutHostPaths))
 *
 * @since 0.1.0
 * @category conversions
 */
export const withoutHostPaths = <E extends ResolveError>(error: E): E =>
  fromFailure(ResolveFailure.withoutHostPaths(error, error.path)) as E // it has the same tag

/**
 * The root itself cannot be opened: it does not exist (`ENOENT`), is not a directory (`ENOTDIR`), the user may not open
 * it (`EACCES`, `EPERM`), or there is another problem, as the errno says.
 *
 * @since 0.1.0
 * @category errors
 */
export class RootUnavailable extends Data.TaggedError("RootUnavailable")<{
  /** The path of the root, as the caller passed it when opening the root. */
  readonly root: string
  readonly code: string
  /** What is wrong and what to do, if the errno is not enough to know that. */
  readonly reason?: string
  readonly cause?: unknown
}> {
  override get message(): string {
    return ResolveFailure.unavailable(this.root, this.code, this.reason)
  }
}

/**
 * Quotes a path to print it, as error messages do: puts it in double quotes, and escapes every character that is
 * invisible or could garble a terminal, as in JSON.
 *
 * @example
 * import { ResolveError } from "@procfsroot/platform"
 *
 * ResolveError.quote("/tmp/a\nb") // "\"/tmp/a\\nb\""
 *
 * @since 0.1.0
 * @category rendering
 */
export const quote: (path: string) => string = ResolveFailure.quote
