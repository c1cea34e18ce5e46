/**
 * The operations of a read-only file system. An operation that would change something fails as on a read-only mount, in
 * the kernel's order of checks.
 *
 * @since 0.1.0
 */
import type { Attributes } from "./Attributes.js"
import type { InodeOperations } from "./InodeOperations.js"
import * as internal from "./internal/readOnlyTree.js"
import * as sorted from "./internal/sorted.js"

/**
 * The files of a read-only tree.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReadOnlyTree<in out H> {
  readonly getattr: (inode: H) => Attributes
  /**
   * Returns the file with this name in a directory, if there is one. Throws an `Errno` if `directory` is not a
   * directory, or if the name is too long.
   */
  readonly childAt: (directory: H, name: string) => H | undefined
  /** Returns the target of a link. */
  readonly targetOf: (link: H) => string
}

/**
 * Creates the operations on names and attributes. They do not check permissions, and `watch` reports nothing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const operations: <H>(tree: ReadOnlyTree<H>) => Pick<InodeOperations<H, never>, internal.Operation> =
  internal.operations

/**
 * The operations that would change an open file. They fail, since no file is open for writing.
 *
 * @since 0.1.0
 * @category constants
 */
export const fileOperations: typeof internal.fileOperations = internal.fileOperations

/**
 * Fails if a file may not be opened for reading or, with `write`, for writing (`may_open` in `fs/namei.c`). Devices
 * cannot be opened. A fifo can be opened for writing on a read-only mount, but here it has no reader.
 *
 * @since 0.1.0
 * @category checks
 */
export const mayOpen: (attributes: Pick<Attributes, "mode">, write: boolean) => void = internal.mayOpen

/**
 * Sorts the names in a directory by their bytes, as `readdir` has to return them. It is faster than
 * `SurrogateEscape.compareBytes`, but a large directory still takes a while, so keep the result if the directory does
 * not change.
 *
 * @since 0.1.0
 * @category listing
 */
export const sortedNames: (names: Iterable<string>) => Array<string> = sorted.sortedNames
