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

/** More devices than most roots have. When there are more, all are forgotten. */
const MOST = 256

const known = new Map<number, number>()

const magicOf = (dev: number, fd: number): number => {
  let magic = known.get(dev)
  if (magic === undefined) {
    if (known.size === MOST) known.clear()
    known.set(dev, magic = statfsSync(descriptorPath(fd)).type)
  }
  return magic
}

/**
 * Where the content of an open file is stored.
 *
 * @internal
 */
export const storageOf = ({ fstat }: SystemCalls, fd: number): Storage =>
  byMagic.get(magicOf(fstat(fd).dev, fd)) ?? "remote"

/**
 * Whether the size of a directory limits how many names it can have. overlayfs reports only the size of the upper
 * directory; FUSE and network file systems can report anything.
 *
 * @internal
 */
export const tellsSize = (dev: number, fd: number): boolean => {
  const magic = magicOf(dev, fd)
  return magic !== OVERLAYFS && byMagic.has(magic)
}
