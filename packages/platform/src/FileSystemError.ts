/**
 * The errors of a file system inside a root. They are `PlatformError`s, with the path as it was passed. They never
 * contain a host path.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type * as Option from "effect/Option"
import type * as MethodError from "@procfsroot/vfs/MethodError"
import * as internal from "./internal/fileSystemError.js"
import type { ResolveError } from "./ResolveError.js"

/**
 * The errno of a failed system call, and the name of the call if it is known.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure extends MethodError.Failure {}

/**
 * Creates the error for a system call that failed in `method`, which was called with `path` or with that descriptor.
 * The `cause` is an `Error` with `code`, `syscall` and `path`, like Node's. The `reason` is the one that Effect's
 * `FileSystem` for Node reports for the errno.
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
 * Converts an error of a file system below to an error of `method` for `path`, without host paths. An error without an
 * errno keeps its reason.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromUnknown: (method: string, path: string | number, error: unknown) => PlatformError =
  internal.fromUnknown

/**
 * Creates the error for a path that did not resolve. The `cause` is the `ResolveError` as a program inside the root
 * sees it, with `/` as the `root`. A path that cannot name a file is a `BadArgument`, as in Node. Pass `path` if the
 * caller passed another path than the one that was resolved, and `syscall` if it is not the first system call that Node
 * makes for the method.
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
 * Returns the `ResolveError` in a `PlatformError` of `RootFileSystem`, `NodeRootFileSystem`, `TarFileSystem` or
 * `MemoryFileSystem`, with `/` as its `root`. Returns none if the path resolved and something else failed.
 *
 * The cause of an error of `MemoryFileSystem` is an `Error` like Node's, whose own cause is the `ResolveError`.
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
 * Returns the errno of a `PlatformError`, such as `ENOSPC`, for every file system including Effect's own for Node. For
 * Node's own codes, such as `ERR_FS_EISDIR`, it returns the errno that the code stands for. Returns none if the file
 * system did not report an errno.
 *
 * @example
 * import { FileSystemError } from "@procfsroot/platform"
 * import { FileSystem } from "@effect/platform"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * const program = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString("/var/log/app", "started\n")).pipe(
 *   Effect.catchIf(
 *     (error) => Option.contains(FileSystemError.errno(error), "ENOSPC"),
 *     () => Effect.logWarning("no space for the log")
 *   )
 * )
 *
 * @since 0.1.0
 * @category getters
 */
export const errno: (error: PlatformError) => Option.Option<string> = internal.errno
