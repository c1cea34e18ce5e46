/**
 * The file system inside an open root, by descriptors: a directory that is held open cannot be replaced by another one.
 *
 * @since 0.1.0
 */
import type { FileSystem, WaitingFileSystem } from "@procfsroot/vfs/FileSystem"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as internal from "./internal/fileSystem/fileSystem.js"
import { subRoot as openSubRoot } from "./internal/fileSystem/subRoot.js"
import * as remote from "./internal/thread/remote.js"
import type { Now } from "@procfsroot/vfs/Program"
import type { RootHandle } from "./Root.js"

/**
 * What may be done, and how paths are resolved. The policy applies to every path of every operation.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends PathPolicy {
  /** Every operation that would change something fails with `EROFS`, before anything is looked up. */
  readonly readOnly?: boolean | undefined
}

/**
 * A file system that works until the handle is closed. From then on every operation fails with EBADF, without any
 * system call. Open files are descriptors.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (root: RootHandle, options?: Options) => FileSystem<number> = internal.make

/**
 * The same, but its operations are done in other threads, where a file system that does not respond blocks only calls
 * to it. An operation that is cancelled before it began is not done; otherwise it finishes in the background, those
 * on trees at their next file. That includes opening a file and everything that is done with it. Only `watch`,
 * `readEntries` and `walkTree` run in this thread.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeOffThread: (root: RootHandle, options?: Options) => WaitingFileSystem<number> = remote.make

/**
 * Opens a directory as a root of its own, which is held open until its own handle closes. The path is resolved by the
 * policy of `fileSystem`, which must belong to `root`. `PathPolicy.strictest` makes a policy for the new root. Throws
 * an `Errno` if the
 * path does not lead to a directory.
 *
 * @since 0.1.0
 * @category constructors
 */
export const subRoot: (root: RootHandle, fileSystem: WaitingFileSystem<number>, path: string) => Now<RootHandle> =
  openSubRoot
