/**
 * Opens an uncompressed tar archive as a root, without unpacking it, for example an image layer or the output of
 * `docker export`.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "./FileSystem.js"
import * as internal from "./internal/promises/tarRoot.js"
import type { OpenRoot } from "./OpenRoot.js"
import type { Abortable } from "./Promises.js"
import type * as Tar from "./Tar.js"

/**
 * The root of an archive. It is read-only. File handles have no descriptor of their own, so their `fd` is -1, and the
 * functions that return a descriptor fail with ENOTSUP. `Fs.make` has numbers for open files.
 *
 * @since 0.1.0
 * @category models
 */
export interface TarRoot extends OpenRoot {
  /** The entries that cannot be extracted, in the order of the archive. */
  readonly skipped: ReadonlyArray<Tar.Skipped>
  /** As in `OpenRoot`. The new root is in the same archive. */
  readonly subRoot: (path: string, options?: FileSystem.Options) => Promise<TarRoot>
}

/**
 * The options for opening an archive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Tar.Options, Abortable {}

/**
 * Opens an archive, a path or a `file:` URL, in the format of ustar, pax, GNU tar or V7. Its headers are read now, and
 * contents when they are needed. `Tar.open` says which entries are files of the root, and which are skipped. Permissions
 * are not checked, since a program that can read the archive can read all of it anyway. The archive stays open until the
 * root, the roots in it and all open files are closed.
 *
 * Rejects with an `Error` whose `code` is an errno. Its message says why, for example that the archive is compressed or
 * truncated.
 *
 * @example
 * import { openTarRoot } from "@procfsroot/node"
 *
 * const release = async (layer: string) => {
 *   await using root = await openTarRoot(layer)
 *   return await root.promises.readFile("/etc/os-release", "utf8")
 * }
 *
 * @since 0.1.0
 * @category constructors
 */
export const openTarRoot: (path: string | URL, options?: Options) => Promise<TarRoot> = internal.openTarRoot
