/** What is opened just before an interruption is closed, even if its scope does not know of it yet. */
import { RootDirectory } from "@procfsroot/effect4"
import { NodeRootFileSystem } from "@procfsroot/effect4/node"
import { closedAfterInterruption } from "@procfsroot/testkit/interruptedOpening"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { FileSystem } from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"

/** Then an operation that has succeeded waits for the next turn, and can be interrupted there. */
const useTime = Effect.sync(() => {
  while (!EventLoop.isTimeUp());
})

const interrupt =
  <A>(opening: Stream.Stream<A, PlatformError, FileSystem | RootDirectory.RootDirectory>) =>
  (root: string): Promise<void> =>
    Effect.gen(function*() {
      for (let turns = 0; turns < 10; turns++) {
        const fiber = yield* Effect.forkChild(Effect.andThen(useTime, Stream.runDrain(opening)))
        for (let i = 0; i < turns; i++) yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
      }
    }).pipe(Effect.provide(NodeRootFileSystem.layer(root)), Effect.runPromise)

closedAfterInterruption({
  walkTree: interrupt(RootDirectory.walkTree("/d")),
  streamDirectoryEntries: interrupt(RootDirectory.streamDirectoryEntries("/d")),
  watch: interrupt(Stream.unwrap(Effect.map(FileSystem, (fs) => fs.watch("/d"))))
})
