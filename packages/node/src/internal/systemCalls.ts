/**
 * The system calls that the file system uses: on an open directory and a name in it (`openat`, `mkdirat`, `unlinkat`,
 * …), or on an open file. `native/` calls libc, `procfs/` calls Node's functions on `/proc/self/fd/<n>/<name>`. The
 * operations do not depend on which of them they use.
 */
import type { Attributes, ExactAttributes } from "@procfsroot/vfs/Attributes"
import type {
  DirectoryEntry,
  ExtendedAttributes,
  Extent,
  NewNode,
  ParentAndName,
  RenameMode
} from "@procfsroot/vfs/InodeOperations"
import type { Creator } from "../FileSystem.js"

/**
 * A directory and a name in it. If the name is a link, a call acts on the link itself.
 *
 * @internal
 */
export type Place = ParentAndName<{ readonly fd: number }>

/**
 * Sets times in nanoseconds since the epoch.
 *
 * @internal
 */
export type SetTimes = (fd: number, atime: bigint, mtime: bigint) => void

/**
 * Makes calls that create files as another user. It throws EPERM if the process may not do so.
 *
 * @internal
 */
export type CreateAs = (creator: Creator) => <A>(create: () => A) => A

/**
 * An open directory.
 *
 * @internal
 */
export interface EntryParts {
  /** Reads some entries; none at the end. */
  readonly now: () => ReadonlyArray<DirectoryEntry>
  /** The same, on the thread pool. Until it is done, the directory must not be closed. */
  readonly onPool: (done: (error: unknown, entries: ReadonlyArray<DirectoryEntry>) => void) => void
  readonly close: () => void
}

/**
 * Each call throws an `Errno`.
 *
 * @internal
 */
export interface SystemCalls {
  /** Opens the file with this name with O_PATH. A link is not followed. The descriptor must be closed by `close`. */
  readonly open: (directory: number, name: string) => number
  readonly close: (fd: number) => void
  /** Whether native calls are made for names that are not UTF-8 too, and not calls of `node:fs`. */
  readonly passesBytes?: boolean
  /**
   * Whether native calls can also open files for reading and writing. Node then closes descriptors that it
   * has not opened.
   */
  readonly opensFiles?: boolean
  /**
   * Like access(2), but for the effective user and group (`AT_EACCESS`). Returns `false` if a sandbox refuses the call,
   * so that nothing was checked.
   */
  readonly access?: (path: string, mode: number) => boolean
  /** Makes a file and opens it with flags of `open(2)`. Node closes it. */
  readonly create: (place: Place, flags: number, mode: number) => number
  readonly createAs?: CreateAs
  readonly fstat: (fd: number) => Attributes
  readonly fstatExact: (fd: number) => ExactAttributes
  /** Device and inode as one bigint, since inode numbers have 64 bits. */
  readonly identity: (fd: number) => bigint
  /** The magic number of the file system that an open file is on (`statfs(2)`); `undefined` for every error. */
  readonly magic?: (fd: number) => number | undefined
  /** The id of the mount that an open file is on. While it is open, no other mount can get this id. */
  readonly mount: (fd: number) => bigint
  /** Whether the mount that an open file is on has the option `nosymfollow`. */
  readonly forbidsLinks: (fd: number) => boolean
  /**
   * Writes out what close(2) would write, and throws its errors. Only where the runtime does not report them. May wait.
   */
  readonly flush?: (fd: number) => void
  /** `undefined` if nothing has this name. */
  readonly lstat: (place: Place) => Attributes | undefined
  readonly readlink: (directory: number, name: string) => string
  readonly mkdir: (place: Place, mode: number) => void
  readonly symlink: (target: string, place: Place) => void
  readonly link: (from: Place, to: Place) => void
  readonly rename: (from: Place, to: Place, mode: RenameMode) => void
  readonly mknod?: (place: Place, node: NewNode, mode: number) => void
  readonly utimes?: {
    /** For descriptors that are O_PATH. */
    readonly found: SetTimes
    /** For all others. */
    readonly open: SetTimes
  }
  readonly extendedAttributes?: ExtendedAttributes<number>
  /** Opens the directory with this name, which must be UTF-8, for reading. The descriptor must be closed by `close`. */
  readonly openToList?: (directory: number, name: string) => number
  /**
   * The entries of a directory, sorted by their bytes; `large` if there are many, and `undefined` for every error,
   * which Deno throws instead.
   * `isUnread`: the directory was opened by `openToList`, and has not been read.
   */
  readonly listNow?: (directory: number, isUnread: boolean) => ReadonlyArray<DirectoryEntry> | "large" | undefined
  /**
   * Reads the entries of a directory on the thread pool until `isEnough`, which gets their number, or to the end, and
   * returns them sorted by their bytes; `undefined` for every error. The descriptor is not used after this returns.
   */
  readonly listOnPool?: (
    directory: number,
    isEnough: (count: number) => boolean,
    done: (entries: ReadonlyArray<DirectoryEntry> | undefined) => void
  ) => void
  /**
   * Opens a large directory to read its entries in parts. `undefined` if it cannot be opened. Missing if no native call
   * can be made on the thread pool.
   */
  readonly openParts?: (directory: number) => EntryParts | undefined
  /** Like `listNow` for the names alone, which takes less time. */
  readonly namesNow?: (directory: number) => ReadonlyArray<string> | "large" | undefined
  /** Like `FileOperations.nextData`. Calls `size` for a file whose holes are not known. */
  readonly nextData?: (fd: number, from: number, size: () => number) => Extent | undefined
  readonly unlink: (place: Place) => void
  readonly rmdir: (place: Place) => void
  /**
   * Reads from the page cache or writes what is possible without waiting, and returns how many bytes that was.
   * `undefined` if it may have to wait, and for every error.
   */
  readonly readNow?: (fd: number, buffer: Uint8Array, position: number | undefined) => number | undefined
  readonly writeNow?: (fd: number, bytes: Uint8Array, position: number | undefined) => number | undefined
  /**
   * Copies up to `length` bytes from the position of one file to that of another (`copy_file_range(2)`). Returns 0 at
   * the end of the file, and -1 for every error.
   */
  readonly copyRange?: {
    readonly now: (from: number, to: number, length: number) => number
    readonly onPool: (from: number, to: number, length: number, done: (result: number) => void) => void
  }
}
