/**
 * What a kind of file system can do with a handle and one name: the kernel's `inode_operations` and `file_operations`
 * (`include/linux/fs.h`). Everything else, from the rules of the last component to `copy`, is written once over these.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import * as internal from "./internal/mode.js"
import type { Now } from "./Program.js"

/**
 * What `stat(2)` says of a file. Times are milliseconds since the epoch; `mode` has the type as well (`inode(7)`).
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
  readonly ino: number
  readonly rdev: number
  readonly size: number
  readonly blksize: number
  readonly blocks: number
  readonly atimeMs: number
  readonly mtimeMs: number
  readonly birthtimeMs: number
}

/**
 * Which file it is, compared with `===`. Never made of numbers that lose digits: inode numbers have 64 bits.
 *
 * @since 0.1.0
 * @category models
 */
export type Identity = unknown

/**
 * The directory that an operation acts in, and the name it acts on; `filename_parentat` in `fs/namei.c`.
 *
 * @since 0.1.0
 * @category models
 */
export interface ParentAndName<out H> {
  readonly directory: H
  readonly name: string
  /** Slashes follow the name: only a directory will do. */
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
}

/**
 * What `access(2)` asks for.
 *
 * @since 0.1.0
 * @category models
 */
export interface AccessMode {
  readonly readable: boolean
  readonly writable: boolean
}

/**
 * Files that are open, by whatever the file system knows them.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileOperations<F> {
  readonly getattr: (file: F) => Attributes
  readonly identity: (file: F) => Identity
  /** Without a position, the file's own is used and moved; what is not a regular file has none. */
  readonly read: (file: F, buffer: Uint8Array, position: number | undefined) => Now<number>
  readonly write: (file: F, bytes: Uint8Array, position: number | undefined) => Now<number>
  readonly truncate: (file: F, size: number) => Now<void>
  readonly sync: (file: F) => Now<void>
  readonly chmod: (file: F, mode: number) => void
  /** In seconds since the epoch. */
  readonly utimes: (file: F, atime: number, mtime: number) => void
  /** What was written may be written out now, and take its time, and an error means that data is lost (`close(2)`). */
  readonly close: (file: F, written: boolean) => Now<void>
}

/**
 * What has happened to a name, which is taken from the place that is watched.
 *
 * @since 0.1.0
 * @category models
 */
export interface Change {
  readonly type: "Create" | "Update" | "Remove"
  readonly name: string
}

/**
 * What `inotify(7)` reports: something became of a name in a directory, or of the inode itself (`rename`), or content or
 * attributes have changed (`change`). Without a name, it is the inode that is watched.
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
  /** No more is reported, because of an `Errno`. */
  readonly failed: (thrown: unknown) => void
}

/**
 * An inode that is watched, by a handle of its own, which is released like any other.
 *
 * @since 0.1.0
 * @category models
 */
export interface WatchedInode<out H> {
  readonly handle: H
  readonly stop: () => void
}

/**
 * A kind of file system. All are plain functions, which throw an `Errno`; none follows a link.
 *
 * @since 0.1.0
 * @category models
 */
export interface InodeOperations<H, F> {
  /** The root's directory, for one operation; it is not released. Throws EBADF when the root is closed. */
  readonly top: () => H
  /** Keeps the root open, even if it is closed meanwhile, until the function that it returns is called. */
  readonly retain: () => () => void
  readonly files: FileOperations<F>
  /** A handle that is found is the caller's, who releases it. */
  readonly lookup: (asked: Walk.Lookup<H>, own: (handle: H) => H) => Walk.Entry<H>
  /** The whole way at once, where the system can (`openat2`); `undefined` where the walk has to find out. */
  readonly open?: (top: H, path: string, policy: Policy) => H | undefined
  readonly locate?: (top: H, path: string, policy: Policy) => RootedPath | undefined
  readonly release?: (handle: H) => void
  /** `fs.protected_regular` and `fs.protected_fifos` (`proc_sys_fs(5)`), for opens with O_CREAT. */
  readonly sticky?: {
    /** Whether the directory of a file decides if it may be opened: the file is not the user's own. */
    readonly concerns: (inode: H) => boolean
    readonly denies: (inode: H, directory: H) => boolean
  }
  readonly identity: (inode: H) => Identity
  readonly getattr: (inode: H) => Attributes
  readonly access: (inode: H, mode: AccessMode) => void
  /** Fails as making a name in the directory would. */
  readonly mayCreate: (directory: H) => void
  readonly chmod: (inode: H, mode: number) => void
  readonly chown: (inode: H, uid: number, gid: number) => void
  /** In seconds since the epoch. */
  readonly utimes: (inode: H, atime: number, mtime: number) => void
  /** What has a name, a link itself; the caller releases it. */
  readonly child: (directory: H, name: string) => H
  /** The names in a directory, but for `.` and `..`. */
  readonly readdir: (directory: H) => Now<ReadonlyArray<string>>
  /** Opens the file itself, for `read` or `write` or both. Never waits: not for a fifo's other end, not for a lease. */
  readonly openInode: (inode: H, flags: OpenFlags) => F
  /** Makes a file that is not there yet (`O_EXCL`). */
  readonly create: (at: ParentAndName<H>, flags: OpenFlags, mode: number) => F
  /** `lstat(2)` of a name; `undefined` if there is none. */
  readonly peek: (at: ParentAndName<H>) => Attributes | undefined
  readonly readlink: (at: ParentAndName<H>) => string
  readonly mkdir: (at: ParentAndName<H>, mode: number) => void
  readonly symlink: (target: string, at: ParentAndName<H>) => void
  readonly link: (from: ParentAndName<H>, to: ParentAndName<H>) => void
  readonly rename: (from: ParentAndName<H>, to: ParentAndName<H>) => void
  /** Reports what happens to an inode, and to the names in it, until it is stopped. */
  readonly watch: (inode: H, listener: InodeListener) => WatchedInode<H>
  readonly unlink: (at: ParentAndName<H>) => void
  readonly rmdir: (at: ParentAndName<H>) => void
}

/**
 * @since 0.1.0
 * @category models
 */
export type FileType = internal.FileType

/**
 * What kind of file it is, as its mode says.
 *
 * @since 0.1.0
 * @category getters
 */
export const typeOf: (attributes: Pick<Attributes, "mode">) => FileType = internal.typeOf
