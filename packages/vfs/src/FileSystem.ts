/**
 * The file system inside a root: every operation, written once over what a kind of file system can do with a handle and
 * one name. An operation that may wait is a program. Once the root or the file is closed, every operation on it fails
 * with EBADF.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type {
  AccessMode,
  Attributes,
  Change,
  DirectoryEntry,
  ExactAttributes,
  InodeOperations,
  OpenFlags
} from "./InodeOperations.js"
import { fileOf } from "./internal/content.js"
import * as internal from "./internal/fileSystem.js"
import { readOnly as readOnlyFileSystem, readOnlyFile as refusingFile } from "./internal/readOnly.js"
import type { FileOperations } from "./InodeOperations.js"
import type { PathPolicy } from "./PathPolicy.js"
import type { MayWait, Now, Program } from "./Program.js"
import type { RootDirectory } from "./RootDirectory.js"

/**
 * How a file is opened, as Node's `fs.open` takes it (`fopen(3)`): `x` is `O_EXCL`, `+` is `O_RDWR`.
 *
 * @since 0.1.0
 * @category models
 */
export type Flag = "r" | "r+" | "w" | "wx" | "w+" | "wx+" | "a" | "ax" | "a+" | "ax+"

/**
 * An open file. It has a position of its own; its calls follow one another.
 *
 * @since 0.1.0
 * @category models
 */
