/**
 * Whole trees: from any file system to plain data, and from plain data into a file system. Each path is resolved inside
 * the root of the file system, so neither direction leaves it.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "./FileSystem.js"
import type { ExactAttributes } from "./InodeOperations.js"
import * as internal from "./internal/treeCopy.js"
import type { Tree } from "./MemoryTree.js"
import type { Program } from "./Program.js"
import type { WalkTreeOptions } from "./RootDirectory.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FromOptions extends Pick<WalkTreeOptions, "enter"> {
  /**
   * Reads a file when a program first needs it, so that the tree has lazy files. It is passed the path and what the file
   * was when the tree was read. By default all contents are read with the tree.
   */
  readonly readLater?: ((path: string, attributes: ExactAttributes) => Uint8Array) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface ToOptions {
  /** Gives each file its owner, which only the superuser may do. By default all belong to the user who writes them. */
  readonly owners?: boolean | undefined
}

/**
 * The tree in the root of a file system: contents, links, hard links, modes, owners and modification times. Devices are
 * left out, since there are none in memory, as is what is removed meanwhile. Fails with the `Errno` of what cannot be
 * read.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromFileSystem: (fileSystem: FileSystem<unknown>, options?: FromOptions) => Program<Tree> =
  internal.fromFileSystem

/**
 * Makes the tree in the root of a file system, whose own attributes become those of `/` in the tree. Modes do not depend
 * on the umask. No link is followed and nothing is replaced: what exists already is EEXIST. Throws a `TypeError` if no
 * file system could contain the tree. If it fails on the way, what has been made stays.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toFileSystem: (tree: Tree, fileSystem: FileSystem<unknown>, options?: ToOptions) => Program<void> =
  internal.toFileSystem
