/**
 * The system calls that the file system is made of: on a directory that is held open and one name in it (`openat`, `mkdirat`,
 * `unlinkat`, …), or on a file that is held. `native/` makes them by libc, `procfs/` by Node's own calls on
 * `/proc/self/fd/<n>/<name>`; no operation knows which of them it has.
 */
import type { Attributes, ParentAndName } from "@procfsroot/vfs/InodeOperations"

/**
 * A directory and a name in it. What the call does to a link that has the name, it does to the link.
 *
 * @internal
 */
export type Place = ParentAndName<{ readonly fd: number }>

/**
 * Each throws an `Errno`.
 *
 * @internal
 */
export interface SystemCalls {
  /** A descriptor of whatever has the name, a link itself (O_PATH), which `close` closes. */
  readonly open: (directory: number, name: string) => number
  readonly close: (fd: number) => void
  readonly fstat: (fd: number) => Attributes
  /** Device and inode as one number: inode numbers have 64 bits. */
  readonly identity: (fd: number) => bigint
  /** `undefined` where nothing has the name. */
  readonly lstat: (place: Place) => Attributes | undefined
  readonly readlink: (directory: number, name: string) => string
  readonly mkdir: (place: Place, mode: number) => void
  readonly symlink: (target: string, place: Place) => void
  readonly link: (from: Place, to: Place) => void
  readonly rename: (from: Place, to: Place) => void
  readonly unlink: (place: Place) => void
  readonly rmdir: (place: Place) => void
  /** What can be read or written without waiting, and how many bytes it was; `undefined` where it cannot be known at once. */
  readonly readNow?: (fd: number, buffer: Uint8Array, position: number | undefined) => number | undefined
  readonly writeNow?: (fd: number, bytes: Uint8Array, position: number | undefined) => number | undefined
}
