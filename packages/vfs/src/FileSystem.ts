/**
 * The file system inside a root. Every operation is written once, over the `InodeOperations` of a kind of file system.
 * Operations that may have to wait return a `Program`. Once the root or a file is closed, every operation on it fails
 * with EBADF.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Attributes, ExactAttributes } from "./Attributes.js"
import type { AccessMode, DirectoryEntry, Extent, InodeOperations, OpenFlags } from "./InodeOperations.js"
import { fileOf } from "./internal/content.js"
import * as internal from "./internal/fileSystem.js"
import { readOnly as readOnlyFileSystem, readOnlyFile as refusingFile } from "./internal/readOnly.js"
import type { FileOperations } from "./InodeOperations.js"
import type { PathPolicy } from "./PathPolicy.js"
import type { MayWait, Now, Program } from "./Program.js"
import type { RootDirectory } from "./RootDirectory.js"
import type { Change } from "./Watch.js"

/**
 * The flags of Node's `fs.open` (`fopen(3)`): `x` stands for `O_EXCL` and `+` for `O_RDWR`.
 *
 * @since 0.1.0
 * @category models
 */
export type Flag = "r" | "r+" | "w" | "wx" | "w+" | "wx+" | "a" | "ax" | "a+" | "ax+"

/**
 * Where a call reads or writes an open file: at a given position (`pread(2)`), or at the `shared` position (`read(2)`).
 * The kernel keeps and moves the shared position for all users of the descriptor, including other processes. A fifo or
 * a terminal has only this position.
 *
 * @since 0.1.0
 * @category models
 */
export type Position = bigint | "shared"

/**
 * An open file. It has its own position, and runs its calls one after another.
 *
 * @since 0.1.0
 * @category models
 */
export interface File<out F> {
  /** The file as its file system knows it, for example a descriptor. `undefined` once it is closed. */
  readonly file: F | undefined
  readonly stat: () => Program<Attributes>
  readonly statExact: () => Program<ExactAttributes>
  readonly sync: () => Program<void>
  /** Like `sync`, but leaves out attributes that nobody needs to read the content, such as times (`fdatasync(2)`). */
  readonly datasync: () => Program<void>
  /**
   * Moves the position and returns the new one. It never fails: if the position is negative or not a whole number, the
   * next read or write fails with a `BadArgument`.
   */
  readonly seek: (offset: bigint | number, from: "start" | "current") => Program<bigint>
  /**
   * Like `seek`, but fails with a `BadArgument` if the new position would be negative. The file then keeps its
   * position.
   */
  readonly seekWithin: (offset: bigint, from: "start" | "current") => Program<bigint>
  /**
   * Reads at the file's own position. With `position`, it reads there, and the file's own position does not change. A
   * negative position is a `BadArgument`.
   */
  readonly read: (buffer: Uint8Array, position?: Position) => Program<number>
  /** Reads at most `size` bytes in one call. The result is empty at the end of the file. */
  readonly readAlloc: (size: number, position?: bigint) => Program<Uint8Array>
  /** Reads from the file's own position, or from the shared position, to the end, in several calls. */
  readonly readToEnd: (position?: "shared") => Program<Uint8Array>
  /**
   * Writes at the file's own position. With `position`, it writes there, and the file's own position does not change. A
   * file that was opened to append ignores `position`.
   */
  readonly write: (bytes: Uint8Array, position?: Position) => Program<number>
  /**
   * Writes all bytes. Fails with `WriteZero` if `bytes` is empty, or if a write takes no bytes and reports no error.
   */
  readonly writeAll: (bytes: Uint8Array, position?: "shared") => Program<void>
  /**
   * Returns the first part of the file that has data, beginning at `from` or after it, and `undefined` if only a hole
   * is left (SEEK_DATA and SEEK_HOLE in `lseek(2)`). The position stays. In file systems that do not know where holes
   * are, everything counts as data.
   */
  readonly nextData: (from: bigint) => Program<Extent | undefined>
  /** Sets the size of the file. If the position would be after the new end, it moves to the new end. */
  readonly truncate: (size: number) => Program<void>
  readonly chmod: (mode: number) => Program<void>
  readonly chown: (uid: number, gid: number) => Program<void>
  /** Changes the times. Numbers are in seconds since the epoch, bigints in nanoseconds. */
  readonly utimes: (atime: Date | number | bigint, mtime: Date | number | bigint) => Program<void>
  /**
   * This and the next three are like the methods of `RootDirectory`, but act on this open file, even if its name now
   * belongs to another file.
   */
  readonly getExtendedAttribute: (name: string) => Program<Uint8Array | undefined>
  readonly listExtendedAttributes: () => Program<ReadonlyArray<string>>
  readonly setExtendedAttribute: (name: string, value: Uint8Array) => Program<void>
  readonly removeExtendedAttribute: (name: string) => Program<void>
  readonly close: () => Program<void>
}

