/** What is opened just before an interruption is closed, even if its scope does not know of it yet. */
import type { PlatformError } from "@effect/platform/Error"
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { RootDirectory } from "@procfsroot/platform"
import { NodeRootFileSystem } from "@procfsroot/platform-node"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { temporary } from "@procfsroot/testkit/temporary"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"

type Opening = Effect.Effect<void, PlatformError, FileSystem | RootDirectory.RootDirectory>

const openings: Readonly<Record<string, Opening>> = {
  walkTree: Stream.runDrain(RootDirectory.walkTree("/d")),
  streamDirectoryEntries: Stream.runDrain(RootDirectory.streamDirectoryEntries("/d")),
  watch: Effect.flatMap(FileSystem, (fs) => Stream.runDrain(fs.watch("/d")))
}

/** Then an operation that has succeeded waits for the next turn, and can be interrupted there. */
const useTime = Effect.sync(() => {
  while (!EventLoop.isTimeUp());
})

describe("closed after an interruption:", () => {
  it.live.each(Object.entries(openings))("%s", ([, opening]) =>
    Effect.gen(function*() {
      using box = temporary()
      Fs.mkdirSync(`${box.path}/d`)
      // The first watch of a process opens the queue that all watches share.
      Fs.watch(box.path).close()
      const before = yield* Effect.promise(() => atRest())
      const interrupted = Effect.gen(function*() {
        yield* useTime
        const fiber = yield* Effect.fork(opening)
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(fiber)
      })
      yield* Effect.provide(interrupted, NodeRootFileSystem.layer(box.path))
      expect(yield* Effect.promise(() => settled(before))).toBe(before)
    }))
})
