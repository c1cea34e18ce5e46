/** The bits of `st_mode` (`inode(7)`): permissions and file types. */
import type { Attributes, ExactAttributes } from "../Attributes.js"

const S_IFMT = 0o170000
const S_IFIFO = 0o010000
const S_IFDIR = 0o040000
const S_IFREG = 0o100000
const S_IFLNK = 0o120000

/** @internal */
export const PERMISSIONS = 0o7777

type WithMode = Pick<Attributes, "mode">

/** @internal */
export const isDirectory = ({ mode }: WithMode): boolean => (mode & S_IFMT) === S_IFDIR

/** @internal */
export const isFile = ({ mode }: WithMode): boolean => (mode & S_IFMT) === S_IFREG

/** @internal */
export const isFifo = ({ mode }: WithMode): boolean => (mode & S_IFMT) === S_IFIFO

/** @internal */
export const isLink = ({ mode }: WithMode): boolean => (mode & S_IFMT) === S_IFLNK

const types = [
  [S_IFIFO, "FIFO"],
  [0o020000, "CharacterDevice"],
  [S_IFDIR, "Directory"],
  [0o060000, "BlockDevice"],
  [S_IFREG, "File"],
  [S_IFLNK, "SymbolicLink"],
  [0o140000, "Socket"]
] as const

/** @internal */
export type FileType = (typeof types)[number][1] | "Unknown"

const TYPE_SHIFT = 12

/**
 * The file types, indexed by the bits of the type shifted down. As keys of an object, the large unshifted numbers would
 * be found by a hash, which takes longer.
 */
const typesByBits: Array<FileType> = []
for (const [bits, type] of types) typesByBits[bits >> TYPE_SHIFT] = type

/** @internal */
export const typeOf = ({ mode }: WithMode): FileType => typesByBits[(mode & S_IFMT) >> TYPE_SHIFT] ?? "Unknown"

const nanoseconds = (milliseconds: number): bigint => BigInt(Math.round(milliseconds * 1_000)) * 1_000n

/** @internal */
export const inoOf = ({ exactIno, ino }: Attributes): bigint => exactIno ?? BigInt(ino)

/** @internal */
export const sizeOf = ({ exactSize, size }: Attributes): bigint => exactSize ?? BigInt(size)

/** @internal */
export const exactly = (attributes: Attributes): ExactAttributes => {
  const { atimeMs, birthtimeMs, blksize, blocks, ctimeMs, dev, gid, mode, mtimeMs, nlink, rdev, uid } = attributes
  return {
    type: typeOf({ mode }),
    mode,
    nlink,
    uid,
    gid,
    dev: BigInt(dev),
    ino: inoOf(attributes),
    rdev: BigInt(rdev),
    size: sizeOf(attributes),
    blksize,
    blocks: BigInt(blocks),
    atimeNs: nanoseconds(atimeMs),
    mtimeNs: nanoseconds(mtimeMs),
    ctimeNs: nanoseconds(ctimeMs),
    birthtimeNs: nanoseconds(birthtimeMs),
    mountId: undefined
  }
}
