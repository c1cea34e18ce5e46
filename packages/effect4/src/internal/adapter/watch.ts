/** Reports changes of a file system as a stream of events. */
import type { BadArgument, Errno } from "@procfsroot/vfs/Errno"
import { type Change, MAX_EVENTS } from "@procfsroot/vfs/Watch"
import * as Program from "@procfsroot/vfs/Program"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Backend, Failing } from "../../VfsFileSystem.js"
import { acquire } from "./acquire.js"
import { causeOf, perform } from "./perform.js"
import { start } from "./program.js"
import { event } from "./shapes.js"

/** @internal */
export const changes = <F>(
  backend: Backend<F>,
  path: string,
  { onReady, recursive = false }: FileSystem.WatchOptions
): Stream.Stream<FileSystem.WatchEvent, PlatformError> => {
  const beginning = {
    method: "stat",
    operation: "watch",
    subject: path,
    syscall: "stat",
    texts: [path],
    places: [path],
    opened: undefined
  }
  // `stat` looks for the path, as in Effect's file system for Node.
  const failing = {
    ...backend,
    errorOf: (operation: Failing, failure: Errno | BadArgument) => {
      const isWatch = failure._tag === "Errno" && failure.syscall === "watch"
      return backend.errorOf(isWatch ? { ...operation, method: "watch" } : operation, failure)
    }
  }
  return Stream.callback<FileSystem.WatchEvent, PlatformError>(
    (events) =>
      Effect.gen(function*() {
        const fileSystem = yield* backend.retain("stat", path)
        const fail = (thrown: unknown): void => {
          Queue.failCauseUnsafe(events, causeOf(backend, { method: "watch", subject: path }, thrown))
        }
        const changed = (change: Change): boolean => Queue.offerUnsafe(events, event(change))
        const ready = yield* Deferred.make<void>()
        const tellReady = () => Deferred.doneUnsafe(ready, Effect.void)
        yield* Effect.asVoid(acquire<Effect.Effect<void>, PlatformError>(
          (opened) =>
            perform(failing, {
              ...beginning,
              begin: () =>
                Program.sync(() =>
                  Program.map(
                    fileSystem.watch(path, recursive, changed, tellReady),
                    (watch) => opened(start(watch, fail))
                  )
                )
            }),
          (stop) => stop
        ))
        if (onReady === undefined) return
        yield* Deferred.await(ready)
        onReady()
      }),
    { bufferSize: MAX_EVENTS, strategy: "dropping" }
  )
}
