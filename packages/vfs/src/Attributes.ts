/**
 * The attributes of a file and of a file system.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/mode.js"

/**
 * The attributes of a file, as `stat(2)` reports them. Times are in milliseconds since the epoch. `mode` includes the
 * file type (`inode(7)`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Attributes {
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly dev: number
  /** The inode number, rounded if it has more than 53 bits, as in Node's `Stats`. */
  readonly ino: number
  /** The exact inode number, if `ino` is rounded. */
  readonly exactIno?: bigint
  readonly rdev: number
  /** Rounded like `ino`. */
  readonly size: number
  /** The exact size, if `size` is rounded. */
  readonly exactSize?: bigint
  readonly blksize: number
  readonly blocks: number
  readonly atimeMs: number
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly birthtimeMs: number
}

/**
 * The exact attributes of a file, as `statx(2)` reports them. Times are in nanoseconds since the epoch. `mode` includes
 * the file type (`inode(7)`).
 *
 * @since 0.1.0
 * @category models
 */
export interface ExactAttributes {
  readonly type: FileType
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly dev: bigint
  readonly ino: bigint
  readonly rdev: bigint
  readonly size: bigint
  readonly blksize: number
  /** The space that the file takes, in blocks of 512 bytes. */
  readonly blocks: bigint
  readonly atimeNs: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  /** The time at which the file was created, or `undefined` if the file system does not record it. */
  readonly birthtimeNs: bigint | undefined
  /**
   * The id of the mount that the file is on, as in `/proc/self/mountinfo`, or `undefined` if there are no mounts, or a
   * sandbox forbids reading the id.
   */
  readonly mountId: bigint | undefined
}

/**
 * The size of a file system and its free space, as `statfs(2)` reports them. Blocks have `blockSize` bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface StatFs {
  /** The type of the file system, as a magic number of `linux/magic.h`. */
  readonly type: bigint
  readonly blockSize: bigint
  /** The fragment size (`f_frsize`), which Node reports since version 24. */
  readonly fragmentSize?: bigint
  readonly blocks: bigint
  readonly freeBlocks: bigint
  /** The number of free blocks that ordinary users may use. */
  readonly availableBlocks: bigint
  /** The number of inodes, and of free inodes. Both are 0 if the file system has no limit. */
  readonly inodes: bigint
  readonly freeInodes: bigint
}

/**
 * Converts attributes to exact attributes, for a file system that has no finer times and no mounts.
 *
 * @since 0.1.0
 * @category conversions
 */
export const exactly: (attributes: Attributes) => ExactAttributes = internal.exactly

/**
 * Returns the exact inode number, which has up to 64 bits.
 *
 * @since 0.1.0
 * @category getters
 */
export const inoOf: (attributes: Attributes) => bigint = internal.inoOf

/**
 * Returns the exact size in bytes. The largest is 2^63 − 1.
 *
 * @since 0.1.0
 * @category getters
 */
export const sizeOf: (attributes: Attributes) => bigint = internal.sizeOf

/**
 * The type of a file.
 *
 * @since 0.1.0
 * @category models
 */
export type FileType = internal.FileType

/**
 * Returns the mode of a file with a type and permissions, for the `getattr` of a kind of file system.
 *
 * @example
 * import * as Attributes from "@procfsroot/vfs/Attributes"
 *
 * const mode = Attributes.modeOf("Directory", 0o755) // 0o40755
 *
 * @since 0.1.0
 * @category constructors
 */
export const modeOf: (type: Exclude<FileType, "Unknown">, permissions: number) => number = internal.modeOf

/**
 * Returns the file type that a mode contains.
 *
 * @since 0.1.0
 * @category getters
 */
export const typeOf: (attributes: Pick<Attributes, "mode">) => FileType = internal.typeOf
