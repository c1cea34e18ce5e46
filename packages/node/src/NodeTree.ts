/**
 * Reads directories and archives as plain data, and writes such data to directories. A test can start from a real tree,
 * and keep the files that a program created so that other tools can inspect them.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/promises/nodeTree.js"
import type { Tree } from "./MemoryRoot.js"
import type { Abortable } from "./Promises.js"
import type * as TreeFiles from "./TreeFiles.js"

/**
 * The options of `fromDirectory`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FromDirectoryOptions extends TreeFiles.FromDirectoryOptions, Abortable {}

/**
 * The options of `fromTar`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FromTarOptions extends TreeFiles.FromTarOptions, Abortable {}

/**
 * Reads the tree in a directory: contents, links, hard links, modes, owners and modification times. It reads nothing
 * outside the directory, even if somebody changes it meanwhile. Devices are left out. `enter` decides which directories
 * to enter.
 *
 * Rejects with an `Error` whose `code` is an errno if the directory cannot be opened, or if a file in it cannot be
 * read.
 *
 * @example
 * import { NodeTree, openMemoryRoot } from "@procfsroot/node"
 *
 * const fake = async () => openMemoryRoot(await NodeTree.fromDirectory("test/fixture", { lazy: true }))
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromDirectory: (directory: string, options?: FromDirectoryOptions) => Promise<Tree> =
  internal.fromDirectory

/**
 * Reads the tree in an uncompressed tar archive. The files are the same as after extracting the archive in an empty
 * root. Entries that cannot be extracted are left out, and so are devices.
 *
 * Rejects with an `Error` whose message says what is wrong with the archive, for example that it is compressed,
 * truncated, or not a tar archive.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromTar: (file: string, options?: FromTarOptions) => Promise<Tree> = internal.fromTar

/**
 * Writes a tree into an existing directory, which gets the attributes of `/` if the tree has it. It changes nothing
 * outside the directory and replaces nothing in it: it fails with EEXIST if a name exists. If the process runs as
 * the superuser, it sets the owners of all files. Otherwise, no file gets set-id bits, like with `tar`. If it fails, the
 * files created so far remain.
 *
 * Rejects with an `Error` whose `code` is an errno if a file cannot be created, and with a `TypeError` if no file
 * system could contain the tree.
 *
 * @example
 * import { type MemoryRoot, NodeTree } from "@procfsroot/node"
 *
 * const keep = (root: MemoryRoot.MemoryRoot) => NodeTree.toDirectory(root.snapshot(), "/tmp/result")
 *
 * @since 0.1.0
 * @category conversions
 */
export const toDirectory: (tree: Tree, directory: string, options?: Abortable) => Promise<void> = internal.toDirectory
