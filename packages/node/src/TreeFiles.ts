/**
 * Reads directories and archives as plain data, and writes such data to directories. The functions return programs;
 * `NodeTree` has the same functions with promises.
 *
 * @since 0.1.0
 */
import type { Program } from "@procfsroot/vfs/Program"
import type { Tree } from "@procfsroot/vfs/Tree"
import type { FromOptions } from "@procfsroot/vfs/TreeCopy"
import * as internal from "./internal/treeFiles.js"
import type * as Tar from "./Tar.js"

/**
 * The options of `fromDirectory`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FromDirectoryOptions extends Pick<FromOptions, "enter"> {
  /**
   * Read the content of a file from the directory when a program first needs it. If the file was replaced or changed by
   * then, the operation fails with `ESTALE`. By default, all contents are read at once.
   */
  readonly lazy?: boolean | undefined
}

/**
 * The options of `fromTar`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FromTarOptions extends Tar.Options {}

/**
 * Reads the tree in a directory. Throws `Unavailable` of `Root` if the directory cannot be opened, and an `Errno` if a
 * file in it cannot be read.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromDirectory: (directory: string, options?: FromDirectoryOptions) => Program<Tree> =
  internal.fromDirectory

/**
 * Reads the tree in an uncompressed tar archive, by the rules of `Tar.open`. Throws `Unavailable` of `Root` if the
 * archive cannot be opened, and an `Errno` if a file in it cannot be read.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromTar: (file: string, options?: FromTarOptions) => Program<Tree> = internal.fromTar

/**
 * Writes a tree into an existing directory. Throws `Unavailable` of `Root` if the directory cannot be opened, an
 * `Errno` if a file in it cannot be created, and a `TypeError` if no file system could contain the tree.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toDirectory: (tree: Tree, directory: string) => Program<void> = internal.toDirectory