export interface File<out F> {
  /** The file system's own name for it, such as a descriptor; `undefined` once it is closed. */
  readonly file: F | undefined
  readonly stat: () => Program<Attributes>
  readonly statExact: () => Program<ExactAttributes>
  readonly sync: () => Program<void>
  /**
   * Returns the new position and never fails. Reading or writing at a position that is negative or not a whole number
   * is a `BadArgument`.
   */
  readonly seek: (offset: bigint | number, from: "start" | "current") => Program<bigint>
  /** Like `seek`, but a position before the start is a `BadArgument` at once, and the file keeps its position. */
  readonly seekWithin: (offset: bigint, from: "start" | "current") => Program<bigint>
  /** With a `position`, reads there (`pread(2)`), and the file keeps its own. A negative one is a `BadArgument`. */
  readonly read: (buffer: Uint8Array, position?: bigint) => Program<number>
  /** Reads at most `size` bytes in one call; empty at the end of the file. */
  readonly readAlloc: (size: number, position?: bigint) => Program<Uint8Array>
  /** Reads from the file's position to its end, in several calls. */
  readonly readToEnd: () => Program<Uint8Array>
  /** With a `position`, writes there (`pwrite(2)`), and the file keeps its own. A file opened to append ignores it. */
  readonly write: (bytes: Uint8Array, position?: bigint) => Program<number>
  /** Fails with `WriteZero` if a write takes no bytes and reports no error, and if there is nothing to write. */
  readonly writeAll: (bytes: Uint8Array) => Program<void>
  /** If the file is cut before its position, that moves to the new end, unless `keepPosition` is true. */
  readonly truncate: (size: number, keepPosition?: boolean) => Program<void>
  readonly chmod: (mode: number) => Program<void>
  readonly chown: (uid: number, gid: number) => Program<void>
  readonly utimes: (atime: Date | number, mtime: Date | number) => Program<void>
  /** Like those of `RootDirectory`, but of this file, even if another one has its name by now. */
  readonly getExtendedAttribute: (name: string) => Program<Uint8Array | undefined>
  readonly listExtendedAttributes: () => Program<ReadonlyArray<string>>
  readonly setExtendedAttribute: (name: string, value: Uint8Array) => Program<void>
  readonly removeExtendedAttribute: (name: string) => Program<void>
  readonly close: () => Program<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface RemoveOptions {
  readonly recursive?: boolean | undefined
  /** A missing path is not an error. */
  readonly force?: boolean | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface CopyOptions {
  readonly overwrite?: boolean | undefined
  /** An existing file that is not overwritten is an error (`ERR_FS_CP_EEXIST`), instead of just being kept. */
  readonly errorOnExist?: boolean | undefined
  /** By default true. Without it, a directory is refused (`ERR_FS_EISDIR`). */
  readonly recursive?: boolean | undefined
  /**
   * For files and directories, not for links, like `fs.cp` since Node 26. Before, `fs.cp` did not do it for
   * directories.
   */
  readonly preserveTimestamps?: boolean | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface CopyFileOptions {
  /** The copy must not exist yet; a link with its name exists (`COPYFILE_EXCL`). */
  readonly exclusive?: boolean | undefined
}

/**
 * The operations. Paths start at the root, with or without a leading slash, unless the policy refuses that. Modes are
 * permission bits. Times given as numbers are seconds since the epoch.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSystem<out F> {
  readonly access: (path: string, mode: AccessMode) => void
  /** Whether the path leads to a file. If it cannot be resolved for another reason than a missing name, it fails. */
  readonly exists: (path: string) => boolean
  readonly chmod: (path: string, mode: number) => void
  readonly chown: (path: string, uid: number, gid: number) => void
  readonly copy: (from: string, to: string, options?: CopyOptions) => Program<void>
  readonly copyFile: (from: string, to: string, options?: CopyFileOptions) => Program<void>
  readonly link: (from: string, to: string) => void
  /** Like `stat`, but does not follow a link at the end of the path. */
  readonly lstat: (path: string) => Attributes
  /** Returns the path of the first directory that was made, if any. */
  readonly makeDirectories: (path: string, mode: number) => string | undefined
  readonly makeTemporaryDirectory: (prefix: string) => string
  readonly makeTemporaryFile: (prefix: string, suffix: string) => Program<string>
  readonly mkdir: (path: string, mode: number) => void
  /** With `noFollow`, a link at the end of the path is ELOOP (`O_NOFOLLOW`), unless slashes follow it. */
  readonly open: (path: string, flag: Flag | OpenFlags, mode: number, noFollow?: boolean) => File<F>
  readonly readDirectory: (path: string, recursive: boolean) => Program<ReadonlyArray<string>>
  /** With `recursive`, a name further down is the path from the directory to it. */
  readonly readDirectoryEntries: (path: string, recursive?: boolean) => Program<ReadonlyArray<DirectoryEntry>>
  readonly readFile: (path: string) => Program<Uint8Array>
  readonly readLink: (path: string) => string
  readonly realPath: (path: string) => RootedPath
  readonly remove: (path: string, options?: RemoveOptions) => Program<void>
  readonly rename: (from: string, to: string) => void
  /** What a root can do beyond this. */
  readonly rootDirectory: RootDirectory
  /** Removes an empty directory. A link is not followed. */
  readonly rmdir: (path: string) => void
  readonly returning: Returning
  readonly stat: (path: string) => Attributes
  readonly symlink: (target: string, path: string) => void
  /** Where temporary files are made unless another directory is given: a path that the policy takes. */
  readonly temporaryDirectory: string
  readonly truncate: (path: string, size: number) => Program<void>
  /** Removes a name that is not a directory's. A link is not followed. */
  readonly unlink: (path: string) => void
  readonly utimes: (path: string, atime: Date | number, mtime: Date | number) => void
  /**
   * The watch has begun when this returns. Its program runs until it is interrupted; it fails with EOVERFLOW if
   * `changed` returns false because there is no room for another change.
   */
  readonly watch: (path: string, recursive: boolean, changed: (change: Change) => boolean) => Program<never>
  readonly writeFile: (path: string, data: Uint8Array, flag: Flag | OpenFlags, mode: number) => Program<void>
}

/**
 * The methods of these names, but what they fail with is returned, as a call that has failed. Programs use them to find
 * out what is missing, and to throw that takes longer than to find it out.
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
 * Names the temporary files that one process writes next to their targets, and says to which temporary files of others
 * nobody writes any more. If it is wrong about that, the other process makes its file again.
 *
 * @since 0.1.0
 * @category models
 */
export interface Writer {
  /** Returns a new name, of at most 255 bytes, that `isAbandoned` knows. */
  readonly begin: () => string
  /** Reports that the file with this name is complete, or was given up. */
  readonly end: (name: string) => void
  /** Whether a name is of a temporary file that no process writes to. `age` is that of its last change, in milliseconds. */
  readonly isAbandoned: (name: string, age: () => number) => boolean
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Returns what follows the prefix in the name of a temporary directory: six letters and digits (`mkdtemp(3)`). */
  readonly directoryName: () => string
  /** Returns the name of a temporary file. */
  readonly fileName: () => string
  /** The temporary files of `writeFileAtomic`. */
  readonly writer: Writer
  /** How every operation resolves its paths. */
  readonly policy?: PathPolicy | undefined
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: <H, F>(operations: InodeOperations<H, F>, options: Options) => FileSystem<F> = internal.make

/**
 * A read-only view of a file system: every operation that would change something fails with EROFS, before anything is
 * looked up. `checkOpen` throws EBADF once the root is closed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readOnly: <F>(fileSystem: FileSystem<F>, checkOpen: () => void) => FileSystem<F> = readOnlyFileSystem

/**
 * The same operations, where each may have to wait.
 *
 * @since 0.1.0
 * @category models
 */
export interface WaitingFileSystem<F> extends MayWait<Omit<FileSystem<F>, "returning" | "rootDirectory">> {
  readonly rootDirectory: MayWait<RootDirectory>
}

/**
 * A file system as adapters take it, which returns the failures that are common.
 *
 * @since 0.1.0
 * @category conversions
 */
export const waiting = <F>(fileSystem: FileSystem<F>): WaitingFileSystem<F> => ({
  ...fileSystem,
  ...fileSystem.returning
})

/**
 * An open file, over operations that may have to wait. `now` returns milliseconds since the epoch.
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
 * A read-only view of an open file: changing its attributes fails with EROFS.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readOnlyFile: <F>(file: File<F>) => File<F> = refusingFile
