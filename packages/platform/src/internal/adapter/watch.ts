/** Changes of a file system as a stream of events. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type { Change } from "@procfsroot/vfs/InodeOperations"
import * as Program from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Backend } from "../../VfsFileSystem.js"

const event = ({ name: path, type }: Change): FileSystem.WatchEvent => {
  switch (type) {
    case "Create":
      return FileSystem.WatchEventCreate({ path })
    case "Update":
      return FileSystem.WatchEventUpdate({ path })
    case "Remove":
      return FileSystem.WatchEventRemove({ path })
  }
}

/** @internal */
export const changes = <F>(
  { failed, fileSystem, perform }: Backend<F>,
  path: string,
  recursive: boolean
): Stream.Stream<FileSystem.WatchEvent, PlatformError> => {
  const operation = {
    method: "stat",
    operation: "watch",
    subject: path,
    syscall: "stat",
    texts: [path],
    places: [path],
    opened: undefined
  }
  return Stream.asyncPush<FileSystem.WatchEvent, PlatformError>((emit) => {
    const listener = {
      changed: (change: Change) => void emit.single(event(change)),
      failed: (thrown: unknown) => {
        const known = failed(operation, thrown)
        if (known === undefined) emit.die(thrown)
        else emit.fail(known)
      }
    }
    return Effect.acquireRelease(
      perform({
        ...operation,
        begin: () => Program.sync(() => fileSystem.watch(path, recursive, listener))
      }),
      (stop) => Effect.sync(stop)
    )
  }, { bufferSize: "unbounded" })
}
