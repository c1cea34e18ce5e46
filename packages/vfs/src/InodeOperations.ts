/**
 * The operations that a kind of file system has to provide, each with a handle and at most one name, like the kernel's
 * `inode_operations` and `file_operations` (`include/linux/fs.h`). Everything else, from the rules for the last
 * component to `copy`, is written once over these.
 *
 * @since 0.1.0
 */
import type { Attributes, ExactAttributes, FileType, StatFs } from "./Attributes.js"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import type { Now, Program } from "./Program.js"
import type { InodeListener, WatchedInode } from "./Watch.js"

/**
 * What a rename does if there is already a file with the new name: replace that file, fail with `EEXIST`, or give that
 * file the old name (`renameat2(2)`). NFS and many FUSE file systems can only replace, and otherwise fail with `EINVAL`.
 *
 * @since 0.1.0
 * @category models
 */
export type RenameMode = "replace" | "noreplace" | "exchange"

/**
 * A special file to create.
 *
 * @since 0.1.0
 * @category models
 */
export type NewNode =
  | { readonly type: "FIFO" | "Socket" }
  | { readonly type: "CharacterDevice" | "BlockDevice"; readonly major: number; readonly minor: number }

/**
 * A value that identifies a file. Two handles are of the same file if their identities are equal by `===`. Inode
 * numbers have 64 bits, so a `number` cannot hold all of them.
 *
 * @since 0.1.0
 * @category models
 */
export type Identity = unknown

/**
 * A name and the directory it is in, for operations that create, remove or rename names (`filename_parentat` in
 * `fs/namei.c`).
 *
 * @since 0.1.0
 * @category models
 */
export interface ParentAndName<out H> {
  readonly directory: H
  readonly name: string
  /** Whether slashes follow the name in the path. Then it must be a directory. */
  readonly slash: boolean
}

/**
 * The flags with which a file is opened (`open(2)`).
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenFlags {
  readonly read: boolean
  readonly write: boolean
  readonly append: boolean
  readonly create: boolean
  readonly exclusive: boolean
  readonly truncate: boolean
  /** Open the file without access to its content, which requires no permission on the file (`O_PATH`). */
  readonly path?: boolean
  /** Fail with ENOTDIR if the file is not a directory (`O_DIRECTORY`). With `create`, it fails with EINVAL. */
  readonly directory?: boolean
  /** Let each write wait until its data is stored (`O_DSYNC`), or all attributes as well (`O_SYNC`). */
  readonly sync?: "data" | "all"
}

/**
 * The permissions that `access(2)` checks.
 *
 * @since 0.1.0
 * @category models
 */
export interface AccessMode {
  readonly readable: boolean
  readonly writable: boolean
  readonly executable?: boolean | undefined
}

/**
 * A part of a file with data: the offset of its first byte, and the offset of the first byte after it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Extent {
  readonly start: number
  readonly end: number
}

/**
 * Operations on open files.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileOperations<F> {
  readonly getattr: (file: F) => Attributes
  readonly getattrExact: (file: F) => ExactAttributes
  readonly identity: (file: F) => Identity
  /**
   * Reads at `position`. If that is `undefined`, reads at the file's own position and moves it. Fifos and sockets have
   * no position.
   */
  readonly read: (file: F, buffer: Uint8Array, position: number | undefined) => Now<number>
  readonly write: (file: F, bytes: Uint8Array, position: number | undefined) => Now<number>
  /**
   * Copies the first `size` bytes of a file over the content of another one, without reading them into memory. Both
   * files were just opened. Returns the number of bytes that it copied. It does not report errors: the caller copies the rest by
   * reading and writing, and gets the error there.
   */
  readonly copyContent?: (from: F, to: F, size: number) => Program<number>
  /**
   * Returns the first part that has data, beginning at `from` or after it, and `undefined` if only a hole is left. File
   * systems that do not know where holes are do not have this function.
   */
  readonly nextData?: (file: F, from: number) => Extent | undefined
  readonly truncate: (file: F, size: number) => Now<void>
  readonly sync: (file: F) => Now<void>
  /**
   * Like `sync`, but leaves out attributes that nobody needs to read the content, such as times (`fdatasync(2)`). Without
   * this function, `sync` is called.
   */
  readonly datasync?: (file: F) => Now<void>
  readonly chmod: (file: F, mode: number) => void
  /** Changes the owner and the group. The id −1 keeps the current one. */
  readonly chown: (file: F, uid: number, gid: number) => void
  /** Like `InodeOperations.utimes`. */
  readonly utimes: (file: F, atime: number | bigint, mtime: number | bigint) => void
  /** The operations on extended attributes. If this field is missing, they fail with ENOTSUP. */
  readonly extendedAttributes?: ExtendedAttributes<F>
  /**
   * Closes the file. If it was written to, this may flush its data, which can take time. An error then means that data
   * is lost (`close(2)`).
   */
  readonly close: (file: F, written: boolean) => Now<void>
}

