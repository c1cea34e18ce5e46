/**
 * Copies whole trees from a file system to plain data, and back. Each path is resolved inside the root of the file
 * system, so nothing outside it is read or written.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "./FileSystem.js"
import type { ExactAttributes } from "./Attributes.js"
import * as internal from "./internal/treeCopy.js"
import type { Program } from "./Program.js"
import type { Tree } from "./Tree.js"
import type { WalkTreeOptions } from "./RootDirectory.js"

/**
 * The options of `fromFileSystem`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FromOptions extends Pick<WalkTreeOptions, "enter"> {
  /**
   * Makes the files of the tree lazy: the function reads the content of a file when a program first needs it. It is
   * called with the path, and the attributes that the file had when the tree was read. By default, all contents are
   * read together with the tree.
   */
  readonly readLater?: ((path: string, attributes: ExactAttributes) => Uint8Array) | undefined
}

/**
 * The options of `toFileSystem`.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToOptions {
  /**
   * Set the owner of each file. Only the superuser may do this. By default, all files belong to the user who writes
   * them, and have no set-id bits, with which others could run them as this user.
   */
  readonly owners?: boolean | undefined
}

/**
 * Reads the tree of a file system: contents, links, hard links, modes, owners and modification times. Devices, and
 * files that are removed while it reads, are not in the result. Fails with an `Errno` if a file cannot be read.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromFileSystem: (fileSystem: FileSystem<unknown>, options?: FromOptions) => Program<Tree> =
  internal.fromFileSystem

/**
 * Writes a tree into the root of a file system. The root directory gets the attributes of `/` if the tree has it. The
 * umask does not apply. It does not follow links or replace files: it fails with EEXIST if a name exists already. Throws
 * a `TypeError` if no file system can contain the tree. If it fails, the files created so far remain.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toFileSystem: (tree: Tree, fileSystem: FileSystem<unknown>, options?: ToOptions) => Program<void> =
  internal.toFileSystem
