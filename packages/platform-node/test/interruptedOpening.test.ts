/** What is opened just before an interruption is closed, even if its scope does not know of it yet. */
import type { PlatformError } from "@effect/platform/Error"
import { FileSystem } from "@effect/platform/FileSystem"
import { RootDirectory } from "@procfsroot/platform"
import { NodeRootFileSystem } from "@procfsroot/platform-node"
import { closedAfterInterruption } from "@procfsroot/testkit/interruptedOpening"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"

/** Then an operation that has succeeded waits for the next turn, and can be interrupted there. */
const useTime = Effect.sync(() => {
  while (!EventLoop.isTimeUp());
})

const interrupt =
  <A>(opening: Stream.Stream<A, PlatformError, FileSystem | RootDirectory.RootDirectory>) =>
  (root: string): Promise<void> =>
    Effect.gen(function*() {
      yield* useTime
      const fiber = yield* Effect.fork(Stream.runDrain(opening))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(NodeRootFileSystem.layer(root)), Effect.runPromise)

closedAfterInterruption({
  walkTree: interrupt(RootDirectory.walkTree("/d")),
  streamDirectoryEntries: interrupt(RootDirectory.streamDirectoryEntries("/d")),
  watch: interrupt(Stream.unwrap(Effect.map(FileSystem, (fs) => fs.watch("/d"))))
})
