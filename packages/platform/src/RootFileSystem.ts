/**
 * A `FileSystem` whose `/` is a `Root`: a program that uses `FileSystem` runs inside the root, unchanged.
 *
 * It resolves every path in the root first, and then passes the result to the file system below: it checks, then uses.
 * Anyone who can rename files inside the root between the two can lead it out. For a root that somebody else is
 * changing, use a file system that holds open what it has checked, such as `NodeRootFileSystem`.
 *
 * @since 0.1.0
 */
import type { FileSystem, OpenFlag } from "@effect/platform/FileSystem"
import type * as Layer from "effect/Layer"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as Uses from "@procfsroot/vfs/PathUse"
import * as internal from "./internal/rootFileSystem.js"
import type { Root } from "./Root.js"

/**
 * What an operation does with the last component of a path: `follow`, `keep`, `parent`, `create` or `createNew`.
 *
 * @since 0.1.0
 * @category models
 */
export type PathUse = Uses.PathUse

/**
 * What each method does with each of its paths. `open`, `sink`, `writeFile` and `writeFileString` depend on the flag:
 * `openUse`. The temporary methods make a name in the directory they are given.
 *
 * @since 0.1.0
 * @category policies
 */
export const pathUses: {
  readonly [M in Exclude<keyof FileSystem, "open" | "sink" | "writeFile" | "writeFileString">]: ReadonlyArray<PathUse>
} = Uses.pathUses

/**
 * What opening a file with a flag does with its path.
 *
 * @example
 * import { RootFileSystem } from "@procfsroot/platform"
 *
 * RootFileSystem.openUse("r+") // "follow"
 * RootFileSystem.openUse("wx") // "createNew"
 *
 * @since 0.1.0
 * @category policies
 */
export const openUse: (flag: OpenFlag) => Exclude<PathUse, "keep" | "parent"> = Uses.ofFlag

/**
 * How paths are resolved. The policy applies to every path of every operation. The `Root` does not have it: each call to
 * it has options of its own. A `FileSystem` does not say where a mount begins: with `mounts: "forbid"`, every name that
 * exists is refused.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends PathPolicy {}

/**
 * The file system inside `root`, over `fileSystem`, whose paths are those of `root.hostPath`.
 *
 * - Links are followed inside the root, at most 40 for one path, as Linux does, unless `options` say otherwise.
 * - Failures are `PlatformError`s with the path as it was passed. The cause is a `ResolveError`, or has the errno as
 *   `code`. No path of the file system below is in it.
 * - Temporary files are made in the root's own `/tmp` (with `beneath`, in `tmp`), unless a directory is given.
 * - `copy` and a recursive `readDirectory` follow no link on their way. `copy` replaces an existing file or link only
 *   with `overwrite`.
 * - A recursive `remove` of a path that ends in `..` fails with `ENOTEMPTY`, as `rmdir(2)` does, and removes nothing.
 * - The events of `watch` name files as the file system below does: relative to what is watched, or by their place in
 *   the root.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (root: Root, fileSystem: FileSystem, options?: Options) => FileSystem = internal.make

/**
 * The file system inside the `Root`, over the `FileSystem` that is provided to this layer.
 *
 * @example
 * import { Root, RootFileSystem } from "@procfsroot/platform"
 * import { FileSystem } from "@effect/platform"
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
export const layer: Layer.Layer<FileSystem, never, Root | FileSystem> = internal.layer

/**
 * `layer` with options.
 *
 * @example
 * import { Root, RootFileSystem } from "@procfsroot/platform"
 * import * as Layer from "effect/Layer"
 *
 * const uploads = RootFileSystem.layerWith({ containment: "beneath", symlinks: "forbid" }).pipe(
 *   Layer.provide(Root.layer("/srv/uploads"))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layerWith: (options: Options) => Layer.Layer<FileSystem, never, Root | FileSystem> = internal.layerWith
