/**
 * A read-only `FileSystem` over an uncompressed tar archive, such as an image layer or the output of `docker export`,
 * without unpacking it.
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

export type { Skipped } from "@procfsroot/node/Tar"

/**
 * The type of the value of the service `TarFileSystem`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The entries that cannot be extracted, in the order of the archive. */
  readonly skipped: ReadonlyArray<Tar.Skipped>
}

/**
 * The service that describes the open archive.
 *
 * @since 0.1.0
 * @category services
 */
export class TarFileSystem
  extends Context.Service<TarFileSystem, Service>()("@procfsroot/effect4/node/TarFileSystem")
{}

/**
 * The options for opening an archive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The number of files that an archive may contain, including its root, other directories and skipped entries. The
   * default, 1,000,000, keeps a hostile archive from filling the memory. It also limits how many directories and links
   * all names together may lead through, to 64 for each file and another million. Anything but a whole number of at
   * least 0 or `Infinity` is a defect (`RangeError`).
   */
  readonly maxInodes?: number | undefined
}

/**
 * Provides a `FileSystem`, a `RootDirectory` and a `Root` whose `/` is the content of the archive at `path`, and the
 * `TarFileSystem` that describes it. The archive must be uncompressed, in the format of ustar, pax, GNU tar or V7. The
 * headers are read once, when the layer is built, and contents when they are needed. One descriptor stays open until
 * the layer's scope closes.
 *
 * The files are the same as after extracting the archive in an empty root: links on the way to an entry are followed
 * inside the root, no name leads out of it, and a later entry replaces an earlier one. Entries that cannot be extracted
 * are skipped and listed in `skipped`: entries below a file, hard links to missing files, and sparse files of GNU tar.
 * The whiteouts of an image layer (`.wh.…`) are treated as ordinary files.
 *
 * Permissions are not checked, since a program that can read the archive can read all of it anyway. An operation that
 * would change something fails as on a read-only mount: usually with `EROFS`, but creating a directory that exists
 * fails with `EEXIST`. Fifos are empty. Opening a device fails with `EACCES`, and `openDescriptor` and `statfs` fail
 * with `ENOTSUP`. The results of `hostPath` are meaningless, since a file in an archive has no host path.
 *
 * Fails with `RootUnavailable` if the archive cannot be opened. The `reason` says what is wrong with it, for example
 * that it is compressed, truncated, or not a tar archive.
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
