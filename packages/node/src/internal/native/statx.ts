/** The result of `statx(2)`: `struct statx` in `include/uapi/linux/stat.h`. */
import type { Attributes } from "@procfsroot/vfs/InodeOperations"

const SIZE = 256

/** STATX_BASIC_STATS and STATX_BTIME. */
const MASK = 0x7ff | 0x800
/** STATX_INO. */
const INODE = 0x100

/** As in libc's `makedev(3)` and Node's `st_dev`: the bits of both numbers, interleaved. */
const deviceOf = (major: number, minor: number): number =>
  (major & 0xfff) * 0x100 + (minor & 0xff) + (minor >>> 8) * 0x10_0000 + (major >>> 12) * 0x1000_0000_0000

interface Statx {
  readonly buffer: Buffer
  readonly mask: number
  readonly identityMask: number
  readonly attributes: () => Attributes
  readonly identity: () => bigint
}

/**
 * A buffer that each call fills, and functions that read the last result.
 *
 * @internal
 */
export const statxBuffer = (): Statx => {
  const memory = new ArrayBuffer(SIZE)
  // One view for each width: the kernel aligns every field to its width.
  const halves = new Uint16Array(memory)
  const words = new Uint32Array(memory)
  const seconds = new BigInt64Array(memory)
  const inode = new BigUint64Array(memory, 32, 1)
  const word = (at: number): number => words[at >> 2] ?? 0
  /** Exact up to 2^53, like Node's numbers. */
  const long = (at: number): number => word(at) + word(at + 4) * 0x1_0000_0000
  const time = (at: number): number => Number(seconds[at >> 3]) * 1_000 + word(at + 8) / 1_000_000
  const device = (at: number): number => deviceOf(word(at), word(at + 4))
  return {
    buffer: Buffer.from(memory),
    mask: MASK,
    identityMask: INODE,
    attributes: () => ({
      mode: halves[14] ?? 0,
      nlink: word(16),
      uid: word(20),
      gid: word(24),
      dev: device(136),
      ino: long(32),
      rdev: device(128),
      size: long(40),
      blksize: word(4),
      blocks: long(48),
      atimeMs: time(64),
      birthtimeMs: time(80),
      mtimeMs: time(112)
    }),
    identity: () => BigInt(device(136)) << 64n | (inode[0] ?? 0n)
  }
}