/**
 * The ids that stand for all users and groups without an id here, so that two files with one of them may belong to
 * different ones. `undefined` if all have ids.
 *
 * @since 0.1.0
 * @category models
 */
export interface UnmappedIds {
  readonly uid: number | undefined
  readonly gid: number | undefined
}

/**
 * A name in a directory, and the type of its file. Links are not followed. The type is `Unknown` if the file system
 * does not report it.
 *
 * @since 0.1.0
 * @category models
 */
export interface DirectoryEntry {
  readonly name: string
  readonly type: FileType
}

/**
 * An open directory, whose entries are read in parts.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenDirectory {
  /** Returns the next entries, without `.` and `..`, or an empty array at the end. */
  readonly read: () => Now<ReadonlyArray<DirectoryEntry>>
  readonly close: () => Now<void>
}

/**
 * A directory that is open to be synced.
 *
 * @since 0.1.0
 * @category models
 */
export interface DirectorySync {
  /** Waits until the names in the directory are on disk (`fsync(2)`). */
  readonly sync: () => Now<void>
  readonly close: () => void
}

/**
 * The operations on extended attributes (`xattr(7)`).
 *
 * @since 0.1.0
 * @category models
 */
export interface ExtendedAttributes<in H> {
  readonly get: (inode: H, name: string) => Uint8Array | undefined
  readonly list: (inode: H) => ReadonlyArray<string>
  readonly set: (inode: H, name: string, value: Uint8Array) => void
  readonly remove: (inode: H, name: string) => void
}

/**
 * The result for a path that contains a name that does not exist.
 *
 * @since 0.1.0
 * @category constants
 */
export const MISSING = Symbol("missing")

/**
 * The operations of a kind of file system. All functions are synchronous, except those that return a `Now`. They throw
 * an `Errno` if they fail, and do not follow links. Any other error is a bug, which the editions do not convert.
 *
 * - They check permissions, and refuse names that are too long (`Limits.isNameTooLong`). Paths are checked before.
 * - `create`, `mkdir` and `mknod` get the mode before the umask, which the file system applies, if it has one.
 * - They are called without `this`, like those in `files`. In a class, define them as arrow functions.
 * - The caller may keep and change the arrays that they return.
 *
 * @since 0.1.0
 * @category models
 */
