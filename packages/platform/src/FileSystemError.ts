/**
 * The errors of a file system that works inside a root: the contract's own `PlatformError`, with the place as it was
 * asked and never a host path.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type * as Option from "effect/Option"
import * as internal from "./internal/fileSystemError.js"
import type { ResolveError } from "./ResolveError.js"

/**
 * A system call's failure, without the path it was made with.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  /** The errno: `ENOENT`, `EEXIST`, … */
  readonly code: string
  readonly syscall?: string | undefined
}

/**
 * A failed system call of the method `method`, asked for `path`, or for the file open as that descriptor. The `cause` is an `Error` with `code`, `syscall` and
 * `path`, as Node's are; the `reason` is the one that Node's `FileSystem` gives for the errno.
 *
 * @example
 * import { FileSystemError } from "@procfsroot/platform"
 *
 * const error = FileSystemError.fromFailure("remove", "/etc", { code: "EROFS", syscall: "unlink" })
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFailure: (method: string, path: string | number, failure: Failure) => PlatformError =
  internal.fromFailure

/**
 * Whatever a file system below this one threw or failed with, told as a failure of `method` for `path`; what has no
 * errno keeps its reason.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromUnknown: (method: string, path: string | number, error: unknown) => PlatformError =
  internal.fromUnknown

/**
 * A path that did not resolve, with the `ResolveError` as `cause`, as it is told inside: its `root` is `/`. One that names
 * no file at all is a `BadArgument`, as it is to Node. `path` is what was asked for, where that is not what was resolved;
 * `syscall` is the call that failed, where it is not the first that Node makes for the method.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromResolveError: (
  method: string,
  error: ResolveError,
  path?: string,
  syscall?: string | undefined
) => PlatformError = internal.fromResolveError

/**
 * The `ResolveError` that a `PlatformError` of `RootFileSystem` or `NodeRootFileSystem` was made from; none where the path
 * resolved and something else failed. Its `root` is `/`.
 *
 * @example
 * import { FileSystemError } from "@procfsroot/platform"
 * import { FileSystem } from "@effect/platform"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * const program = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString("/etc/hostname")).pipe(
 *   Effect.catchAll((error) =>
 *     Option.match(FileSystemError.resolveError(error), {
 *       onNone: () => Effect.fail(error),
 *       onSome: (reason) =>
 *         reason._tag === "SymlinkLoop"
 *           ? Effect.succeed(`a broken image: ${reason.cycle.join(" → ")}`)
 *           : Effect.fail(error)
 *     })
 *   )
 * )
 *
 * @since 0.1.0
 * @category getters
 */
export const resolveError: (error: PlatformError) => Option.Option<ResolveError> = internal.resolveError

/**
 * The errno of a `PlatformError`, such as `ENOSPC`, whichever of the file systems it came from, Node's own included. Where
 * Node has a code of its own, as for `ERR_FS_EISDIR`, it is the errno that this code stands for. None where the file
 * system reported no errno.
 *
 * @example
 * import { FileSystemError } from "@procfsroot/platform"
 * import { FileSystem } from "@effect/platform"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * const isFull = (error: Parameters<typeof FileSystemError.errno>[0]) =>
 *   Option.contains(FileSystemError.errno(error), "ENOSPC")
 *
 * const program = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString("/var/log/app", "started\n")).pipe(
 *   Effect.catchIf(isFull, () => Effect.logWarning("no space for the log"))
 * )
 *
 * @since 0.1.0
 * @category getters
 */
export const errno: (error: PlatformError) => Option.Option<string> = internal.errno