/**
 * The options of `remove`, as in Node's `fs.rm`.
 *
 * @since 0.1.0
 * @category models
 */
export interface RemoveOptions {
  readonly recursive?: boolean | undefined
  /** Succeed if the path does not exist. */
  readonly force?: boolean | undefined
}

/**
 * The options of `copy`, like those of Node's `fs.cp`, except for the default of `overwrite`.
 *
 * @since 0.1.0
 * @category models
 */
export interface CopyOptions {
  /** Replace existing files. By default `false`: they are silently kept. */
  readonly overwrite?: boolean | undefined
  /** Fail with `ERR_FS_CP_EEXIST` if a file exists and `overwrite` is `false`. */
  readonly errorOnExist?: boolean | undefined
  /** By default `true`. If `false`, copying a directory fails with `ERR_FS_EISDIR`. */
  readonly recursive?: boolean | undefined
  /**
   * Keep the timestamps of files and directories, but not of links, as `fs.cp` does since Node 26. Earlier versions of
   * `fs.cp` did not do it for directories.
   */
  readonly preserveTimestamps?: boolean | undefined
}

/**
 * The options of `copyFile`.
 *
 * @since 0.1.0
 * @category models
 */
export interface CopyFileOptions {
  /** Fail with EEXIST if the copy's name exists already, even as a link that leads nowhere (`COPYFILE_EXCL`). */
  readonly exclusive?: boolean | undefined
}

/**
 * The operations of a file system. Paths start at the root, with or without a leading slash, unless the policy says
 * otherwise. Modes are permission bits. Times that are numbers are in seconds since the epoch.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSystem<out F> {
  readonly access: (path: string, mode: AccessMode) => void
  /**
   * Returns `true` if the path leads to a file, and `false` if a name on the way is missing. Fails if the path does not
   * resolve for any other reason.
   */
  readonly exists: (path: string) => boolean
  readonly chmod: (path: string, mode: number) => void
  readonly chown: (path: string, uid: number, gid: number) => void
  readonly copy: (from: string, to: string, options?: CopyOptions) => Program<void>
  readonly copyFile: (from: string, to: string, options?: CopyFileOptions) => Program<void>
  readonly link: (from: string, to: string) => void
  /** Like `stat`, but does not follow a link at the end of the path. */
  readonly lstat: (path: string) => Attributes
  /** Creates a directory and its missing parents. Returns the path of the first directory that it created, if any. */
  readonly makeDirectories: (path: string, mode: number) => string | undefined
  readonly makeTemporaryDirectory: (prefix: string) => string
  readonly makeTemporaryFile: (prefix: string, suffix: string) => Program<string>
  readonly mkdir: (path: string, mode: number) => void
  /**
   * Opens a file. With `noFollow`, it fails with ELOOP if the path ends in a link with no slash after it
   * (`O_NOFOLLOW`). If emptying the file takes long, returns a call that waits until it is empty.
   */
  readonly open: (path: string, flag: Flag | OpenFlags, mode: number, noFollow?: boolean) => Now<File<F>>
  readonly readDirectory: (path: string, recursive: boolean) => Program<ReadonlyArray<string>>
  /**
   * Lists a directory with the types of its entries. With `recursive`, the name of an entry further down is its path
   * from the directory.
   */
  readonly readDirectoryEntries: (path: string, recursive?: boolean) => Program<ReadonlyArray<DirectoryEntry>>
  readonly readFile: (path: string) => Program<Uint8Array>
  readonly readLink: (path: string) => string
  readonly realPath: (path: string) => RootedPath
  readonly remove: (path: string, options?: RemoveOptions) => Program<void>
  /** If freeing the content of a replaced file takes long, returns a call that waits until it is free. */
  readonly rename: (from: string, to: string) => Now<void>
  /** Operations that Node's `fs` and Effect's `FileSystem` do not have. */
  readonly rootDirectory: RootDirectory
  /** Removes an empty directory. Fails with ENOTDIR for a link, which is not followed. */
  readonly rmdir: (path: string) => void
  readonly returning: Returning
  readonly stat: (path: string) => Attributes
  readonly symlink: (target: string, path: string) => void
  /** The directory for temporary files, if the caller does not name a directory. The policy accepts this path. */
  readonly temporaryDirectory: string
  readonly truncate: (path: string, size: number) => Program<void>
  /**
   * Removes a file of any type except a directory. A link is removed itself, not followed. If freeing the content of the
   * file takes long, returns a call that waits until it is free.
   */
  readonly unlink: (path: string) => Now<void>
  readonly utimes: (path: string, atime: Date | number, mtime: Date | number) => void
  /**
   * Starts watching a file or directory. Changes are reported once this function has returned. With `recursive`,
   * changes in the directories below are reported once `ready` was called, and everything in a directory that appears
   * later is reported as created. The returned program runs until it is interrupted. If there is no room for another
   * change, `changed` returns `false`, and the program fails with EOVERFLOW.
   */
  readonly watch: (
    path: string,
    recursive: boolean,
    changed: (change: Change) => boolean,
    ready?: () => void
  ) => Program<never>
  /** With `flush`, the content is synced before the file is closed (`fsync(2)`). */
  readonly writeFile: (
    path: string,
    data: Uint8Array,
    flag: Flag | OpenFlags,
    mode: number,
    flush?: boolean
  ) => Program<void>
}

