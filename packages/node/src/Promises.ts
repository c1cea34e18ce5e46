/**
 * The file system inside a root, with the interface of Node's `fs.promises` and of the functions of `node:fs` that end
 * in `Sync`. Names, options and results are the same as in Node, so a program that takes `fs` as an argument runs
 * inside a root.
 *
 * These parts of Node's interface are missing:
 *
 * - the functions `lchmod` and `glob`
 * - the event `close` of a `FileHandle`, sending it to a worker, and its methods `pull`, `pullSync` and `writer`, which
 *   Node has only with `--experimental-stream-iter`
 * - the flags `O_DIRECT` and `O_NOATIME`, `O_TRUNC` without an access to write, and access mode 3
 * - the options `dereference` and `filter` of `cp`, and the option `recursive` of `rmdir`, which Node 26 refuses as well
 *
 * Passing one of these flags or options fails with `ERR_INVALID_ARG_VALUE`.
 *
 * These parts are different.
 *
 * Copies and content:
 *
 * - `cp` copies links without changing their targets (`verbatimSymlinks`). A link replaces a file or another link,
 *   unless `force` is `false`; in Node, this fails with `EEXIST` if it is a file. A link to the very file that it would
 *   replace is refused (`ERR_FS_CP_EINVAL`). If copying a file fails, `cp` removes the incomplete copy. Files that it
 *   has copied before stay, and a file that it replaces is removed first, as in Node. Besides fifos and sockets, it
 *   refuses devices (`ERR_FS_CP_UNKNOWN`), whose content Node would copy.
 * - A recursive `rm` of a path that ends in `.` or `..` fails and removes nothing, as `rm -r` does. Node first removes
 *   what is in that directory.
 * - `copyFile` copies only regular files. It fails with `EISDIR` for a directory, and with `EINVAL` for any other type.
 *   It overwrites an existing file without emptying it first, unless the file is large, or cannot be read and written.
 *   If that fails, the file is empty or has the beginning of the new content; Node would remove it.
 * - The copy of an empty file gets new times, like every other copy. In Node 22 and later, it keeps those of its
 *   source.
 * - `writeFile` writes up to 64 KiB over old content that is not longer, without emptying the file first.
 *
 * Names and attributes:
 *
 * - A recursive `readdir` lists links, but does not follow them; `realpath` resolves as the kernel does.
 * - The `parentPath` of an entry begins with the path as you passed it. In a recursive listing, Node removes `.` and
 *   `..` from the path, so that it can lead elsewhere if there are links in it.
 * - Names that are not valid UTF-8 are written in the form of `SurrogateEscape`. With the encoding `buffer`, names are
 *   bytes.
 * - `Stats`, `BigIntStats` and `Dirent` have the members of Node's classes, except for the times as `Temporal.Instant`
 *   in Node 26, but are not instances of those that `node:fs` exports.
 * - `stat` and `lstat`, also of a `FileHandle`, take a `signal`, as in Node 26. With `throwIfNoEntry: false`, `stat`,
 *   `statSync` and `lstatSync` return `undefined` for ENOENT and ENOTDIR, but `lstat` ignores this option, both as in
 *   Node 26.
 *
 * Open files and streams:
 *
 * - Opening a file does not wait for the other end of a fifo, or for a lease. On a disk, a fifo that nobody writes to
 *   reads as empty, and opening one that nobody reads for writing fails with `ENXIO`. If the other end is open, but has
 *   no data or no room, reading and writing fail with `EAGAIN`. In memory, reading a fifo waits.
 * - `write` of a `FileHandle` uses a position that is a `bigint`, and refuses a position that is not an offset. In
 *   both cases, Node writes at the current position.
 * - `readv` and `writev` copy several buffers from or to a single buffer, which they read or write in one system call.
 * - A `FileHandle` that is dropped without `close` stays open. In Node, it is closed at some time, with a warning.
 * - `close` of a `FileHandle` also ends a write stream with `autoClose: false` that has finished or failed, or that
 *   fails later. Node would wait for it forever.
 * - `createReadStream`, `createWriteStream` and `readLines` of a `FileHandle` return Node's own objects, for roots in
 *   memory as well. Without Node, for example in a browser, they throw `ERR_METHOD_NOT_IMPLEMENTED`. In memory, the
 *   `fd` of a stream is not a descriptor of the process.
 * - `readableWebStream` is a stream of bytes and has the option `autoClose`, as in newer versions of Node than 20.
 *   `readFile` has the option `buffer` of these versions. A function that returns the buffer gets the number of bytes
 *   that were read, and in Node the size of the file, which is 0 in a procfs.
 *
 * Watches:
 *
 * - A `watch` keeps up to 4,096 changes until they are read. If there are more, it fails with `EOVERFLOW`. On a disk,
 *   all watches of a thread fail with `EOVERFLOW` if their changes fill most of the kernel's queue at once
 *   (`max_queued_events` in inotify(7)), since the kernel drops changes when it is full.
 * - On a disk, a `watch` holds a watched directory open, so the kernel does not report the removal of that directory.
 *   The removal of a watched file is reported.
 * - If the `signal` of a `watch` is aborted, the changes before that are still delivered, as in Node 22.23 and later.
 *
 * Options:
 *
 * - If a `signal` is aborted, the promise rejects with the signal's reason. In Node, that is the `cause` of an
 *   `AbortError`.
 * - These have no effect: `maxRetries` and `retryDelay` of `rm`, `persistent`, `maxQueue` and `overflow` of `watch`,
 *   `bufferSize` of `opendir`, `mode` of `cp`, the type of a `symlink`, and `COPYFILE_FICLONE`. `ignore` of `watch`,
 *   which newer versions of Node have, is refused, and `COPYFILE_FICLONE_FORCE` fails with `ENOTSUP`.
 *
 * Errors are the same as in Node: an `Error` with `code`, `errno`, `syscall`, `path` and `dest`, with the paths as they
 * were passed. An error about an argument has the same `code` as in Node, but its own message. If a path does not
 * resolve, or the root is closed, `cause` is the `ResolveFailure`. No error contains a host path.
 *
 * @since 0.1.0
 */
