/** Opening something can be interrupted, and then nothing remains open. */
import { MemoryFileSystem, RootDirectory } from "@procfsroot/effect4"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { FileSystem } from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { describe, expect, it } from "vitest"
import { acquire } from "../src/internal/adapter/acquire.js"

describe("can be timed out while it opens:", () => {
  const operations: ReadonlyArray<
    readonly [
      MemoryFileSystem.Method,
      Effect.Effect<unknown, unknown, FileSystem | RootDirectory.RootDirectory>
    ]
  > = [
    ["open", Effect.flatMap(FileSystem, (fs) => Effect.scoped(fs.open("/d/f")))],
    ["stream", Effect.flatMap(FileSystem, (fs) => Stream.runDrain(fs.stream("/d/f")))],
    ["sink", Effect.flatMap(FileSystem, (fs) => Stream.run(Stream.empty, fs.sink("/d/f")))],
    ["openDescriptor", Effect.scoped(RootDirectory.openDescriptor("/d/f"))],
    ["subRoot", Effect.scoped(RootDirectory.subRoot("/d"))],
    ["watch", Effect.flatMap(FileSystem, (fs) => Stream.runDrain(fs.watch("/d")))],
    ["walkTree", Stream.runDrain(RootDirectory.walkTree("/d"))],
    ["streamDirectoryEntries", Stream.runDrain(RootDirectory.streamDirectoryEntries("/d"))]
  ]

  it.each(operations)("%s", async (method, operation) => {
    const layer = MemoryFileSystem.layer({ "/d/f": "" }, { faults: [{ method, delay: "1 hour" }] })
    const timedOut = operation.pipe(Effect.timeout("10 millis"), Effect.flip, Effect.provide(layer))
    expect(await Effect.runPromise(timedOut)).toMatchObject({ _tag: "TimeoutError" })
  })
})

it("releases once what was opened just before the interruption", async () => {
  const released: Array<string> = []
  const opening = acquire<string, never>(
    (opened) => Effect.andThen(Effect.sync(() => opened("file")), Effect.never),
    (file) => Effect.sync(() => released.push(file))
  )
  const fiber = Effect.runFork(Effect.scoped(opening))
  await Effect.runPromise(Effect.andThen(Effect.yieldNow, Fiber.interrupt(fiber)))
  expect(released).toEqual(["file"])
})

describe("an error stays a typed error if what is released after it also fails:", () => {
  const part = Stream.make(new Uint8Array(3))
  const failing = Effect.flatMap(FileSystem, (fs) => fs.readFile("/none"))
  const operations: ReadonlyArray<
    readonly [
      string,
      ReadonlyArray<MemoryFileSystem.Fault>,
      Effect.Effect<unknown, unknown, FileSystem | RootDirectory.RootDirectory>
    ]
  > = [
    [
      "sink",
      [{ step: "write", code: "ENOSPC" }, { step: "close", code: "EIO" }],
      Effect.flatMap(FileSystem, (fs) => Stream.run(part, fs.sink("/d/f")))
    ],
    [
      "open",
      [{ step: "close", code: "EIO" }],
      Effect.scoped(Effect.flatMap(FileSystem, (fs) => Effect.andThen(fs.open("/d/f"), failing)))
    ],
    [
      "makeTempDirectoryScoped",
      [{ step: "rmdir", code: "EIO" }],
      Effect.scoped(Effect.flatMap(FileSystem, (fs) => Effect.andThen(fs.makeTempDirectoryScoped(), failing)))
    ]
  ]

  it.each(operations)("%s", async (_, faults, operation) => {
    const layer = MemoryFileSystem.layer({ "/d/f": "", "/tmp": MemoryFileSystem.directory() }, { faults })
    const failed = operation.pipe(Effect.flip, Effect.provide(layer))
    expect(await Effect.runPromise(failed)).toMatchObject({ _tag: "PlatformError" })
  })
})