/**
 * The methods of `FileSystem` with the same names, but they return a failed call instead of throwing. Programs often
 * use them to find out whether a file exists, and throwing an error takes longer than the lookup itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Returning {
  readonly access: (path: string, mode: AccessMode) => Now<void>
  readonly lstat: (path: string) => Now<Attributes>
  readonly stat: (path: string) => Now<Attributes>
}

/**
 * Names the temporary files that one process writes next to their targets, and recognizes temporary files that other
 * processes have abandoned. If it treats a file as abandoned by mistake, the process that writes this file starts again
 * with a new file.
 *
 * @since 0.1.0
 * @category models
 */
export interface Writer {
  /** Returns a new name of at most 255 bytes, in a form that `isAbandoned` recognizes. */
  readonly begin: () => string
  /** Tells the writer that the file with this name is complete, or was given up. */
  readonly end: (name: string) => void
  /**
   * Returns `true` if this is the name of a temporary file that no process writes to any more. `age` returns the time
   * since the file's last change, in milliseconds.
   */
  readonly isAbandoned: (name: string, age: () => number) => boolean
}

/**
 * What a file system needs besides its `InodeOperations`: the time, names for temporary files, and a policy.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Returns the current time, in milliseconds since the epoch. */
  readonly now: () => number
  /** Returns a random suffix for the name of a temporary directory: six letters and digits (`mkdtemp(3)`). */
  readonly directoryName: () => string
  /** Returns the name of a temporary file. */
  readonly fileName: () => string
  /** Manages the temporary files of `writeFileAtomic`. */
  readonly writer: Writer
  /** The policy by which every operation resolves its paths. */
  readonly policy?: PathPolicy | undefined
}

/**
 * Creates the file system inside a root, over the operations of a kind of file system.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: <H, F>(operations: InodeOperations<H, F>, options: Options) => FileSystem<F> = internal.make

/**
 * Returns a read-only view of a file system. Every operation that would change something fails with EROFS before it
 * looks up a path. `checkOpen` must throw EBADF once the root is closed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readOnly: <F>(fileSystem: FileSystem<F>, checkOpen: () => void) => FileSystem<F> = readOnlyFileSystem

/**
 * A file system in which every operation may have to wait, for example because it runs in another thread.
 *
 * @since 0.1.0
 * @category models
 */
export interface WaitingFileSystem<F> extends MayWait<Omit<FileSystem<F>, "returning" | "rootDirectory">> {
  readonly rootDirectory: MayWait<RootDirectory>
}

/**
 * Converts a file system to the form that editions run. The methods in `returning` replace those of the same names, so
 * common failures are returned, not thrown.
 *
 * @since 0.1.0
 * @category conversions
 */
export const waiting = <F>(fileSystem: FileSystem<F>): WaitingFileSystem<F> => ({
  ...fileSystem,
  ...fileSystem.returning
})

/**
 * Creates a `File` from operations on open files. These operations may have to wait. `now` returns the current time in
 * milliseconds since the epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const openFile: <F>(
  files: MayWait<FileOperations<F>>,
  file: F,
  flag: Flag | OpenFlags,
  now: () => number
) => File<F> = fileOf

/**
 * Returns a read-only view of an open file. Changing an attribute through it fails with EROFS.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readOnlyFile: <F>(file: File<F>) => File<F> = refusingFile