/// <reference types="node" preserve="true" />
import type { Extent } from "@procfsroot/vfs/InodeOperations"
import type * as NodeFs from "node:fs"
import type * as NodePromises from "node:fs/promises"
import * as values from "./internal/promises/constants.js"

/**
 * The constants of `node:fs` that these functions use. Those that `node:fs` lacks, as on Windows, have numbers too. In
 * a browser, all have the values of Linux. They include the flags of `open` that the functions do not support, so that
 * using such a flag is an error.
 *
 * @since 0.1.0
 * @category constants
 */
export const constants: values.Constants = values.constants

/**
 * An open file. It stays usable after the root is closed. Close the file itself: with `close`, with `await using`, or
 * by a stream that closes it at its end. `close` first ends the streams of the file, and waits for the calls that are
 * running.
 *
 * Calls without a position use the position that the kernel keeps for the open file (`read(2)`), so a process that
 * inherits `fd` continues there. These calls run one after another.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileHandle extends
  Pick<
    NodePromises.FileHandle,
    | "appendFile"
    | "chmod"
    | "chown"
    | "close"
    | "createReadStream"
    | "createWriteStream"
    | "datasync"
    | "read"
    | "readFile"
    | "readLines"
    | "readableWebStream"
    | "readv"
    | "sync"
    | "truncate"
    | "write"
    | "writeFile"
    | "writev"
  >
{
  readonly [Symbol.asyncDispose]: () => Promise<void>
  readonly stat:
    & NodePromises.FileHandle["stat"]
    & ((options: StatOptions) => Promise<NodeFs.Stats>)
    & ((options: BigIntStatOptions) => Promise<NodeFs.BigIntStats>)
  /** As in Node, but a bigint is a time in nanoseconds since the epoch, as for `RootDirectory.lutimes`. */
  readonly utimes: (atime: NodeFs.TimeLike | bigint, mtime: NodeFs.TimeLike | bigint) => Promise<void>
  /** The descriptor, or −1 once it is closed. In memory, it is a number that no other open file of the tree has. */
  readonly fd: number
  /**
   * Returns the first part of the file that has data, beginning at `from` or after it, and `undefined` if only a hole
   * is left (SEEK_DATA and SEEK_HOLE in `lseek(2)`). The current position stays. Without native calls, and in file
   * systems that do not know where holes are, everything counts as data. The promise rejects with `ERR_OUT_OF_RANGE` if
   * `from` is not an offset.
   *
   * @example
   * import type { FileHandle } from "@procfsroot/node/Promises"
   *
   * const bytesWithData = async (file: FileHandle): Promise<number> => {
   *   let bytes = 0
   *   for (let part = await file.nextData(0); part !== undefined; part = await file.nextData(part.end)) {
   *     bytes += part.end - part.start
   *   }
   *   return bytes
   * }
   */
  readonly nextData: (from: number) => Promise<Extent | undefined>
  /**
   * Like the methods of `RootDirectory`, but for this open file, even if its name now belongs to another file
   * (`fgetxattr(2)`).
   */
  readonly getExtendedAttribute: (name: string) => Promise<Uint8Array | undefined>
  readonly listExtendedAttributes: () => Promise<ReadonlyArray<string>>
  readonly setExtendedAttribute: (name: string, value: Uint8Array) => Promise<void>
  readonly removeExtendedAttribute: (name: string) => Promise<void>
}

