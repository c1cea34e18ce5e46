/**
 * Builds the tree of a tar archive, for programs that read its headers as a stream with `TarHeaders`. It does not use
 * Node, so it also works in a browser. To use an archive that is a file, see `Tar`.
 *
 * @since 0.1.0
 */
import * as Policy from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import * as internal from "./internal/tar/tarIndex.js"
import type { Inode, Skipped } from "./Tar.js"
import type { Entry } from "./TarHeaders.js"

/**
 * The tree of the entries added so far, by the rules of `Tar.open`.
 *
 * @since 0.1.0
 * @category models
 */
export interface TarIndex {
  /** The directory that serves as `/`. */
  readonly root: Inode
  /** The entries that cannot be extracted. */
  readonly skipped: ReadonlyArray<Skipped>
  /**
   * Adds an entry as if it were extracted next. Throws `Unavailable` of `Root` if the archive contains too many files, or
   * if its names lead through too many directories and links.
   */
  readonly add: (entry: Entry) => void
}

/**
 * Creates an empty tree for at most `maxInodes` files, including its root, other directories and skipped entries.
 * Throws a `RangeError` if that is neither a whole number of at least 0 nor `Infinity`.
 *
 * @example
 * import { TarIndex } from "@procfsroot/node"
 *
 * TarIndex.make(50_000).skipped.length // 0
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (maxInodes: number): TarIndex => new internal.Index(Policy.limit("maxInodes", maxInodes))

/**
 * Answers the lookups of a walk in the tree of an archive.
 *
 * @since 0.1.0
 * @category lookups
 */
export const lookup: (asked: Walk.Lookup<Inode>) => Walk.Entry<Inode> = internal.look
