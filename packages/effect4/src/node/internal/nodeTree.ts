/** Reads trees from directories and archives, and writes them, as effects. */
import * as TreeFiles from "@procfsroot/node/TreeFiles"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Program } from "@procfsroot/vfs/Program"
import type { Tree } from "@procfsroot/vfs/Tree"
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import type { RootUnavailable } from "../../ResolveError.js"
import * as VfsFileSystem from "../../VfsFileSystem.js"
import { failWith } from "./nodeRoot.js"

const run = <A>(
  method: string,
  path: string,
  begin: () => Program<A>
): Effect.Effect<A, RootUnavailable | PlatformError> =>
  VfsFileSystem.run(
    begin,
    (thrown): Effect.Effect<never, RootUnavailable | PlatformError> =>
      Errno.isErrno(thrown)
        ? Effect.fail(VfsFileSystem.errorOf({ method, subject: thrown.paths[0] ?? path }, thrown))
        : failWith(path, thrown)
  )

/** @internal */
export const fromDirectory = (directory: string, options: TreeFiles.FromDirectoryOptions = {}) =>
  run("fromDirectory", directory, () => TreeFiles.fromDirectory(directory, options))

/** @internal */
export const fromTar = (file: string, options: TreeFiles.FromTarOptions = {}) =>
  run("fromTar", file, () => TreeFiles.fromTar(file, options))

/** @internal */
export const toDirectory = (tree: Tree, directory: string) =>
  run("toDirectory", directory, () => TreeFiles.toDirectory(tree, directory))
