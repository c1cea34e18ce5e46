/**
 * What every kind of file system does that only reads: an operation that would change something fails as on a read-only
 * mount, in the kernel's order of checks.
 *
 * @since 0.1.0
 */
import type { Attributes, InodeOperations } from "./InodeOperations.js"
import * as internal from "./internal/readOnlyTree.js"

/**
 * The files of a tree that is only read.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReadOnlyTree<in out H> {
  readonly getattr: (inode: H) => Attributes
  /** What has this name in a directory. Throws an `Errno` if it is not a directory, or the name is too long. */
  readonly childAt: (directory: H, name: string) => H | undefined
  /** The text of a link. */
  readonly targetOf: (link: H) => string
}

/**
 * The operations on names and attributes. Permissions are not checked, and nothing that happens is reported.
 *
 * @since 0.1.0
 * @category constructors
 */
export const operations: <H>(tree: ReadOnlyTree<H>) => Pick<InodeOperations<H, never>, internal.Operation> =
  internal.operations

/**
 * The operations that would change an open file. None is open for writing.
 *
 * @since 0.1.0
 * @category constants
 */
export const fileOperations: typeof internal.fileOperations = internal.fileOperations

/**
 * Fails if a file may not be opened for this (`may_open` in `fs/namei.c`). There are no devices. A fifo may be written to
 * on a read-only mount, but has no reader here.
 *
 * @since 0.1.0
 * @category checks
 */
export const mayOpen: (attributes: Pick<Attributes, "mode">, write: boolean) => void = internal.mayOpen
