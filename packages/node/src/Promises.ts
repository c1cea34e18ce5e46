/**
 * The file system inside a root as Node's `fs.promises`, and the part of it that never waits as the functions of
 * `node:fs` that end in `Sync`. Names, options and results are Node's, so that a program that takes `fs` as an argument
 * runs inside a root.
 *
 * These parts of Node's functions are absent: `lchmod`, `glob` and `mkdtempDisposable`; of a `FileHandle` its events
 * (`close`), that it can be sent to a worker, and what Node has only with `--experimental-stream-iter`: `pull`,
 * `pullSync` and `writer`; of an open directory its callbacks, `readSync` and `closeSync`; the flags `s` (`O_SYNC`),
 * `O_DIRECT`, `O_DIRECTORY` and `O_NOATIME`; and of the options of `cp` `dereference` and `filter`. Passing one of
 * these flags or options is an `ERR_INVALID_ARG_VALUE`. These are different:
 *
 * - `cp` copies the text of a link as it is (`verbatimSymlinks`), and a copy that fails leaves no new file.
 * - `copyFile` refuses files that are not regular: `EISDIR`, `EINVAL`.
 * - Opening never waits, neither for the other end of a fifo nor for a lease.
 * - A recursive `readdir` lists links, but does not follow them; `realpath` resolves as the kernel does.
 * - Names that are not UTF-8 are written as `SurrogateEscape` writes them; with the encoding `buffer` they are bytes.
 * - `maxRetries` and `retryDelay` of `rm`, `persistent` of `watch`, `bufferSize` of `opendir`, `mode` of `cp`, the type of
 *   a `symlink` and `COPYFILE_FICLONE` do nothing. A `watch` keeps 4,096 changes until they are read; with more it fails
 *   (`EOVERFLOW`). On a disk, it holds a watched directory open, so that the kernel does not report its own removal; that
 *   of a watched file is reported.
 * - `readv` and `writev` copy: several buffers are read or written as one, in one system call.
 * - `createReadStream`, `createWriteStream` and `readLines` of a `FileHandle` return Node's own objects, in memory as well.
 *   Where there is no Node, such as in a browser, they throw `ERR_METHOD_NOT_IMPLEMENTED`. In memory the `fd` of a stream
 *   is not a descriptor of the process.
 * - `readableWebStream` is a stream of bytes and has the option `autoClose`, as in newer versions of Node than 20.
 * - `close` of a `FileHandle` also ends a stream to write with `autoClose: false` that has finished or failed. Node waits
 *   for it forever.
 * - A `signal` of `watch` rejects with its reason, not with an `AbortError` about it.
 *
 * Errors are Node's: an `Error` with `code`, `errno`, `syscall`, `path` and `dest`, whose paths are those that were
 * passed. If a path does not resolve, or the root is closed, `cause` is the `ResolveFailure`. No error contains a host
 * path.
 *
 * @since 0.1.0
 */
import type * as NodeFs from "node:fs"
import type * as NodePromises from "node:fs/promises"
import * as values from "./internal/promises/constants.js"

/**
 * The constants of `node:fs` that mean something here, with the values of Linux.
 *
 * @since 0.1.0
 * @category constants
 */
export const constants: typeof values.constants = values.constants

/**
 * An open file. It stays usable when the root is closed, and must be closed itself, by `close`, `await using` or the end
 * of a stream that closes it: nothing else does. `close` ends its streams first.
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
    | "stat"
    | "sync"
    | "truncate"
    | "utimes"
    | "write"
    | "writeFile"
    | "writev"
  >,
  AsyncDisposable
{
  /** The descriptor; in memory, a number that belongs to no other open file of the tree. −1 once it is closed. */
  readonly fd: number
  /**
   * Like those of `RootDirectory`, but of this file, even if another one has its name by now (`fgetxattr(2)` and the
   * like).
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
export interface Directory extends AsyncIterable<NodeFs.Dirent>, AsyncDisposable {
  readonly path: string
  /** `null` after the last entry. */
  readonly read: () => Promise<NodeFs.Dirent | null>
  readonly close: () => Promise<void>
}

/**
 * What ends long work: the promise rejects with the signal's reason, once everything is released.
 *
 * @since 0.1.0
 * @category models
 */
export interface Abortable {
  readonly signal?: AbortSignal | undefined
}

/**
 * The functions of `node:fs/promises`. `cp`, `readdir` and `rm` take a `signal` as well.
 *
 * @since 0.1.0
 * @category models
 */
export interface Promises extends
  Pick<
    typeof NodePromises,
    | "access"
    | "appendFile"
    | "chmod"
    | "chown"
    | "copyFile"
    | "lchown"
    | "link"
    | "lstat"
    | "lutimes"
    | "mkdir"
    | "mkdtemp"
    | "readFile"
    | "readlink"
    | "realpath"
    | "rename"
    | "rmdir"
    | "stat"
    | "statfs"
    | "symlink"
    | "truncate"
    | "unlink"
    | "utimes"
    | "watch"
    | "writeFile"
  >
{
  readonly constants: typeof values.constants
  readonly cp: (from: string | URL, to: string | URL, options?: NodeFs.CopyOptions & Abortable) => Promise<void>
  readonly open: (path: NodeFs.PathLike, flags?: string | number, mode?: NodeFs.Mode) => Promise<FileHandle>
  readonly opendir: (path: NodeFs.PathLike, options?: NodeFs.OpenDirOptions) => Promise<Directory>
  readonly readdir:
    & typeof NodePromises.readdir
    & ((path: NodeFs.PathLike, options: { readonly recursive?: boolean } & Abortable) => Promise<Array<string>>)
  readonly rm: (path: NodeFs.PathLike, options?: NodeFs.RmOptions & Abortable) => Promise<void>
}

/**
 * The functions of `node:fs` that never wait for a file system's data.
 *
 * `openSync` returns a descriptor for `readSync`, `fstatSync` and all other functions of `node:fs`, to be closed by
 * `closeSync`, whether or not the root is still open. In a read-only root, a descriptor still allows changes of a file's
 * attributes. In memory, `openSync` fails with ENOTSUP.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sync extends
  Pick<
    typeof NodeFs,
    | "accessSync"
    | "chmodSync"
    | "chownSync"
    | "existsSync"
    | "lchownSync"
    | "linkSync"
    | "lstatSync"
    | "lutimesSync"
    | "mkdirSync"
    | "mkdtempSync"
    | "openSync"
    | "readlinkSync"
    | "realpathSync"
    | "renameSync"
    | "rmdirSync"
    | "statSync"
    | "statfsSync"
    | "symlinkSync"
    | "unlinkSync"
    | "utimesSync"
  >
{
  readonly constants: typeof values.constants
}
