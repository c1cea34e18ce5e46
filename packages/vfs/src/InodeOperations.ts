/**
 * What a kind of file system can do with a handle and one name: the kernel's `inode_operations` and `file_operations`
 * (`include/linux/fs.h`). Everything else, from the rules of the last component to `copy`, is written once over these.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import * as lastName from "./internal/lastName.js"
import * as internal from "./internal/mode.js"
import type { Now, Program } from "./Program.js"

/**
 * What `stat(2)` reports. Times are milliseconds since the epoch; `mode` includes the file type (`inode(7)`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Attributes {
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly dev: number
  /** Rounded if it has more than 53 bits, as in Node's `Stats`. */
  readonly ino: number
  /** The inode number, if `ino` is rounded. */
  readonly exactIno?: bigint
  readonly rdev: number
  readonly size: number
  readonly blksize: number
  readonly blocks: number
  readonly atimeMs: number
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly birthtimeMs: number
}

/**
 * What `statx(2)` reports. Times are nanoseconds since the epoch; `mode` includes the file type (`inode(7)`).
 *
 * @since 0.1.0
 * @category models
 */
export interface ExactAttributes {
  readonly type: FileType
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly dev: bigint
  readonly ino: bigint
  readonly rdev: bigint
  readonly size: bigint
  readonly blksize: number
  /** Of 512 bytes. */
  readonly blocks: bigint
  readonly atimeNs: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  /** When the file was made; `undefined` if the file system does not record it. */
  readonly birthtimeNs: bigint | undefined
  /** The mount that the file is on, as in `/proc/self/mountinfo`; `undefined` if there are no mounts. */
  readonly mountId: bigint | undefined
}

/**
 * A file system's size, as `statfs(2)` reports it. Blocks are of `blockSize` bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface StatFs {
  /** A magic number of `linux/magic.h`. */
  readonly type: bigint
  readonly blockSize: bigint
  /** `f_frsize`, which Node reports since version 24. */
  readonly fragmentSize?: bigint
  readonly blocks: bigint
  readonly freeBlocks: bigint
  /** Those that an ordinary user may use. */
  readonly availableBlocks: bigint
  /** How many inodes there are and how many are free; 0 if the file system has no limit. */
  readonly inodes: bigint
  readonly freeInodes: bigint
}

/**
 * What a rename does to what has the new name: it is replaced, it is an error (`EEXIST`), or it gets the old name
 * (`renameat2(2)`).
 *
 * @since 0.1.0
 * @category models
 */
export type RenameMode = "replace" | "noreplace" | "exchange"

/**
 * A special file to make.
 *
 * @since 0.1.0
 * @category models
 */
export type NewNode =
  | { readonly type: "FIFO" | "Socket" }
  | { readonly type: "CharacterDevice" | "BlockDevice"; readonly major: number; readonly minor: number }

/**
 * Which file it is, compared with `===`. It must not lose digits: inode numbers have 64 bits, more than a `number`
 * holds.
 *
 * @since 0.1.0
 * @category models
 */
export type Identity = unknown

/**
 * The directory that an operation acts in, and the name that it acts on (`filename_parentat` in `fs/namei.c`).
 *
 * @since 0.1.0
 * @category models
 */
export interface ParentAndName<out H> {
  readonly directory: H
  readonly name: string
  /** Slashes follow the name, so it must be a directory. */
  readonly slash: boolean
}

/**
 * How a file is opened (`open(2)`).
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
  /** Only the file itself is needed, not its content. That requires no permission on the file (`O_PATH`). */
  readonly path?: boolean
}

/**
 * What `access(2)` checks for.
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
 * Operations on open files.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileOperations<F> {
  readonly getattr: (file: F) => Attributes
  readonly getattrExact: (file: F) => ExactAttributes
  readonly identity: (file: F) => Identity
  /** Without a position, the file's own is used and moved. Fifos and sockets have no position. */
  readonly read: (file: F, buffer: Uint8Array, position: number | undefined) => Now<number>
  readonly write: (file: F, bytes: Uint8Array, position: number | undefined) => Now<number>
  /**
   * Copies the first `size` bytes of a file into an empty one, both of which were just opened, without reading them into
   * memory. Returns how many bytes are copied. The caller reads and writes the rest, at its position in both files, and
   * so finds out why it could not be copied.
   */
  readonly copyContent?: (from: F, to: F, size: number) => Program<number>
  readonly truncate: (file: F, size: number) => Now<void>
  readonly sync: (file: F) => Now<void>
  readonly chmod: (file: F, mode: number) => void
  /** −1 leaves an id as it is. */
  readonly chown: (file: F, uid: number, gid: number) => void
  /** In seconds since the epoch. */
  readonly utimes: (file: F, atime: number, mtime: number) => void
  /** Absent if there are none; then they are ENOTSUP. */
  readonly extendedAttributes?: ExtendedAttributes<F>
  /**
   * If the file was written to, its data may be flushed now. That can take time, and an error means that data is lost
   * (`close(2)`).
   */
  readonly close: (file: F, written: boolean) => Now<void>
}

