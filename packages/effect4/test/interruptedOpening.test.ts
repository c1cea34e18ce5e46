/** What is opened just before an interruption is closed, even if its scope does not know of it yet. */
import { RootDirectory } from "@procfsroot/effect4"
import { NodeRootFileSystem } from "@procfsroot/effect4/node"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { temporary } from "@procfsroot/testkit/temporary"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { FileSystem } from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"

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
  it.each(Object.entries(openings))("%s", async (_, opening) => {
    using box = temporary()
    Fs.mkdirSync(`${box.path}/d`)
    // The first watch of a process opens the queue that all watches share.
    Fs.watch(box.path).close()
    const before = await atRest()
    const interrupted = Effect.gen(function*() {
      for (let turns = 0; turns < 10; turns++) {
        const fiber = yield* Effect.forkChild(Effect.andThen(useTime, opening))
        for (let i = 0; i < turns; i++) yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
      }
    })
    await Effect.runPromise(Effect.provide(interrupted, NodeRootFileSystem.layer(box.path)))
    expect(await settled(before)).toBe(before)
  })
})
