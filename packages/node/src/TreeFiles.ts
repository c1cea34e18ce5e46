/**
 * Trees as plain data from directories and archives, and into directories, as programs: what `NodeTree` does with
 * promises.
 *
 * @since 0.1.0
 */
import type { Tree } from "@procfsroot/vfs/MemoryTree"
import type { Program } from "@procfsroot/vfs/Program"
import type { FromOptions } from "@procfsroot/vfs/TreeCopy"
import * as internal from "./internal/treeFiles.js"
import type * as Tar from "./Tar.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FromDirectoryOptions extends Pick<FromOptions, "enter"> {
  /**
   * Contents are read when a program first needs them, in the same directory. If a file is not the same by then, or was
   * changed, the operation fails with `ESTALE`. By default all contents are read now.
   */
  readonly lazy?: boolean | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface FromTarOptions extends Tar.Options {}

/**
 * The tree in a directory. Throws `Unavailable` of `Root` if the directory cannot be opened, and the `Errno` of what
 * cannot be read in it.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromDirectory: (directory: string, options?: FromDirectoryOptions) => Program<Tree> =
  internal.fromDirectory

/**
 * The tree in an uncompressed tar archive, as `Tar` reads it. Throws `Unavailable` of `Root` if the archive cannot be
 * opened.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromTar: (file: string, options?: FromTarOptions) => Program<Tree> = internal.fromTar

/**
 * Makes a tree in a directory, which must exist. Throws `Unavailable` of `Root` if the directory cannot be opened, the
 * `Errno` of what cannot be made in it, and a `TypeError` if no file system could contain the tree.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toDirectory: (tree: Tree, directory: string) => Program<void> = internal.toDirectory
