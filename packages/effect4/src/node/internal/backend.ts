/** Creates the `Backend` for `VfsFileSystem` from an open root or archive. */
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Errno from "@procfsroot/vfs/Errno"
import type * as Vfs from "@procfsroot/vfs/FileSystem"
import * as Effect from "effect/Effect"
import * as FileSystemError from "../../FileSystemError.js"
import { RootClosed } from "../../ResolveError.js"
import * as VfsFileSystem from "../../VfsFileSystem.js"

/** A root or archive, which is closed with its last handle. */
interface Retainable<R> {
  readonly isOpen: boolean
  readonly retain: () => R
  readonly close: () => void
}

/** @internal */
export const backendOf = <R extends Retainable<R>, F>(
  rootPath: string,
  root: R,
  fileSystemOf: (root: R) => Vfs.WaitingFileSystem<F>,
  descriptorOf: (file: F) => number
): VfsFileSystem.Backend<F> => {
  const errorOf: VfsFileSystem.Backend<F>["errorOf"] = (operation, failure) => {
    const { method, subject: path } = operation
    return failure.code === "EBADF" && !root.isOpen && typeof path === "string"
      ? FileSystemError.fromResolveError(method, new RootClosed({ root: rootPath, path, at: RootedPath.root }))
      : VfsFileSystem.errorOf(operation, failure)
  }
  return {
    fileSystem: fileSystemOf(root),
    errorOf,
    descriptorOf,
    retain: (method, prefix) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.suspend(() =>
            root.isOpen
              ? Effect.succeed(root.retain())
              : Effect.fail(errorOf({ method, subject: prefix }, Errno.make("EBADF")))
          ),
          (retained) => Effect.sync(() => retained.close())
        ),
        fileSystemOf
      )
  }
}
