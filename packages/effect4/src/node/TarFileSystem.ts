/**
 * A read-only `FileSystem` over an uncompressed tar archive, such as a layer of an image or the output of
 * `docker export`, without unpacking it.
 *
 * @since 0.1.0
 */
import "../internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type * as Tar from "@procfsroot/node/Tar"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { RootUnavailable } from "../ResolveError.js"
import type { Root } from "../Root.js"
import type { RootDirectory } from "../RootDirectory.js"
import * as internal from "./internal/tarFileSystem.js"

/**
 * Information about an open archive.
 *
 * @since 0.1.0
 * @category services
 */
export class TarFileSystem extends Context.Service<TarFileSystem, {
  /** The entries that could not be extracted, in the order of the archive. */
  readonly skipped: ReadonlyArray<Tar.Skipped>
}>()("@procfsroot/effect4/node/TarFileSystem") {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * How many files an archive may contain, with directories and skipped entries, so that a hostile one does not fill the
   * memory: 1,000,000 by default.
   */
  readonly maxInodes?: number | undefined
}

/**
 * A `FileSystem`, a `RootDirectory` and a `Root` whose `/` is the content of the archive at `path`, in the format of ustar, pax, GNU tar
 * or V7, not compressed. The headers are read once, when the layer is built; contents are read from the archive when
 * they are needed. One descriptor is held until the layer's scope closes.
 *
 * The files are the same as after extracting the archive in an empty root: links on the way to an entry are followed
 * inside the root, no name leads out, and a later entry replaces an earlier one. Entries that cannot be extracted are
 * skipped, and listed in `skipped`: those below a file, hard links to missing files, sparse files of GNU tar. The
 * whiteouts of an image's layer (`.wh.…`) are ordinary files.
 *
 * Permissions are not checked: a program that can read the archive can read all of it. An operation that would change
 * something fails as on a read-only mount, most often with `EROFS`, but making a directory that exists is `EEXIST`.
 * Fifos are empty, and opening a device is `EACCES`. `openDescriptor` and `statfs` are `ENOTSUP`. `hostPath` has no meaning here: a file in an archive has no path
 * on the host.
 *
 * Fails with `RootUnavailable` if the archive cannot be opened; `reason` says what is wrong with it: it is compressed,
 * truncated, or not a tar archive.
 *
 * @example
 * import { FileSystem } from "effect/FileSystem"
 * import { TarFileSystem } from "@procfsroot/effect4/node"
 * import * as Effect from "effect/Effect"
 *
 * const release = Effect.flatMap(FileSystem, (fs) => fs.readFileString("/etc/os-release")).pipe(
 *   Effect.provide(TarFileSystem.layer("/tmp/exported.tar"))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  path: string,
  options?: Options
): Layer.Layer<FileSystem | Root | RootDirectory | TarFileSystem, RootUnavailable> =>
  Layer.effectContext(
    Effect.map(internal.make(path, options), ({ context, skipped }) => Context.add(context, TarFileSystem, { skipped }))
  )