/**
 * What has happened to a name. The name is relative to the watched path.
 *
 * @since 0.1.0
 * @category models
 */
export interface Change {
  readonly type: "Create" | "Update" | "Remove"
  readonly name: string
}

/**
 * How many events of a watch are kept until they are reported, and until they are consumed. With more, the watch fails with
 * EOVERFLOW, so that memory does not fill up.
 *
 * @since 0.1.0
 * @category constants
 */
export const MAX_EVENTS = 4_096

/**
 * What `inotify(7)` reports: a name in a directory, or the watched inode itself, was created, moved or removed
 * (`rename`), or its content or attributes have changed (`change`). Without a name, it happened to the watched inode
 * itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Happening {
  readonly type: "change" | "rename"
  readonly name: string | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface InodeListener {
  readonly happened: (happening: Happening) => void
  /** The watch has failed, most often with an `Errno`, and reports no more. */
  readonly failed: (thrown: unknown) => void
}

/**
 * A watched inode, with its own handle, which is released like any other.
 *
 * @since 0.1.0
 * @category models
 */
export interface WatchedInode<out H> {
  readonly handle: H
  readonly stop: () => void
}

/**
 * A name in a directory, and the type of what has this name, a link itself. `Unknown` if the file system does not say.
 *
 * @since 0.1.0
 * @category models
 */
export interface DirectoryEntry {
  readonly name: string
  readonly type: FileType
}

/**
 * An open directory, which is read in parts.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenDirectory {
  /** The next entries, without `.` and `..`; none at the end. */
  readonly read: () => Now<ReadonlyArray<DirectoryEntry>>
  readonly close: () => Now<void>
}

/**
 * Extended attributes (`xattr(7)`).
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
 * The result for a path with a name that does not exist.
 *
 * @since 0.1.0
 * @category constants
 */
export const MISSING = Symbol("missing")

/**
 * A kind of file system. All functions are synchronous, except that some return a `Now`. They throw an `Errno`, and
 * none follows a link.
 *
 * @since 0.1.0
 * @category models
 */
