/**
 * What a file system in memory has no more of: space, inodes, open files; or that it can only be read. Each limit fails
 * with the errno of Linux, and leaves what Linux leaves on a tmpfs of that size.
 *
 * @since 0.1.0
 */

/**
 * The limits of a file system. Missing ones are those of Linux: names of 255 bytes, paths of 4,095, and no limit for the
 * rest. Space, inodes, names and `readOnly` are those of the file system that the tree begins with; what is mounted in it
 * has no limits of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits {
  /**
   * How many bytes can still be allocated, rounded up to blocks of 4,096 as tmpfs does. A write takes what fits and
   * returns a smaller length; the next one fails with ENOSPC. Holes take no space, and removed files give it back once
   * nobody has them open.
   */
  readonly freeBytes?: number | undefined
  /** How many more names can be made: files, directories, links, and hard links, which tmpfs counts too. Then ENOSPC. */
  readonly freeInodes?: number | undefined
  /** How many files each user may have open at the same time. One more is EMFILE, before its path is looked up. */
  readonly openFiles?: number | undefined
  /** The longest name, at most 255. A longer one is ENAMETOOLONG. */
  readonly nameBytes?: number | undefined
  /** The longest path and link target, at most 4,095. A longer one is ENAMETOOLONG. */
  readonly pathBytes?: number | undefined
  /**
   * Whatever would change something is EROFS, in the kernel's order of checks. Files that are open for writing cannot be
   * written to any more, as after an error on a disk that is mounted with `errors=remount-ro`.
   */
  readonly readOnly?: boolean | undefined
}
