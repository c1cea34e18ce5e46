/**
 * The file system inside an open root. It works on descriptors, since a directory that is held open cannot be replaced
 * by another one.
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
 * The options of a file system. The policy applies to every path of every operation.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends PathPolicy {
  /** Make every operation that would change something fail with `EROFS`, before it looks anything up. */
  readonly readOnly?: boolean | undefined
}

/**
 * A user and a group, by the numbers that this process sees.
 *
 * @since 0.1.0
 * @category models
 */
export interface Creator {
  readonly uid: number
  readonly gid: number
}

/**
 * The options for creating a file system.
 *
 * @since 0.1.0
 * @category models
 */
export interface MakeOptions extends Options {
  /**
   * The user and the group that create files, instead of those of the process: the `fsuid` and `fsgid` of
   * `credentials(7)`. They are set only during calls that create or rename a file, and the process keeps its
   * capabilities. Without CAP_SETUID and CAP_SETGID, these calls fail with EPERM, and without native calls with ENOTSUP.
   */
  readonly createAs?: Creator | undefined
}

/**
 * Creates a file system that works until the handle is closed. After that, every operation fails with EBADF without
 * making a system call. Open files are descriptors.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (root: RootHandle, options?: MakeOptions) => FileSystem<number> = internal.make

/**
 * Creates a file system whose operations, including those on open files, run in other threads. A file system that does
 * not respond then blocks only operations on its own files. An operation that is cancelled before it starts is dropped.
 * Otherwise it finishes in the background; an operation on a tree stops at its next file. Only `watch`, `readEntries`,
 * `walkTree` and `openAtomic` run in the calling thread, and in a `Worker` also `open` and the operations on open files.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeOffThread: (root: RootHandle, options?: MakeOptions) => WaitingFileSystem<number> = remote.make

/**
 * Opens a directory as a root. The new root stays open until its own handle is closed. The path is resolved by the
 * policy of `fileSystem`, which must belong to `root`. Use `PathPolicy.strictest` to create a policy for the new root.
 * Throws an `Errno` if the path does not lead to a directory.
 *
 * @since 0.1.0
 * @category constructors
 */
export const subRoot: (root: RootHandle, fileSystem: WaitingFileSystem<number>, path: string) => Now<RootHandle> =
  openSubRoot
