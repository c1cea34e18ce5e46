/** Reports changes of a file system as a stream of events. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import type { BadArgument, Errno } from "@procfsroot/vfs/Errno"
import { type Change, MAX_EVENTS } from "@procfsroot/vfs/Watch"
import * as Program from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import * as Stream from "effect/Stream"
import type { Backend, Failing } from "../../VfsFileSystem.js"
import { acquire } from "./acquire.js"
import { causeOf, perform } from "./perform.js"
import { start } from "./program.js"

/** @internal */
export const event = ({ name: path, type }: Change): FileSystem.WatchEvent => {
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
  backend: Backend<F>,
  path: string,
  recursive: boolean
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
  return Stream.unwrapScoped(Effect.gen(function*() {
    const events = yield* Mailbox.make<FileSystem.WatchEvent, PlatformError>({
      capacity: MAX_EVENTS,
      strategy: "dropping"
    })
    const fileSystem = yield* backend.retain("stat", path)
    const fail = (thrown: unknown): void => {
      events.unsafeDone(Exit.failCause(causeOf(backend, { method: "watch", subject: path }, thrown)))
    }
    const changed = (change: Change): boolean => events.unsafeOffer(event(change))
    yield* Effect.asVoid(acquire<Effect.Effect<void>, PlatformError>(
      (opened) =>
        perform(failing, {
          ...beginning,
          begin: () =>
            Program.sync(() =>
              Program.map(fileSystem.watch(path, recursive, changed), (watch) => opened(start(watch, fail)))
            )
        }),
      (stop) => stop
    ))
    return Mailbox.toStream(events)
  }))
}
