/** The bits of `st_mode` (`inode(7)`): permissions and file types. */
import type { Attributes, ExactAttributes } from "../Attributes.js"

const S_IFMT = 0o170000

const typeBits = {
  FIFO: 0o010000,
  CharacterDevice: 0o020000,
  Directory: 0o040000,
  BlockDevice: 0o060000,
  File: 0o100000,
  SymbolicLink: 0o120000,
  Socket: 0o140000
} as const

/** @internal */
export type KnownType = keyof typeof typeBits

/** @internal */
export type FileType = KnownType | "Unknown"

/** @internal */
export const modeOf = (type: KnownType, permissions: number): number => typeBits[type] | permissions

/** @internal */
export const PERMISSIONS = 0o7777

/** @internal */
export const SET_USER_ID = 0o4000

/** @internal */
export const SET_GROUP_ID = 0o2000

/** @internal */
export const STICKY = 0o1000

/** @internal */
export const GROUP_EXECUTE = 0o010

/**
 * S_ISUID and S_ISGID.
 *
 * @internal
 */
export const SET_ID = SET_USER_ID | SET_GROUP_ID

/**
 * Whether a program with this mode runs as the group of its file. Without permission for the group to execute it,
 * S_ISGID has another meaning: mandatory locks, which Linux does not have any more.
 *
 * @internal
 */
export const runsAsGroup = (mode: number): boolean => {
  const armed = SET_GROUP_ID | GROUP_EXECUTE
  return (mode & armed) === armed
}

/**
 * S_IRWXU.
 *
 * @internal
 */
export const OWNER = 0o700

/**
 * S_IRWXG.
 *
 * @internal
 */
export const GROUP = 0o070

/**
 * S_IRWXO.
 *
 * @internal
 */
export const OTHERS = 0o007

type WithMode = Pick<Attributes, "mode">

/** @internal */
export const isDirectory = ({ mode }: WithMode): boolean => (mode & S_IFMT) === typeBits.Directory

/** @internal */
export const isFile = ({ mode }: WithMode): boolean => (mode & S_IFMT) === typeBits.File

/** @internal */
export const isFifo = ({ mode }: WithMode): boolean => (mode & S_IFMT) === typeBits.FIFO

/** @internal */
export const isLink = ({ mode }: WithMode): boolean => (mode & S_IFMT) === typeBits.SymbolicLink

const TYPE_SHIFT = 12

/**
 * The file types, indexed by the bits of the type shifted down. As keys of an object, the large unshifted numbers would
 * be found by a hash, which takes longer.
 */
const typesByBits: Array<FileType> = []
const knownTypes = Object.keys(typeBits) as ReadonlyArray<KnownType> // its own keys
for (const type of knownTypes) typesByBits[typeBits[type] >> TYPE_SHIFT] = type

/** @internal */
export const typeOf = ({ mode }: WithMode): FileType => typesByBits[(mode & S_IFMT) >> TYPE_SHIFT] ?? "Unknown"

const nanoseconds = (milliseconds: number): bigint => BigInt(Math.round(milliseconds * 1_000)) * 1_000n

/** @internal */
export const inoOf = ({ exactIno, ino }: Attributes): bigint => exactIno ?? BigInt(ino)

/** @internal */
export const isSameFile = (a: Attributes, b: Attributes): boolean => a.dev === b.dev && inoOf(a) === inoOf(b)

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
