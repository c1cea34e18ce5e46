/**
 * The system calls that the file system uses: on a directory that is held open and one name in it (`openat`, `mkdirat`,
 * `unlinkat`, …), or on an open file. `native/` calls libc, `procfs/` calls Node's functions on
 * `/proc/self/fd/<n>/<name>`. No operation knows which of them it uses.
 */
import type { Attributes, ExactAttributes } from "@procfsroot/vfs/Attributes"
import type {
  DirectoryEntry,
  ExtendedAttributes,
  NewNode,
  ParentAndName,
  RenameMode
} from "@procfsroot/vfs/InodeOperations"

/**
 * A directory and a name in it. If the name is a link, a call acts on the link itself.
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
  /** Opens the file with this name, a link itself (O_PATH). `close` closes the descriptor. */
  readonly open: (directory: number, name: string) => number
  readonly close: (fd: number) => void
  /** Whether whole files may be opened by native calls as well, so that Node closes what it has not opened. */
  readonly opensFiles?: boolean
  /** Makes a file, with the flags of `open(2)`, and opens it. Node closes it. */
  readonly create: (place: Place, flags: number, mode: number) => number
  readonly fstat: (fd: number) => Attributes
  readonly fstatExact: (fd: number) => ExactAttributes
  /** Device and inode as one number: inode numbers have 64 bits. */
  readonly identity: (fd: number) => bigint
  /** The id of the mount that an open file is on. While it is open, no other mount can get this id. */
  readonly mount: (fd: number) => bigint
  /** `undefined` if nothing has this name. */
  readonly lstat: (place: Place) => Attributes | undefined
  readonly readlink: (directory: number, name: string) => string
  readonly mkdir: (place: Place, mode: number) => void
  readonly symlink: (target: string, place: Place) => void
  readonly link: (from: Place, to: Place) => void
  readonly rename: (from: Place, to: Place, mode: RenameMode) => void
  readonly mknod?: (place: Place, node: NewNode, mode: number) => void
  readonly extendedAttributes?: {
    /** Of descriptors that are open as O_PATH. */
    readonly found: ExtendedAttributes<number>
    /** Of all others. */
    readonly open: ExtendedAttributes<number>
  }
  /** Opens the directory with this name, which must be UTF-8, for reading. `close` closes the descriptor. */
  readonly openToList?: (directory: number, name: string) => number
  /**
   * The entries of a directory; `undefined` if there are many, and for every error. `isUnread`: it was opened by
   * `openToList`, and has not been read.
   */
  readonly listNow?: (directory: number, isUnread: boolean) => ReadonlyArray<DirectoryEntry> | undefined
  readonly unlink: (place: Place) => void
  readonly rmdir: (place: Place) => void
  /**
   * Reads or writes what is possible without waiting, and returns how many bytes that was; `undefined` if it may have
   * to wait.
   */
  readonly readNow?: (fd: number, buffer: Uint8Array, position: number | undefined) => number | undefined
  readonly writeNow?: (fd: number, bytes: Uint8Array, position: number | undefined) => number | undefined
  /**
   * Copies up to `length` bytes from the position of one file to that of another (`copy_file_range(2)`). 0 at the end of
   * the file, -1 for every error.
   */
  readonly copyRange?: {
    readonly now: (from: number, to: number, length: number) => number
    readonly onPool: (from: number, to: number, length: number, done: (result: number) => void) => void
  }
}
