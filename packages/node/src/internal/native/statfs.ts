/** Reads the result of `statfs(2)`: a `struct statfs`, see `include/uapi/asm-generic/statfs.h`. */
import { constants } from "node:os"
import { isLarge } from "./architecture.js"
import type { Library } from "./library.js"

const { EINTR } = constants.errno

/** In bytes; more than the struct has on any architecture. */
const SIZE = 256

/** Where the flags are, in words of four bytes, if every field has 64 bits. */
const FLAGS_AT = 20

/** `include/linux/statfs.h`; since Linux 5.10. */
const ST_NOSYMFOLLOW = 0x2000

interface Statfs {
  /** The magic number of the file system that an open file is on; `undefined` for every error. */
  readonly magic: (fd: number) => number | undefined
  /**
   * Whether the mount that an open directory is on has the option `nosymfollow`; `undefined` for every error, and on
   * architectures that have other fields.
   */
  readonly forbidsLinks: (fd: number) => boolean | undefined
}

/** @internal */
export const bindStatfs = ({ allocate, declare, errno }: Library): Statfs => {
  const fstatfs = declare("fstatfs", "int", "memory")
  const { bytes, pointer } = allocate(SIZE)
  const words = new Uint32Array(bytes)
  /** Makes the call again if a signal interrupted it. */
  const succeeds = (call: () => number): boolean => {
    while (call() !== 0) if (errno() !== EINTR) return false
    return true
  }
  return {
    // The first field; magic numbers have at most 32 bits.
    magic: (fd) => succeeds(() => fstatfs(fd, pointer)) ? words[0] : undefined,
    forbidsLinks: (fd) =>
      isLarge && succeeds(() => fstatfs(fd, pointer)) ? ((words[FLAGS_AT] ?? 0) & ST_NOSYMFOLLOW) !== 0 : undefined
  }
}