/**
 * An open directory. Its entries were read when it was opened.
 *
 * @since 0.1.0
 * @category models
 */
export interface Directory extends NodeFs.Dir {
  readonly [Symbol.asyncDispose]: () => Promise<void>
  readonly [Symbol.dispose]: () => void
}

/**
 * The option of functions that can be aborted. If `signal` is aborted, the promise rejects with the signal's reason
 * after all resources are released.
 *
 * @since 0.1.0
 * @category models
 */
export interface Abortable {
  readonly signal?: AbortSignal | undefined
}

/**
 * The options of `readdir`, which can be aborted.
 *
 * @since 0.1.0
 * @category models
 */
export interface ListOptions extends Abortable {
  readonly encoding?: BufferEncoding | null | undefined
  readonly recursive?: boolean | undefined
  readonly withFileTypes?: false | undefined
}

/**
 * The options of `stat` and `lstat`, which can be aborted.
 *
 * @since 0.1.0
 * @category models
 */
export interface StatOptions extends Abortable {
  readonly bigint?: false | undefined
}

/**
 * The options of `stat` and `lstat` for a result with numbers of any size.
 *
 * @since 0.1.0
 * @category models
 */
export interface BigIntStatOptions extends Abortable {
  readonly bigint: true
}

/** Then the result is `undefined` if the name is missing. Not an interface, like `ReadFile`. */
type NotThrowing = { readonly throwIfNoEntry: false }

/**
 * A directory made by `mkdtempDisposable`. `remove` does nothing if it is gone.
 *
 * @since 0.1.0
 * @category models
 */
