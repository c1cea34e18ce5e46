/**
 * A read-only `FileSystem` over an uncompressed tar archive: a layer of an image, or what `docker export` writes, looked into
 * without unpacking it.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type * as Tar from "@procfsroot/node/Tar"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import type { Root } from "@procfsroot/platform/Root"
import type * as Context from "effect/Context"
import type * as Layer from "effect/Layer"
import * as internal from "./internal/tarFileSystem.js"

/**
 * What is to be known of an open archive.
 *
 * @since 0.1.0
 * @category models
 */
export interface TarFileSystem {
  /** The entries that could not have been extracted, in the order of the archive. */
  readonly skipped: ReadonlyArray<Tar.Skipped>
}

/**
 * @since 0.1.0
 * @category tags
 */
export const TarFileSystem: Context.Tag<TarFileSystem, TarFileSystem> = internal.tag

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
 * A `FileSystem` and a `Root` whose `/` is what the archive at `path` holds: ustar, pax, GNU's or V7's tar, not compressed. The
 * headers are read once, when the layer is built; contents are read where they are in the archive, when they are asked for.
 * The archive has one descriptor, which is held until the layer's scope closes.
 *
 * The files are those that extraction in an empty root would give: links on the way to an entry are followed inside the root,
 * no name leads out, and a later entry takes the place of an earlier one. Entries that cannot be extracted are left out, and
 * listed in `skipped`: those below a file, hard links to nothing, sparse files of GNU tar. The whiteouts of an image's layer
 * (`.wh.…`) are files like others.
 *
 * Permissions are not checked: who can read the archive can read all of it. What would change something fails with `EROFS`
 * where it does so on a read-only mount: making a directory that is there is `EEXIST`. Fifos are empty, devices `EACCES`.
 * `hostPath` has no meaning here: no place in an archive has a path of its own.
 *
 * Fails with `RootUnavailable` if the archive cannot be opened; `reason` tells what is wrong with it: that it is compressed,
 * truncated, or not a tar archive.
 *
 * @example
 * import { FileSystem } from "@effect/platform/FileSystem"
 * import { TarFileSystem } from "@procfsroot/platform-node"
 * import * as Effect from "effect/Effect"
 *
 * const release = Effect.flatMap(FileSystem, (fs) => fs.readFileString("/etc/os-release")).pipe(
 *   Effect.provide(TarFileSystem.layer("/tmp/exported.tar"))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: (
  path: string,
  options?: Options
) => Layer.Layer<FileSystem | Root | TarFileSystem, RootUnavailable> = internal.layer