export interface InodeOperations<H, F> {
  /** The root's directory, for one operation. It is not released. Throws EBADF if the root is closed. */
  readonly top: () => H
  /** Keeps the root open until the returned function is called, even if its owner closes it before. */
  readonly retain: () => () => void
  readonly files: FileOperations<F>
  /** What a name in a directory is. Each new handle is passed to `own`: the caller releases it. */
  readonly lookup: (asked: Walk.Lookup<H>, own: (handle: H) => H) => Walk.Entry<H>
  /**
   * Resolves a whole path in one call, if the system can (`openat2`). `MISSING` if a name on the way does not exist,
   * `undefined` if the walk has to do it.
   */
  readonly open?: (top: H, path: string, policy: Policy) => H | typeof MISSING | undefined
  /** Which name of a path does not exist, if the system can say so in a few calls. */
  readonly missing?: (top: H, path: string, policy: Policy) => Walk.Unresolved | undefined
  readonly locate?: (top: H, path: string, policy: Policy) => RootedPath | undefined
  readonly release?: (handle: H) => void
  /** `fs.protected_regular` and `fs.protected_fifos` (`proc_sys_fs(5)`), which apply to opens with O_CREAT. */
  readonly sticky?: {
    /** Whether `denies` has to be asked: the file belongs to another user. */
    readonly concerns: (inode: H) => boolean
    readonly denies: (inode: H, directory: H) => boolean
  }
  readonly identity: (inode: H) => Identity
  /**
   * The mount that an inode is on, compared with `===`. A kind without mounts leaves it out, and its lookups say that
   * nothing is `mounted`.
   */
  readonly mount?: (inode: H) => unknown
  readonly getattr: (inode: H) => Attributes
  readonly getattrExact: (inode: H) => ExactAttributes
  readonly statfs: (inode: H) => StatFs
  /** Absent if there are none; then they are ENOTSUP. */
  readonly extendedAttributes?: ExtendedAttributes<H>
  readonly access: (inode: H, mode: AccessMode) => void
  /** Fails as creating a name in the directory would. */
  readonly mayCreate: (directory: H) => void
  /** Fails if no more files may be open, which the kernel checks before it looks up a path (`do_sys_openat2`). */
  readonly mayOpen?: () => void
  /** The longest path, if that is less than the 4,095 bytes of Linux. */
  readonly pathBytes?: () => number
  readonly chmod: (inode: H, mode: number) => void
  readonly chown: (inode: H, uid: number, gid: number) => void
  /** In seconds since the epoch. */
  readonly utimes: (inode: H, atime: number, mtime: number) => void
  /** The file with this name, a link itself. The caller releases the handle. */
  readonly child: (directory: H, name: string) => H
  /**
   * Like `child`, but to read the entries of a directory, if there is a cheaper way to open it for that. Fails with
   * ENOTDIR if it is something else, and EACCES if it may not be read.
   */
  readonly childToList?: (directory: H, name: string) => H
  /** The names in a directory, without `.` and `..`. */
  readonly readdir: (directory: H) => Now<ReadonlyArray<string>>
  /**
   * The same names with their types, which requires only permission to read the directory. If there are more than
   * `most`, it is enough to return more than `most` of them.
   */
  readonly readEntries: (directory: H, most?: number) => Now<ReadonlyArray<DirectoryEntry>>
  /** The directory must not be released before it is closed. */
  readonly openDirectory: (directory: H) => OpenDirectory
  /** Waits until the names in the directory are stored (`fsync(2)`). */
  readonly syncDirectory: (directory: H) => Now<void>
  /**
   * Opens the file itself for reading, writing or both. Never waits, neither for the other end of a fifo nor for a
   * lease.
   */
  readonly openInode: (inode: H, flags: OpenFlags) => F
  /**
   * `open` and `openInode` in one call, if the system can. `undefined` if it cannot or refuses: then both are called.
   * `MISSING` if a name may be missing: then `missing` is called. A link at the end is followed, if the policy says so.
   */
  readonly openPath?: (top: H, path: string, policy: Policy, flags: OpenFlags) => F | typeof MISSING | undefined
  /**
   * The whole content of a file that the user may read, if it is in memory: `openInode`, `read` and `close` in one. The
   * caller copies it.
   */
  readonly contents?: (inode: H) => Now<Uint8Array>
  /** Whether files are opened, read and closed all the same, since each of these may fail. */
  readonly inSteps?: () => boolean
  /** Makes a file, which must not exist yet (`O_EXCL`). */
  readonly create: (at: ParentAndName<H>, flags: OpenFlags, mode: number) => F
  /** `lstat(2)` of a name; `undefined` if nothing has this name. */
  readonly peek: (at: ParentAndName<H>) => Attributes | undefined
  readonly readlink: (at: ParentAndName<H>) => string
  readonly mkdir: (at: ParentAndName<H>, mode: number) => void
  /** Absent if it cannot be done; then it is ENOTSUP. */
  readonly mknod?: (at: ParentAndName<H>, node: NewNode, mode: number) => void
  readonly symlink: (target: string, at: ParentAndName<H>) => void
  readonly link: (from: ParentAndName<H>, to: ParentAndName<H>) => void
  /** Fails with ENOTSUP if it cannot be done in this mode in one step. */
  readonly rename: (from: ParentAndName<H>, to: ParentAndName<H>, mode: RenameMode) => void
  /** Reports what happens to an inode and to the names in it, until it is stopped. */
  readonly watch: (inode: H, listener: InodeListener) => WatchedInode<H>
  readonly unlink: (at: ParentAndName<H>) => void
  readonly rmdir: (at: ParentAndName<H>) => void
}

/**
 * The exact attributes of a file system that has no more than these, and no mounts.
 *
 * @since 0.1.0
 * @category conversions
 */
export const exactly: (attributes: Attributes) => ExactAttributes = internal.exactly

/**
 * A directory whose entries are known already.
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

/**
 * The inode number, of up to 64 bits.
 *
 * @since 0.1.0
 * @category getters
 */
export const inoOf = ({ exactIno, ino }: Attributes): bigint => exactIno ?? BigInt(ino)

/**
 * @since 0.1.0
 * @category models
 */
export type FileType = internal.FileType

/**
 * The file type in a mode.
 *
 * @since 0.1.0
 * @category getters
 */
export const typeOf: (attributes: Pick<Attributes, "mode">) => FileType = internal.typeOf

/**
 * Fails if a name cannot be made: an existing name is reported before slashes after the name, which only a directory may
 * have (`filename_create` in `fs/namei.c`). Whether the directory can be written is checked after it.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkNew: (exists: boolean, slash: boolean) => void = lastName.checkNew
