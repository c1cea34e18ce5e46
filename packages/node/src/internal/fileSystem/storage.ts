/** Where a file's content is stored. This decides which calls may have to wait. */
import { statfsSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import type { SystemCalls } from "../systemCalls.js"

/**
 * - `memory`: no read or write waits for a device.
 * - `disk`: data is written out later, and not by `close(2)`.
 * - `remote`: `close(2)` may write the data out, and take time (NFS, FUSE, CIFS). Also for unknown file systems.
 *
 * @internal
 */
export type Storage = "memory" | "disk" | "remote"

const OVERLAYFS = 0x794c_7630

/** The magic numbers of `include/uapi/linux/magic.h`. */
const byMagic: ReadonlyMap<number, Storage> = new Map([
  [0x0102_1994, "memory"], // tmpfs
  [0x8584_58f6, "memory"], // ramfs
  [0xef53, "disk"], // ext2, ext3, ext4
  [0x5846_5342, "disk"], // xfs
  [0x9123_683e, "disk"], // btrfs
  [0xf2f5_2010, "disk"], // f2fs
  [OVERLAYFS, "disk"]
])

/**
 * Remembered while a file is open. Not for each device, since the kernel gives the number of an unmounted one to the
 * next.
 */
const known = new Map<number, Storage>()

/** Returns `undefined` for a file system that does not say what it is, such as one whose server is gone. */
const magicOf = ({ magic }: SystemCalls, fd: number): number | undefined => {
  try {
    return magic?.(fd) ?? statfsSync(descriptorPath(fd)).type
  } catch {
    return undefined
  }
}

const find = (calls: SystemCalls, fd: number): Storage => byMagic.get(magicOf(calls, fd) ?? 0) ?? "remote"

/**
 * Whether a file, which may be open with O_PATH only, is on a local file system.
 *
 * @internal
 */
export const isLocal = (calls: SystemCalls, fd: number): boolean => find(calls, fd) !== "remote"

/**
 * Where the content of an open file is stored.
 *
 * @internal
 */
export const storageOf = (calls: SystemCalls, fd: number): Storage => {
  let storage = known.get(fd)
  if (storage === undefined) known.set(fd, storage = find(calls, fd))
  return storage
}

/** Open files whose writes wait until the data is stored. */
const synced = new Set<number>()

/**
 * Remembers that a file was opened with O_DSYNC or O_SYNC.
 *
 * @internal
 */
export const keepSynced = (fd: number): void => void synced.add(fd)

/** @internal */
export const isSynced = (fd: number): boolean => synced.has(fd)

/**
 * Must be called before a file is closed, since another file can get its descriptor.
 *
 * @internal
 */
export const forget = (fd: number): void => {
  known.delete(fd)
  synced.delete(fd)
}

/**
 * Whether a directory is on overlayfs, which reports only the size of the upper directory.
 *
 * @internal
 */
export const isOverlay = (calls: SystemCalls, fd: number): boolean => magicOf(calls, fd) === OVERLAYFS

/**
 * Whether the size of a directory limits how many names it can have. That of overlayfs does not; FUSE and network file
 * systems can report anything.
 *
 * @internal
 */
export const tellsSize = (calls: SystemCalls, fd: number): boolean => {
  const magic = magicOf(calls, fd)
  return magic !== undefined && magic !== OVERLAYFS && byMagic.has(magic)
}
