/**
 * Why a path could not be resolved inside a root.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import * as Data from "effect/Data"
import { hasProperty } from "effect/Predicate"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = Symbol.for("@procfsroot/effect4/ResolveError")

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

/**
 * The fields of every `ResolveError`. `at` is a place inside the root, never a host path.
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
  readonly [TypeId] = TypeId
  readonly code = "ENOENT"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * A component that is not a directory is followed by a name, a dot or a slash (`ENOTDIR`, `path_resolution(7)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class NotADirectory extends Data.TaggedError("NotADirectory")<Details> {
  readonly [TypeId] = TypeId
  readonly code = "ENOTDIR"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * Links lead to each other in a loop (`ELOOP`). `cycle` lists them in the order in which they were met.
 *
 * @since 0.1.0
 * @category errors
 */
export class SymlinkLoop extends Data.TaggedError("SymlinkLoop")<
  Details & { readonly cycle: ReadonlyArray<RootedPath> }
> {
  readonly [TypeId] = TypeId
  readonly code = "ELOOP"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * More links than `limit` allows, but no loop so far (`ELOOP`). `limit` is `maxSymlinks` of the options.
 *
 * @since 0.1.0
 * @category errors
 */
export class TooManySymlinks extends Data.TaggedError("TooManySymlinks")<Details & { readonly limit: number }> {
  readonly [TypeId] = TypeId
  readonly code = "ELOOP"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * A link on the way, although links are forbidden (`ELOOP`, `RESOLVE_NO_SYMLINKS` in `openat2(2)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class SymlinkForbidden extends Data.TaggedError("SymlinkForbidden")<Details> {
  readonly [TypeId] = TypeId
  readonly code = "ELOOP"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The path would leave the root (`EXDEV`, `openat2(2)`): by a `..`, or because it is absolute and `containment` is
 * `beneath`. `via` is the link that leads out; it is absent if the path itself does.
 *
 * @since 0.1.0
 * @category errors
 */
export class EscapesRoot extends Data.TaggedError("EscapesRoot")<Details & { readonly via?: RootedPath }> {
  readonly [TypeId] = TypeId
  readonly code = "EXDEV"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The file is on another mount than the root, and `mounts` is `forbid` (`EXDEV`, `RESOLVE_NO_XDEV` in `openat2(2)`).
 * If it is not `known`, this kind of root cannot tell where a mount begins, and refuses every file.
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
 * A link in procfs that jumps to a file instead of naming one, such as `/proc/<pid>/exe`. The kernel does not follow it
 * inside a root (`EXDEV`, `RESOLVE_NO_MAGICLINKS` in `openat2(2)`). `target` is the text of the link, often a host
 * path.
 *
 * @since 0.1.0
 * @category errors
 */
export class MagicLink extends Data.TaggedError("MagicLink")<Details & { readonly target: string }> {
  readonly [TypeId] = TypeId
  readonly code = "EXDEV"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The caller has no permission to look up `at` (`EACCES`: a directory without search permission; `EPERM`).
 *
 * @since 0.1.0
 * @category errors
 */
export class AccessDenied extends Data.TaggedError("AccessDenied")<
  Details & { readonly code: "EACCES" | "EPERM"; readonly cause?: unknown }
> {
  readonly [TypeId] = TypeId
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * A name of more than 255 bytes, or a path of more than 4,095 (`ENAMETOOLONG`; `NAME_MAX` and `PATH_MAX` in
 * `include/uapi/linux/limits.h`).
 *
 * @since 0.1.0
 * @category errors
 */
export class NameTooLong extends Data.TaggedError("NameTooLong")<Details & { readonly cause?: unknown }> {
  readonly [TypeId] = TypeId
  readonly code = "ENAMETOOLONG"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The text cannot name a file: it contains a NUL (`EINVAL`), or a lone surrogate that is not an escaped byte or that
 * the file system in use does not support (`EILSEQ`).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidPath extends Data.TaggedError("InvalidPath")<Details & { readonly code: "EINVAL" | "EILSEQ" }> {
  readonly [TypeId] = TypeId
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * The root is closed, since the scope of its layer has ended (`EBADF`). Nothing was looked up.
 *
 * @since 0.1.0
 * @category errors
 */
export class RootClosed extends Data.TaggedError("RootClosed")<Details> {
  readonly [TypeId] = TypeId
  readonly code = "EBADF"
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * Any other error of the file system, with its errno as `code` and the error itself as `cause`: `EIO`, `ESTALE`,
 * `EMFILE`, … `UNKNOWN` if the file system reported none.
 *
 * @since 0.1.0
 * @category errors
 */
export class LookupFailed extends Data.TaggedError("LookupFailed")<
  Details & { readonly code: string; readonly cause: unknown }
> {
  readonly [TypeId] = TypeId
  override get message(): string {
    return ResolveFailure.message(this)
  }
}

/**
 * Every error of resolving a path; `Effect.catchTag` narrows it.
 *
 * @example
 * import { Root } from "@procfsroot/effect4"
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
 * Whether a value is a `ResolveError`.
 *
 * @example
 * import { ResolveError, Root } from "@procfsroot/effect4"
 * import * as Effect from "effect/Effect"
 *
 * const program = Root.resolve("/etc/mtab").pipe(
 *   Effect.andThen(Effect.fail("the disk is full")),
 *   Effect.catchIf(ResolveError.isResolveError, (error) => Effect.succeed(error.at))
 * )
 *
 * @since 0.1.0
 * @category guards
 */
export const isResolveError = (u: unknown): u is ResolveError => hasProperty(u, TypeId)

/**
 * The root itself cannot be used: it is missing (`ENOENT`), not a directory (`ENOTDIR`), not permitted (`EACCES`,
 * `EPERM`), or has another problem, which its errno shows.
 *
 * @since 0.1.0
 * @category errors
 */
export class RootUnavailable extends Data.TaggedError("RootUnavailable")<{
  /** The root, as its caller named it. */
  readonly root: string
  readonly code: string
  /** What is wrong and what to do, if the errno does not say it. */
  readonly reason?: string
  readonly cause?: unknown
}> {
  override get message(): string {
    return ResolveFailure.unavailable(this.root, this.code, this.reason)
  }
}

/**
 * A path to show to people, as in the messages of errors: in double quotes, with every character that is invisible or
 * could garble a terminal escaped as in JSON.
 *
 * @example
 * import { ResolveError } from "@procfsroot/effect4"
 *
 * ResolveError.quote("/tmp/a\nb") // "\"/tmp/a\\nb\""
 *
 * @since 0.1.0
 * @category rendering
 */
export const quote: (path: string) => string = ResolveFailure.quote
