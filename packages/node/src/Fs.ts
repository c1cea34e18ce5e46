/**
 * All of `node:fs` inside a root, with callbacks and streams, for packages that have an option for the file system.
 *
 * Many packages take a function from `node:fs` if they do not find it in the `fs` that they get, and then work on the
 * host without an error. So this `fs` has every function of `node:fs`, and those that a root does not have throw an
 * error with the code ENOTSUP.
 *
 * @since 0.1.0
 */
/// <reference types="node" preserve="true" />
import type * as NodeFs from "node:fs"
import * as internal from "./internal/promises/fs.js"
import type { OpenRoot } from "./OpenRoot.js"
import type { FileHandle, Promises, Sync } from "./Promises.js"

/**
 * The part of a root that is used.
 *
 * @since 0.1.0
 * @category models
 */
export interface Root extends Pick<OpenRoot, "promises" | "sync"> {}

type WithCallback = Exclude<keyof Promises, "constants" | "mkdtempDisposable" | "watch">

type OnDescriptor =
  | "close"
  | "fchmod"
  | "fchown"
  | "fdatasync"
  | "fstat"
  | "fsync"
  | "ftruncate"
  | "futimes"
  | "read"
  | "readv"
  | "write"
  | "writev"

/** A function of Node that makes a stream, whose option `fd` may also be a file that a root has opened. */
type Streaming<F extends (path: NodeFs.PathLike, options?: never) => unknown> =
  & F
  & ((
    path: NodeFs.PathLike,
    options: Omit<Exclude<Parameters<F>[1], string | undefined>, "fd"> & { readonly fd: FileHandle }
  ) => ReturnType<F>)

/**
 * The functions of `node:fs` that work in a root. All others of your Node, such as `glob`, `watch` and `watchFile`,
 * and the classes, are there as well, but not in the type: they throw ENOTSUP. But `unwatchFile` does nothing,
 * `instanceof` works with `Stats`, `Dirent` and `Dir`, and streams of `ReadStream` and `WriteStream` open their files in
 * the root.
 *
 * - The differences from Node's functions are those of `Promises`. An argument of a wrong type is an error that the
 *   callback gets, not one that is thrown.
 * - On a disk, the functions that take a descriptor are Node's own, and `open` waits for the file system, like
 *   `openSync`. In memory and in an archive, `open` and `openSync` return numbers that are not descriptors of the
 *   process. Only the functions of this `fs` take them, and for descriptors of the process they are Node's own.
 * - The streams are Node's own, and work in every kind of root: their option `fs` has no effect. On a disk, close a
 *   stream with `autoClose: false` by its `close` or `destroy`: with `offMainThread`, the root stays open if only the
 *   descriptor is closed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fs extends
  Sync,
  Pick<
    typeof NodeFs,
    | WithCallback
    | OnDescriptor
    | `${OnDescriptor}Sync`
    | "exists"
  >
{
  readonly createReadStream: Streaming<typeof NodeFs.createReadStream>
  readonly createWriteStream: Streaming<typeof NodeFs.createWriteStream>
  readonly promises: Promises
}

/**
 * Returns an `fs` that works in a root. It works as long as the root is open.
 *
 * @example
 * import { Fs, openMemoryRoot } from "@procfsroot/node"
 * import { promisify } from "node:util"
 *
 * const fs = Fs.make(openMemoryRoot({ "/etc/motd": "welcome" }))
 *
 * await promisify(fs.readFile)("/etc/motd", "utf8") // "welcome"
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (root: Root) => Fs = internal.make
