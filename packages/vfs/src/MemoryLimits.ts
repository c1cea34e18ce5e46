/**
 * Limits for a file system in memory: space, inodes, open files, the lengths of names and paths, or a read-only disk.
 * An operation that exceeds a limit fails with the errno of Linux, and leaves the files as Linux leaves them on a tmpfs
 * of that size.
 *
 * @since 0.1.0
 */

/**
 * The limits of a file system. The defaults are those of Linux: 255 bytes for names, 4,095 bytes for paths, and no
 * limit for the rest. The limits for space, inodes and names, and `readOnly`, apply to the file system of the root
 * directory. File systems mounted in the tree have no such limits.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits {
  /**
   * The number of bytes that can still be allocated, rounded up to blocks of 4,096 bytes as on tmpfs. A write that does
   * not fit completely writes the part that fits, and returns its length. The next write fails with ENOSPC. Holes take
   * no space. The space of a removed file is free again when the file is no longer open.
   */
  readonly freeBytes?: number | undefined
  /**
   * The number of files, directories, links and hard links that can still be created. After that, creating one fails
   * with ENOSPC. As on tmpfs, extended attributes count as well: 1,024 bytes of them count as one file. The size of an
   * attribute is its name, its value, and another 40 bytes.
   */
  readonly freeInodes?: number | undefined
  /**
   * The number of files that each user may have open at the same time. Opening another file fails with EMFILE, before
   * its path is looked up.
   */
  readonly openFiles?: number | undefined
  /** The longest name in bytes, at most 255. Longer names fail with ENAMETOOLONG. */
  readonly nameBytes?: number | undefined
  /** The longest path and link target in bytes, at most 4,095. Longer paths and targets fail with ENAMETOOLONG. */
  readonly pathBytes?: number | undefined
  /**
   * Every operation that would change something fails with EROFS, in the kernel's order of checks. Files that are
   * already open for writing can no longer be written to, as after an error on a disk mounted with `errors=remount-ro`.
   */
  readonly readOnly?: boolean | undefined
}
