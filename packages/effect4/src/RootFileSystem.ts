/**
 * A `FileSystem` whose `/` is a `Root`. Programs that use `FileSystem` run inside the root without changes.
 *
 * It resolves every path in the root, and then passes the resulting host path to the file system below. Anyone who can
 * rename files inside the root between these two steps can make it use a file outside the root. For a root that others
 * can change, use a file system that keeps open what it has checked, such as `NodeRootFileSystem`.
 *
 * @since 0.1.0
 */
import { FileSystem } from "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import * as Uses from "@procfsroot/vfs/PathUse"
import type { PathUse } from "@procfsroot/vfs/PathUse"
import * as Effect from "effect/Effect"
import type { OpenFlag } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as internal from "./internal/rootFileSystem.js"
import { Root } from "./Root.js"

export type { PathUse } from "@procfsroot/vfs/PathUse"

/**
 * What each method does with each of its paths. For `open`, `sink`, `writeFile` and `writeFileString`, it depends on
 * the flag: use `openUse`. The methods for temporary files create a name in the directory that is passed to them.
 * `glob` lists directories.
 *
 * @since 0.1.0
 * @category policies
 */
export const pathUses: {
  readonly [
    M in Exclude<
      keyof FileSystem,
      "glob" | "open" | "sink" | "writeFile" | "writeFileString" | "~effect/FileSystem"
    >
  ]: ReadonlyArray<PathUse>
} = Uses.pathUses

/**
 * Returns what opening a file with a flag does with its path.
 *
 * @example
 * import { RootFileSystem } from "@procfsroot/effect4"
 *
 * RootFileSystem.openUse("r+") // "follow"
 * RootFileSystem.openUse("wx") // "createNew"
 *
 * @since 0.1.0
 * @category policies
 */
export const openUse: (flag: OpenFlag) => Exclude<PathUse, "keep" | "parent"> = Uses.ofFlag

/**
 * The policy by which paths are resolved. It applies to every path of every operation. It does not apply to the `Root`,
 * whose calls have options of their own. A `FileSystem` cannot detect mounts, so with `mounts: "forbid"` every name
 * that exists is refused.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends PathPolicy.PathPolicy {}

/**
 * Creates the file system inside `root`. It passes the results of `root.hostPath` to `fileSystem`.
 *
 * - A relative path of the root is relative to the working directory of each operation, so it should be absolute if that
 *   can change.
 * - Links are followed inside the root, at most 40 for one path as on Linux, unless `options` say otherwise.
 * - Failures are `PlatformError`s with the path as it was passed. The cause is a `ResolveError`, or has the errno as
 *   its `code`. It contains no host path.
 * - Temporary files are created in the `/tmp` of the root (with `beneath`, in `tmp`), unless the caller passes a
 *   directory.
 * - `copy` and a recursive `readDirectory` do not follow links below their directory. `copy` replaces an existing file
 *   or link only with `overwrite`.
 * - A recursive `readDirectory` looks up every name, which needs permission to search each directory, since the file
 *   system below does not list types.
 * - A `sink` fails if closing its file fails. For a file from `open`, such a failure is a defect at the end of its scope.
 * - A recursive `remove` of a path that ends in `..` fails with `ENOTEMPTY`, as `rmdir(2)` does, and removes nothing.
 * - The events of `watch` have the paths that the file system below reports: relative to the watched path, or absolute
 *   inside the root.
 * - A recursive `watch` is that of the file system below. Node's can report a change outside the root, as a change of the
 *   link that leads there. It fails with `ENOTSUP` if the root's own path has a `..`, because Node would remove that as
 *   text, and watch another directory.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (root: Root["Service"], fileSystem: FileSystem, options?: Options) => FileSystem = internal.make

/**
 * Like `layer`, with a policy.
 *
 * @example
 * import { Root, RootFileSystem } from "@procfsroot/effect4"
 * import * as Layer from "effect/Layer"
 *
 * const uploads = RootFileSystem.layerWith({ containment: "beneath", symlinks: "forbid" }).pipe(
 *   Layer.provide(Root.layer("/srv/uploads"))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWith = (options: Options): Layer.Layer<FileSystem, never, Root | FileSystem> => {
  // The caller may change its options before the layer is built.
  const own = PathPolicy.copy(options)
  // Otherwise a program with several roots would use the files of the first one for all.
  return Layer.fresh(
    Layer.effect(FileSystem, Effect.zipWith(Root, FileSystem, (root, fileSystem) => make(root, fileSystem, own)))
  )
}

/**
 * Provides the file system inside the `Root` in the context, over the `FileSystem` in the context. It is built again for
 * each root that it is provided with, so a program can use several.
 *
 * @example
 * import { Root, RootFileSystem } from "@procfsroot/effect4"
 * import { FileSystem } from "effect"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const program = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString("/etc/os-release"))
 *
 * const inBox = program.pipe(
 *   Effect.provide(RootFileSystem.layer.pipe(
 *     Layer.provide(Root.layer("/srv/box")),
 *     Layer.provide(NodeFileSystem.layer)
 *   ))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<FileSystem, never, Root | FileSystem> = layerWith({})
