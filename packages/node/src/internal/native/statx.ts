/** Reads the result of `statx(2)`: a `struct statx`, see `include/uapi/linux/stat.h`. */
import { type Attributes, type ExactAttributes, typeOf } from "@procfsroot/vfs/Attributes"
import type { Stat } from "../walk/lookup.js"
import type { Library } from "./library.js"

const SIZE = 256

/** STATX_BASIC_STATS and STATX_BTIME. */
const MASK = 0x7ff | 0x800
/** STATX_BTIME. */
const BIRTH = 0x800
/** STATX_INO. */
const INODE = 0x100
/** STATX_MNT_ID, since Linux 5.8. */
const MOUNT = 0x1000
/** STATX_TYPE, _MODE, _UID and _SIZE, and the mount. */
const LOOKUP = 0x001 | 0x002 | 0x008 | 0x200 | MOUNT

/**
 * The flags of `statx(2)` that make it `lstat`: AT_SYMLINK_NOFOLLOW and AT_NO_AUTOMOUNT.
 *
 * @internal
 */
export const AS_LSTAT = 0x100 | 0x800

/** @internal */
export const AT_EMPTY_PATH = 0x1000

/** The offsets of fields in `struct statx`. */
const INODE_AT = 32
const SIZE_AT = 40
const DEVICE_AT = 136
const MOUNT_AT = 144

/**
 * Combines both numbers in the same way as libc's `makedev(3)`, so that the result is the same as `dev` in Node's
 * `Stats`. In the kernel, they have 12 and 20 bits (`MINORBITS` in `include/linux/kdev_t.h`).
 */
const deviceOf = (major: number, minor: number): number => major * 0x100 + (minor & 0xff) + (minor >>> 8) * 0x10_0000

/** The offsets of the words of the inode, the device and the mount. */
const PLACE = [INODE_AT, INODE_AT + 4, DEVICE_AT, DEVICE_AT + 4, MOUNT_AT, MOUNT_AT + 4]

/**
 * What identifies a directory and the mount through which it was found.
 *
 * @internal
 */
export type PlaceIdentity = ReadonlyArray<number>

interface Statx {
  /** Where the result is written. */
  readonly pointer: unknown
  readonly mask: number
  readonly exactMask: number
  readonly identityMask: number
  readonly lookupMask: number
  readonly mountMask: number
  readonly attributes: () => Attributes
  /** Without the mount, if the kernel does not report its id. */
  readonly exactAttributes: () => ExactAttributes
  readonly identity: () => bigint
  readonly lookup: () => Stat
  /** The mount and the inode; `undefined` if the kernel has no mount ids. */
  readonly place: () => PlaceIdentity | undefined
  readonly isPlace: (identity: PlaceIdentity) => boolean
  /** The id of the mount, if the kernel reports it. */
  readonly mount: () => bigint | undefined
}

/**
 * A buffer that each call fills, and functions that read the last result.
 *
 * @internal
 */
export const statxBuffer = ({ allocate }: Library): Statx => {
  const { bytes: memory, pointer } = allocate(SIZE)
  // One view for each width: the kernel aligns every field to its width.
  const halves = new Uint16Array(memory)
  const words = new Uint32Array(memory)
  const signed = new Int32Array(memory)
  const longs = new BigUint64Array(memory)
  const word = (at: number): number => words[at >> 2] ?? 0
  /** Exact up to 2^53. */
  const long = (at: number): number => {
    const high = word(at + 4)
    // Arithmetic could turn a small integer into a heap number, which has to be allocated.
    return high === 0 ? word(at) : word(at) + high * 0x1_0000_0000
  }
  /** Seconds, which are negative before 1970, and nanoseconds. */
  const time = (at: number): number =>
    ((signed[(at + 4) >> 2] ?? 0) * 0x1_0000_0000 + word(at)) * 1_000 + word(at + 8) / 1_000_000
  const device = (at: number): number => deviceOf(word(at), word(at + 4))
  const attributes = (): Attributes => ({
    mode: halves[14] ?? 0,
    nlink: word(16),
    uid: word(20),
    gid: word(24),
    dev: device(DEVICE_AT),
    ino: long(INODE_AT),
    rdev: device(128),
    size: long(SIZE_AT),
    blksize: word(4),
    blocks: long(48),
    atimeMs: time(64),
    birthtimeMs: time(80),
    ctimeMs: time(96),
    mtimeMs: time(112)
  })
  const exactly = (at: number): bigint => longs[at >> 3] ?? 0n
  const nanoseconds = (at: number): bigint => BigInt.asIntN(64, exactly(at)) * 1_000_000_000n + BigInt(word(at + 8))
  // The mount 0 is one of the kernel's own, with no names (`memfd_create(2)`). But qemu reports it for every file if it
  // runs programs of other architectures: it passes on the mask, but not the id.
  const hasMount = (): boolean => (word(0) & MOUNT) !== 0 && (word(MOUNT_AT) !== 0 || word(MOUNT_AT + 4) !== 0)
  const mountId = (): bigint | undefined => hasMount() ? exactly(MOUNT_AT) : undefined
  const exactAttributes = (): ExactAttributes => {
    const mode = halves[14] ?? 0
    return {
      type: typeOf({ mode }),
      mode,
      nlink: word(16),
      uid: word(20),
      gid: word(24),
      dev: BigInt(device(DEVICE_AT)),
      ino: exactly(INODE_AT),
      rdev: BigInt(device(128)),
      size: exactly(SIZE_AT),
      blksize: word(4),
      blocks: exactly(48),
      atimeNs: nanoseconds(64),
      birthtimeNs: (word(0) & BIRTH) === 0 ? undefined : nanoseconds(80),
      ctimeNs: nanoseconds(96),
      mtimeNs: nanoseconds(112),
      mountId: mountId()
    }
  }
  return {
    pointer,
    mask: MASK,
    exactMask: MASK | MOUNT,
    exactAttributes,
    identityMask: INODE,
    lookupMask: LOOKUP,
    mountMask: INODE | MOUNT,
    attributes: () => {
      const found = attributes()
      return Number.isSafeInteger(found.ino) && Number.isSafeInteger(found.size)
        ? found
        : { ...found, exactIno: exactly(INODE_AT), exactSize: exactly(SIZE_AT) }
    },
    identity: () => BigInt(device(DEVICE_AT)) << 64n | exactly(INODE_AT),
    lookup: () => ({
      mode: halves[14] ?? 0,
      uid: word(20),
      size: long(SIZE_AT),
      mount: hasMount() ? long(MOUNT_AT) : undefined
    }),
    mount: mountId,
    place: () => hasMount() ? PLACE.map(word) : undefined,
    // This runs for each path with links, so it compares without creating anything.
    isPlace: (identity) => hasMount() && PLACE.every((at, i) => word(at) === identity[i])
  }
}
