/**
 * Opens a file system of `@procfsroot/vfs` as a root, for example one over your own `InodeOperations`.
 *
 * @since 0.1.0
 */
import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import type { FileSystem } from "@procfsroot/vfs/FileSystem"
import type { Options } from "./FileSystem.js"
import * as internal from "./internal/promises/vfsRoot.js"
import type { OpenRoot } from "./OpenRoot.js"

/**
 * A file system, and how its paths resolve.
 *
 * @since 0.1.0
 * @category models
 */
export interface Source<F> {
  /** Where the root is, for messages and `hostPath`. */
  readonly path: string
  readonly fileSystem: FileSystem<F>
  /** Walks a path from the root, usually by `Walk.run` of `@procfsroot/path`. It is not called after `close`. */
  readonly walk: (path: string, policy: Policy) => Walk.Outcome<unknown>
  /**
   * Opens a directory as a source of its own. Throws an `Errno` if that fails. The policy of the new file system must be
   * at least as strict (`PathPolicy.strictest`). Without this function, `subRoot` of the root fails with ENOTSUP.
   */
  readonly subRoot?: (path: string, options: Options) => Source<F>
  /**
   * Releases what the file system holds. It is called once, when the root and its watches are closed. Files that are
   * still open have to work without it, or fail with EBADF.
   */
  readonly close?: () => void
}

/**
 * Opens a file system as a root with promises, synchronous functions, and all of `node:fs` by `Fs.make`. File handles
 * have no descriptor, so their `fd` is -1, and the functions that return a descriptor fail with ENOTSUP. `Fs.make` has
 * numbers for open files. A synchronous function throws if an operation of the file system has to wait.
 *
 * For Effect, there is `VfsFileSystem.make`.
 *
 * @example
 * import { openVfsRoot } from "@procfsroot/node"
 * import { Walk } from "@procfsroot/path"
 * import type { FileSystem } from "@procfsroot/vfs"
 *
 * declare const kind: {
 *   readonly fileSystem: FileSystem.FileSystem<number> // FileSystem.make(operations, …)
 *   readonly lookup: (asked: Walk.Lookup<number>) => Walk.Entry<number>
 * }
 *
 * const readme = async () => {
 *   await using root = openVfsRoot({
 *     path: "store:1",
 *     fileSystem: kind.fileSystem,
 *     walk: (path, policy) => Walk.run(1, path, kind.lookup, policy)
 *   })
 *   return await root.promises.readFile("/README.md", "utf8")
 * }
 *
 * @since 0.1.0
 * @category constructors
 */
export const openVfsRoot: <F>(source: Source<F>) => OpenRoot = internal.openVfsRoot
