/** What `VfsFileSystem` makes a `FileSystem` of: the file system inside something that is open. */
import type { PlatformError } from "@effect/platform/Error"
import * as VfsFileSystem from "@procfsroot/platform/VfsFileSystem"
import * as Errno from "@procfsroot/vfs/Errno"
import type * as Vfs from "@procfsroot/vfs/FileSystem"
import * as Effect from "effect/Effect"
import { platformError, type Retainable } from "./platformError.js"

/** @internal */
export const backendOf = <R extends Retainable<R>, F>(
  name: string,
  root: R,
  fileSystemOf: (root: R) => Vfs.FileSystem<F>,
  descriptorOf: (file: F) => number
): VfsFileSystem.Backend<F> => {
  const failed = platformError(name, root)
  const failWith =
    (operation: Parameters<typeof failed>[0]) => (thrown: unknown): Effect.Effect<never, PlatformError> => {
      const error = failed(operation, thrown)
      return error === undefined ? Effect.die(thrown) : Effect.fail(error)
    }
  return {
    fileSystem: fileSystemOf(root),
    perform: (operation) => VfsFileSystem.run(operation.begin, failWith(operation)),
    failed,
    descriptorOf,
    retain: (method, prefix) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.suspend(() =>
            root.isOpen ? Effect.succeed(root.retain()) : failWith({ method, subject: prefix })(Errno.make("EBADF"))
          ),
          (retained) => Effect.sync(() => retained.close())
        ),
        fileSystemOf
      )
  }
}
