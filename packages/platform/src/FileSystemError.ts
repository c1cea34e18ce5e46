/**
 * The errors of a file system that works inside a root: the contract's own `PlatformError`, with the place as it was
 * asked and never a path of the host.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
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
  readonly syscall?: string
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
 * no file at all is a `BadArgument`, as it is to Node. `path` is what was asked for, where that is not what was resolved.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromResolveError: (method: string, error: ResolveError, path?: string) => PlatformError =
  internal.fromResolveError
