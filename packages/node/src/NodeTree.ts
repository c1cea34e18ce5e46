/**
 * Trees as plain data from directories and archives, and into directories. A test can start from a real tree, and leave
 * what a program has made for other tools to look at.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/promises/nodeTree.js"
import type { Tree } from "./MemoryRoot.js"
import type { Abortable } from "./Promises.js"
import type * as TreeFiles from "./TreeFiles.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FromDirectoryOptions extends TreeFiles.FromDirectoryOptions, Abortable {}

/**
 * @since 0.1.0
 * @category models
 */
export interface FromTarOptions extends TreeFiles.FromTarOptions, Abortable {}

/**
 * The tree in a directory: contents, links, hard links, modes, owners and modification times. Nothing outside the
 * directory is read, also if somebody changes it meanwhile. Devices are left out, since there are none in memory. `enter`
 * says which directories to go into.
 *
 * Rejects with an `Error` whose `code` is the errno with which the directory could not be opened, or something in it not
 * be read.
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
 * The tree in an uncompressed tar archive. The files are the same as after extracting it in an empty root; what cannot be
 * extracted is left out, and so are devices.
 *
 * Rejects with an `Error` whose message says what is wrong with the archive: it is compressed, truncated, or not a tar
 * archive.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromTar: (file: string, options?: FromTarOptions) => Promise<Tree> = internal.fromTar

/**
 * Makes a tree in a directory, which must exist; it gets the attributes of `/` in the tree. Nothing outside the directory
 * is touched, and nothing in it is replaced: what exists already is EEXIST. Owners are set if the process is the
 * superuser's; otherwise everything belongs to its user. If it fails on the way, what has been made stays.
 *
 * Rejects with an `Error` whose `code` is the errno of what could not be made, and with a `TypeError` if no file system
 * could contain the tree.
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
