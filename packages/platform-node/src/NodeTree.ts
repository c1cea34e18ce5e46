/**
 * Reads directories and archives as plain data, and writes such data to directories. A test can start from a real tree,
 * and keep the files that a program created so that other tools can inspect them.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type * as TreeFiles from "@procfsroot/node/TreeFiles"
import type { Tree } from "@procfsroot/platform/MemoryFileSystem"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import type * as Effect from "effect/Effect"
import * as internal from "./internal/nodeTree.js"

/**
 * The options of `fromDirectory`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FromDirectoryOptions extends TreeFiles.FromDirectoryOptions {}

/**
 * The options of `fromTar`.
 *
 * @since 0.1.0
 * @category models
 */
export interface FromTarOptions extends TreeFiles.FromTarOptions {}

/**
 * Reads the tree in a directory: contents, links, hard links, modes, owners and modification times. It reads nothing
 * outside the directory, even if somebody changes it meanwhile. Devices are left out. `enter` decides which directories
 * to enter.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, and with a `PlatformError` if a file in it cannot be
 * read.
 *
 * @example
 * import { MemoryFileSystem } from "@procfsroot/platform"
 * import { NodeTree } from "@procfsroot/platform-node"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const fixture = Layer.unwrapEffect(
 *   Effect.map(NodeTree.fromDirectory("test/fixture", { lazy: true }), (tree) => MemoryFileSystem.layer(tree))
 * )
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromDirectory: (
  directory: string,
  options?: FromDirectoryOptions
) => Effect.Effect<Tree, RootUnavailable | PlatformError> = internal.fromDirectory

/**
 * Reads the tree in an uncompressed tar archive. The files are the same as after extracting the archive in an empty
 * root. Entries that cannot be extracted are left out, and so are devices.
 *
 * Fails with `RootUnavailable` if the archive cannot be opened. The `reason` says what is wrong with it. Fails with a
 * `PlatformError` if a file in it cannot be read.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromTar: (
  file: string,
  options?: FromTarOptions
) => Effect.Effect<Tree, RootUnavailable | PlatformError> = internal.fromTar

/**
 * Writes a tree into an existing directory, which gets the attributes of `/` if the tree has it. It changes nothing
 * outside the directory and replaces nothing in it: it fails with `AlreadyExists` if a name exists. If the process runs as
 * the superuser, it sets the owners of all files. Otherwise, no file gets set-id bits, like with `tar`. If it fails, the
 * files created so far remain.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, and with a `PlatformError` if a file in it cannot be
 * created. A tree that no file system could contain is a defect.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toDirectory: (tree: Tree, directory: string) => Effect.Effect<void, RootUnavailable | PlatformError> =
  internal.toDirectory
