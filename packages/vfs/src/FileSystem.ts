/**
 * The file system inside a root: every operation, written once over what a kind of file system can do with a handle and one
 * name. What may wait is a program; whatever is asked of a closed root, or of a file that is closed, fails with EBADF.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { AccessMode, Attributes, Change, InodeOperations } from "./InodeOperations.js"
import * as internal from "./internal/fileSystem.js"
import type { Program } from "./Program.js"

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
  /** What the file system knows it by; `undefined` once it is closed. */
  readonly file: F | undefined
  readonly stat: () => Program<Attributes>
  readonly sync: () => Program<void>
  /**
   * Gives the new position. It never fails: reads and writes at a position that is not a whole number, or below 0, are a
   * `BadArgument`.
   */
  readonly seek: (offset: bigint | number, from: "start" | "current") => Program<bigint>
  readonly read: (buffer: Uint8Array) => Program<number>
  /** What can be read at once, not more than `size`; nothing at the end. */
  readonly readAlloc: (size: number) => Program<Uint8Array>
  readonly write: (bytes: Uint8Array) => Program<number>
  /** Fails with `WriteZero` where the file takes nothing and reports no error, and where there is nothing to write. */
  readonly writeAll: (bytes: Uint8Array) => Program<void>
  readonly truncate: (size: number) => Program<void>
  readonly close: () => Program<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface RemoveOptions {
  readonly recursive?: boolean | undefined
  /** Nothing there is not an error. */
  readonly force?: boolean | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface CopyOptions {
  readonly overwrite?: boolean | undefined
  /** Of files, not of directories and links, as with Node's `fs.cp`. */
  readonly preserveTimestamps?: boolean | undefined
}

/**
 * The operations. Paths are taken from the root, with and without a leading slash; modes are permission bits; numbers as
 * times are seconds since the epoch.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSystem<out F> {
  readonly access: (path: string, mode: AccessMode) => void
  readonly chmod: (path: string, mode: number) => void
  readonly chown: (path: string, uid: number, gid: number) => void
  readonly copy: (from: string, to: string, options?: CopyOptions) => Program<void>
  readonly copyFile: (from: string, to: string) => Program<void>
  readonly link: (from: string, to: string) => void
  readonly makeDirectories: (path: string, mode: number) => void
  readonly makeTemporaryDirectory: (prefix: string) => string
  readonly makeTemporaryFile: (prefix: string, suffix: string) => Program<string>
  readonly mkdir: (path: string, mode: number) => void
  readonly open: (path: string, flag: Flag, mode: number) => File<F>
  readonly readDirectory: (path: string, recursive: boolean) => Program<ReadonlyArray<string>>
  readonly readFile: (path: string) => Program<Uint8Array>
  readonly readLink: (path: string) => string
  readonly realPath: (path: string) => RootedPath
  readonly remove: (path: string, options?: RemoveOptions) => Program<void>
  readonly rename: (from: string, to: string) => void
  readonly stat: (path: string) => Attributes
  readonly symlink: (target: string, path: string) => void
  readonly truncate: (path: string, size: number) => Program<void>
  readonly utimes: (path: string, atime: Date | number, mtime: Date | number) => void
  /**
   * The watch has begun when this returns. Its program goes on until it is interrupted; it fails with EOVERFLOW when
   * `changed` says that there is no room for a change.
   */
  readonly watch: (path: string, recursive: boolean, changed: (change: Change) => boolean) => Program<never>
  readonly writeFile: (path: string, data: Uint8Array, flag: Flag, mode: number) => Program<void>
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** What is put after the prefix of a temporary directory: six letters and digits (`mkdtemp(3)`). */
  readonly directoryName: () => string
  /** The name of a temporary file. */
  readonly fileName: () => string
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: <H, F>(operations: InodeOperations<H, F>, options: Options) => FileSystem<F> = internal.make
