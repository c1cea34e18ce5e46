/**
 * Trees as plain data from directories and archives, and into directories. A test can start from a real tree, and leave
 * what a program has made for other tools to look at.
 *
 * @since 0.1.0
 */
import type * as TreeFiles from "@procfsroot/node/TreeFiles"
import type * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import type { Tree } from "../MemoryFileSystem.js"
import type { RootUnavailable } from "../ResolveError.js"
import * as internal from "./internal/nodeTree.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface FromDirectoryOptions extends TreeFiles.FromDirectoryOptions {}

/**
 * @since 0.1.0
 * @category models
 */
export interface FromTarOptions extends TreeFiles.FromTarOptions {}

/**
 * The tree in a directory: contents, links, hard links, modes, owners and modification times. Nothing outside the
 * directory is read, also if somebody changes it meanwhile. Devices are left out, since there are none in memory. `enter`
 * says which directories to go into.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, and with the `PlatformError` of what cannot be read.
 *
 * @example
 * import { MemoryFileSystem } from "@procfsroot/effect4"
 * import { NodeTree } from "@procfsroot/effect4/node"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const fixture = Layer.unwrap(
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
 * The tree in an uncompressed tar archive. The files are the same as after extracting it in an empty root; what cannot be
 * extracted is left out, and so are devices.
 *
 * Fails with `RootUnavailable` if the archive cannot be opened; `reason` says what is wrong with it.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromTar: (
  file: string,
  options?: FromTarOptions
) => Effect.Effect<Tree, RootUnavailable | PlatformError> = internal.fromTar

/**
 * Makes a tree in a directory, which must exist; it gets the attributes of `/` in the tree. Nothing outside the directory
 * is touched, and nothing in it is replaced: what exists already is `AlreadyExists`. Owners are set if the process is the
 * superuser's; otherwise everything belongs to its user. If it fails on the way, what has been made stays.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, and with the `PlatformError` of what cannot be made. A
 * tree that no file system could contain is a defect.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toDirectory: (tree: Tree, directory: string) => Effect.Effect<void, RootUnavailable | PlatformError> =
  internal.toDirectory
