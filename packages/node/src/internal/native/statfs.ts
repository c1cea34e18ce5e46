/** Reads the result of `statfs(2)`: a `struct statfs`, see `include/uapi/asm-generic/statfs.h`. */
import { isLarge } from "./architecture.js"
import { restarted } from "./failure.js"
import type { Library } from "./library.js"

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
   * Whether the mount that an open file is on has the option `nosymfollow`; `undefined` for every error, and on
   * architectures that have other fields.
   */
  readonly forbidsLinks: (fd: number) => boolean | undefined
}

/** @internal */
export const bindStatfs = ({ allocate, declare, errno }: Library): Statfs => {
  const fstatfs = declare("fstatfs", "int", "memory")
  const { bytes, pointer } = allocate(SIZE)
  const words = new Uint32Array(bytes)
  const succeeds = (fd: number): boolean => restarted(() => fstatfs(fd, pointer), errno) === 0
  return {
    // The first field; magic numbers have at most 32 bits.
    magic: (fd) => succeeds(fd) ? words[0] : undefined,
    forbidsLinks: (fd) => isLarge && succeeds(fd) ? ((words[FLAGS_AT] ?? 0) & ST_NOSYMFOLLOW) !== 0 : undefined
  }
}