export interface TemporaryDirectory {
  readonly path: string
  readonly remove: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * A directory made by `mkdtempDisposableSync`. `remove` does nothing if it is gone.
 *
 * @since 0.1.0
 * @category models
 */
export interface TemporaryDirectorySync {
  readonly path: string
  readonly remove: () => void
  readonly [Symbol.dispose]: () => void
}

type AnyFile = NodeFs.PathLike | FileHandle | NodePromises.FileHandle

/**
 * A function of Node that takes a path or an open file, which may also be one that a root has opened. It is the type of
 * a method, so that Node's own function, which takes only files of Node, is accepted in its place.
 */
type OnFile<F extends (file: never, ...rest: never) => unknown> = F extends
  (file: never, ...rest: infer Rest) => infer A ? { onFile(file: AnyFile, ...rest: Rest): A }["onFile"] : never

type Content = Exclude<Awaited<ReturnType<typeof NodePromises.readFile>>, string>

type ReadOptions = Abortable & { readonly flag?: NodeFs.OpenMode | undefined }

/** Like `OnFile`. Not an interface: the declarations of other programs have to write it out. */
type ReadFile = {
  readFile(file: AnyFile, options?: (ReadOptions & { readonly encoding?: null | undefined }) | null): Promise<Content>
  readFile(
    file: AnyFile,
    options: (ReadOptions & { readonly encoding: BufferEncoding }) | BufferEncoding
  ): Promise<string>
  readFile(
    file: AnyFile,
    options?: (ReadOptions & NodeFs.ObjectEncodingOptions) | BufferEncoding | null
  ): Promise<string | Content>
}["readFile"]

/** A function of Node that can be aborted. */
type Attributes<F> =
  & F
  & ((path: NodeFs.PathLike, options: StatOptions) => Promise<NodeFs.Stats>)
  & ((path: NodeFs.PathLike, options: BigIntStatOptions) => Promise<NodeFs.BigIntStats>)

/**
 * The functions of `node:fs/promises`. `cp`, `lstat`, `readdir`, `rm` and `stat` take a `signal` as well. The files that `appendFile`,
 * `readFile` and `writeFile` take are those that a root has opened, and not Node's own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Promises extends
  Pick<
    typeof NodePromises,
    | "access"
    | "chmod"
    | "chown"
    | "copyFile"
    | "lchown"
    | "link"
    | "lutimes"
    | "mkdir"
    | "mkdtemp"
    | "readlink"
    | "realpath"
    | "rename"
    | "rmdir"
    | "statfs"
    | "symlink"
    | "truncate"
    | "unlink"
    | "utimes"
    | "watch"
  >
{
  readonly appendFile: OnFile<typeof NodePromises.appendFile>
  readonly constants: values.Constants
  /**
   * Like `mkdtemp`, for a directory that is removed again with everything in it, as in Node 24. The root has to be open
   * until then.
   */
  readonly mkdtempDisposable: (
    prefix: NodeFs.PathLike,
    options?: NodeFs.EncodingOption
  ) => Promise<TemporaryDirectory>
  readonly cp: (from: string | URL, to: string | URL, options?: NodeFs.CopyOptions & Abortable) => Promise<void>
  readonly lstat: Attributes<typeof NodePromises.lstat>
  readonly open: (path: NodeFs.PathLike, flags?: string | number, mode?: NodeFs.Mode) => Promise<FileHandle>
  readonly opendir: (path: NodeFs.PathLike, options?: NodeFs.OpenDirOptions) => Promise<Directory>
  readonly readdir:
    & typeof NodePromises.readdir
    & ((path: NodeFs.PathLike, options: ListOptions) => Promise<Array<string>>)
    & ((
      path: NodeFs.PathLike,
      options: Omit<ListOptions, "encoding"> & { readonly encoding: "buffer" }
    ) => Promise<Array<Buffer>>)
    & ((
      path: NodeFs.PathLike,
      options: Omit<ListOptions, "withFileTypes"> & { readonly withFileTypes: true }
    ) => Promise<Array<NodeFs.Dirent>>)
  readonly readFile: typeof NodePromises.readFile & ReadFile
  readonly rm: (path: NodeFs.PathLike, options?: NodeFs.RmOptions & Abortable) => Promise<void>
  readonly stat:
    & ((path: NodeFs.PathLike, options: StatOptions & NotThrowing) => Promise<NodeFs.Stats | undefined>)
    & ((path: NodeFs.PathLike, options: BigIntStatOptions & NotThrowing) => Promise<NodeFs.BigIntStats | undefined>)
    & Attributes<typeof NodePromises.stat>
  readonly writeFile: OnFile<typeof NodePromises.writeFile>
}

/**
 * The synchronous functions of `node:fs`, for programs that cannot wait for a promise, such as compilers. They stop the
 * program until they have ended, like those of Node, even with `offMainThread`. Their differences from Node's are those
 * of `Promises`. They take no descriptors instead of paths, and the functions with descriptors are missing.
 *
 * `openSync` returns a descriptor for `readSync`, `fstatSync` and all other functions of `node:fs`. Close it with
 * `closeSync`, even if the root is closed already. In a read-only root, a descriptor can still be used to change a
 * file's attributes. In memory, `openSync` fails with ENOTSUP, except that of `Fs.make`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sync extends
  Pick<
    typeof NodeFs,
    | "accessSync"
    | "appendFileSync"
    | "chmodSync"
    | "chownSync"
    | "copyFileSync"
    | "cpSync"
    | "existsSync"
    | "lchownSync"
    | "linkSync"
    | "lstatSync"
    | "lutimesSync"
    | "mkdirSync"
    | "mkdtempSync"
    | "openSync"
    | "readFileSync"
    | "readdirSync"
    | "readlinkSync"
    | "realpathSync"
    | "renameSync"
    | "rmSync"
    | "rmdirSync"
    | "statSync"
    | "statfsSync"
    | "symlinkSync"
    | "truncateSync"
    | "unlinkSync"
    | "utimesSync"
    | "writeFileSync"
  >
{
  readonly constants: values.Constants
  readonly mkdtempDisposableSync: (
    prefix: NodeFs.PathLike,
    options?: NodeFs.EncodingOption
  ) => TemporaryDirectorySync
  readonly opendirSync: (path: NodeFs.PathLike, options?: NodeFs.OpenDirOptions) => Directory
}
