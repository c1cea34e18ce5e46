/** Opening something can be interrupted, and then nothing remains open. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, RootDirectory } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { acquire } from "../src/internal/adapter/acquire.js"

describe("can be timed out while it opens:", () => {
  it.live.each(
    [
      ["open", Effect.flatMap(FileSystem, (fs) => Effect.scoped(fs.open("/d/f")))],
      ["stream", Effect.flatMap(FileSystem, (fs) => Stream.runDrain(fs.stream("/d/f")))],
      ["sink", Effect.flatMap(FileSystem, (fs) => Stream.run(Stream.empty, fs.sink("/d/f")))],
      ["openDescriptor", Effect.scoped(RootDirectory.openDescriptor("/d/f"))],
      ["subRoot", Effect.scoped(RootDirectory.subRoot("/d"))],
      ["watch", Effect.flatMap(FileSystem, (fs) => Stream.runDrain(fs.watch("/d")))],
      ["walkTree", Stream.runDrain(RootDirectory.walkTree("/d"))],
      ["streamDirectoryEntries", Stream.runDrain(RootDirectory.streamDirectoryEntries("/d"))]
    ] as const
  )("%s", ([method, operation]) =>
    Effect.gen(function*() {
      const opening = operation as Effect.Effect<unknown, unknown, FileSystem | RootDirectory.RootDirectory> // a union
      const layer = MemoryFileSystem.layer({ "/d/f": "" }, { faults: [{ method, delay: "1 hour" }] })
      const timedOut = opening.pipe(Effect.timeout("10 millis"), Effect.flip, Effect.provide(layer))
      expect(yield* timedOut).toMatchObject({ _tag: "TimeoutException" })
    }))
})

it.effect("releases once what was opened just before the interruption", () =>
  Effect.gen(function*() {
    const released: Array<string> = []
    const opening = acquire<string, never>(
      (opened) => Effect.zipRight(Effect.sync(() => opened("file")), Effect.never),
      (file) => Effect.sync(() => released.push(file))
    )
    const fiber = yield* Effect.fork(Effect.scoped(opening))
    yield* Effect.yieldNow()
    yield* Fiber.interrupt(fiber)
    expect(released).toEqual(["file"])
  }))