export interface InodeOperations<H, F> {
  /**
   * Returns the handle of the root directory, for one operation. The caller does not release it. Throws EBADF if the
   * root is closed.
   */
  readonly top: () => H
  /** Keeps the root open until the returned function is called, even if the root's owner closes it earlier. */
  readonly retain: () => () => void
  readonly files: FileOperations<F>
  /**
   * Looks up a name in a directory. It passes each new handle to `own`. The caller releases these handles. If it fails,
   * it returns a `Fault` with the `Errno` instead of throwing it.
   */
  readonly lookup: (asked: Walk.Lookup<H>, own: (handle: H) => H) => Walk.Entry<H>
  /**
   * Resolves a whole path in one call, if the system can (`openat2`). Returns `MISSING` if a name on the way does not
   * exist, and `undefined` if the path has to be walked instead.
   */
  readonly open?: (top: H, path: string, policy: Policy) => H | typeof MISSING | undefined
  /** Finds out which name in a path does not exist, if the system can do that in a few calls. */
  readonly missing?: (top: H, path: string, policy: Policy) => Walk.Unresolved | undefined
  /** Returns the path of a file inside the root, with all links followed, if the system can find it in a few calls. */
  readonly locate?: (top: H, path: string, policy: Policy) => RootedPath | undefined
  /**
   * Releases a handle once for each time that it was returned, or passed to `own`. It must not fail. Without this
   * function, nothing has to be released.
   */
  readonly release?: (handle: H) => void
  /**
   * The checks of `fs.protected_regular` and `fs.protected_fifos` (`proc_sys_fs(5)`), which apply when a file is opened
   * with O_CREAT.
   */
  readonly sticky?: {
    /** Returns `true` if `denies` has to be called, because the file belongs to another user. */
    readonly concerns: (inode: H) => boolean
    readonly denies: (inode: H, directory: H) => boolean
  }
  /**
   * Returns the ids that files seem to have if their owner or group has no id here, as in a user namespace
   * (`user_namespaces(7)`). Without this function, each id belongs to one user or group.
   */
  readonly unmapped?: () => UnmappedIds
  readonly identity: (inode: H) => Identity
  /**
   * Returns a value that identifies the mount an inode is on, to be compared by `===`. File systems without mounts do
   * not have this method, and their lookups set `mounted` to `false`.
   */
  readonly mount?: (inode: H) => unknown
  /**
   * Whether `rename`, `unlink` and `rmdir` themselves fail with EBUSY for a mount point in the directory. Linux does so
   * only in the mount namespace of the caller; in another one, the mount would end. Without this function, they do.
   */
  readonly protectsMounts?: (directory: H) => boolean
  readonly getattr: (inode: H) => Attributes
  readonly getattrExact: (inode: H) => ExactAttributes
  readonly statfs: (inode: H) => StatFs
  /** The operations on extended attributes. If this field is missing, they fail with ENOTSUP. */
  readonly extendedAttributes?: ExtendedAttributes<H>
  readonly access: (inode: H, mode: AccessMode) => void
  /**
   * Fails like `create` if the user may not create a name in the directory. It checks the effective user, as the kernel
   * does for `create`, but not for `access`. Succeeds if it cannot find out.
   */
  readonly mayCreate: (directory: H) => void
  /**
   * Fails if the effective user may not write to the file. It is missing in file systems that have only one user:
   * `access` checks the same there.
   */
  readonly mayWrite?: (inode: H) => void
  /**
   * Fails if the limit of open files is reached, which the kernel checks before it looks up a path (`do_sys_openat2`).
   */
  readonly mayOpen?: () => void
  /** Returns the length of the longest path in bytes, if that is less than the 4,095 bytes of Linux. */
  readonly pathBytes?: () => number
  readonly chmod: (inode: H, mode: number) => void
  readonly chown: (inode: H, uid: number, gid: number) => void
  /**
   * Changes the times of access and modification. Both are numbers, in seconds since the epoch, or both are bigints, in
   * nanoseconds. The seconds of a bigint fit into 64 bits.
   */
  readonly utimes: (inode: H, atime: number | bigint, mtime: number | bigint) => void
  /** Returns the file with this name, without following a link. The caller releases the handle. */
  readonly child: (directory: H, name: string) => H
  /**
   * Like `child`, but for a directory whose entries are read next, if it can be opened more cheaply for that. Fails
   * with ENOTDIR if it is not a directory, and with EACCES if the user may not read it.
   */
  readonly childToList?: (directory: H, name: string) => H
  /**
   * Returns the names in a directory, without `.` and `..`, in the order of their bytes, as Node lists them. If they are
   * not in this order already, sort them with `SurrogateEscape.compareBytes` of `@procfsroot/path`.
   */
  readonly readdir: (directory: H) => Now<ReadonlyArray<string>>
  /**
   * Returns the names in a directory with their types, in the same order, which requires only permission to read the
   * directory. If there are more than `most` entries, it may stop after any `most + 1` of them.
   */
  readonly readEntries: (directory: H, most?: number) => Now<ReadonlyArray<DirectoryEntry>>
  /** Opens a directory to read it in parts. The caller must not release `directory` before it has closed the result. */
  readonly openDirectory: (directory: H) => OpenDirectory
  /** Opens a directory to sync it. The caller must not release `directory` before it has closed the result. */
  readonly openForSync: (directory: H) => DirectorySync
  /**
   * Opens the file of a handle for reading, writing or both. Does not wait for the other end of a fifo, or for a lease.
   */
  readonly openInode: (inode: H, flags: OpenFlags) => F
  /**
   * Returns `true` if writing over the content of a regular file has the same result as opening the file with O_TRUNC
   * and then writing to it, and takes less time. A file system whose server may report a wrong size returns `false`.
   * Without this function, files are always opened with O_TRUNC, and copies are written over existing files.
   */
  readonly canOverwrite?: (inode: H) => boolean
  /**
   * Does the work of `open` and `openInode` or `create` in one call, if the system can. Follows a link at the end if
   * the policy says so. Returns `undefined` if the system cannot do it or refuses. The caller then uses the other
   * functions. Without `flags.create`, it returns `MISSING` if a name may be missing. The caller then uses `missing`.
   */
  readonly openPath?: (
    top: H,
    path: string,
    policy: Policy,
    flags: OpenFlags,
    mode: number
  ) => F | typeof MISSING | undefined
  /**
   * Returns the whole content of a file that the user may read, if the content is in memory. It replaces `openInode`,
   * `read` and `close` while `inSteps` returns `false`. The caller copies the content.
   */
  readonly contents?: (inode: H) => Now<Uint8Array>
  /**
   * Returns `false` if writing to a file, syncing it and closing it never wait. A whole file is then read by `contents`
   * or written in one step. Returns `true` if each step of opening, reading, writing and closing a file may wait or
   * fail. Without this function, the same holds as for `true`.
   */
  readonly inSteps?: () => boolean
  /** Creates and opens a file. Fails with EEXIST if the name exists (`O_EXCL`). */
  readonly create: (at: ParentAndName<H>, flags: OpenFlags, mode: number) => F
  /** Returns the attributes of a name as `lstat(2)` does, or `undefined` if there is no such name. */
  readonly peek: (at: ParentAndName<H>) => Attributes | undefined
  readonly readlink: (at: ParentAndName<H>) => string
  readonly mkdir: (at: ParentAndName<H>, mode: number) => void
  /** Creates a special file. If this method is missing, the operation fails with ENOTSUP. */
  readonly mknod?: (at: ParentAndName<H>, node: NewNode, mode: number) => void
  readonly symlink: (target: string, at: ParentAndName<H>) => void
  readonly link: (from: ParentAndName<H>, to: ParentAndName<H>) => void
  /**
   * Renames a file. Fails with ENOTSUP if the file system cannot do this mode in one step. If freeing the content of a
   * replaced file takes long, returns a call that waits until it is free.
   */
  readonly rename: (from: ParentAndName<H>, to: ParentAndName<H>, mode: RenameMode) => Now<void>
  /** Reports what happens to an inode and to the names in it, until the watch is stopped. */
  readonly watch: (inode: H, listener: InodeListener) => WatchedInode<H>
  /**
   * Removes a name. If freeing the content of its file takes long, returns a call as `rename` does. `known` are the
   * attributes of the file that had this name a moment ago, if the caller has looked at it.
   */
  readonly unlink: (at: ParentAndName<H>, known?: Attributes) => Now<void>
  readonly rmdir: (at: ParentAndName<H>) => void
}

/**
 * Creates an open directory whose entries are already known.
 *
 * @since 0.1.0
 * @category constructors
 */
export const inOnePart = (entries: ReadonlyArray<DirectoryEntry>): OpenDirectory => {
  let rest = entries
  return {
    read: () => {
      const part = rest
      rest = []
      return part
    },
    close: () => {}
  }
}
