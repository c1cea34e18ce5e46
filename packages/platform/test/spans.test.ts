/** `Cause.pretty` shows the span in which an operation failed. The errors themselves have no stack. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, Root, RootDirectory, RootFileSystem } from "@procfsroot/platform"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const memory = MemoryFileSystem.layer({ "/box/f": "text" })

const fileSystems = [
  ["MemoryFileSystem", memory],
  ["RootFileSystem", RootFileSystem.layer.pipe(Layer.provide(Root.layer("/box")), Layer.provideMerge(memory))]
] as const

const operations = [
  ["a path that does not resolve", Effect.flatMap(FileSystem, (fs) => fs.stat("/none"))],
  ["a path that is refused", Effect.flatMap(FileSystem, (fs) => fs.stat("/\0"))],
  ["a stream", Effect.flatMap(FileSystem, (fs) => Stream.runDrain(fs.stream("/none")))],
  ["a stream that is refused", Effect.flatMap(FileSystem, (fs) => Stream.runDrain(fs.stream("/f", { offset: -1 })))],
  ["a RootDirectory", RootDirectory.lstat("/none")],
  ["a stream of a RootDirectory", Stream.runDrain(RootDirectory.walkTree("/none"))],
  ["a Root", Effect.provide(Root.resolve("/none"), Root.layer("/box"))]
] as const

describe.each(fileSystems)("with %s", (_, layer) => {
  it.effect.each(operations)("%s", ([, operation]) =>
    Effect.gen(function*() {
      const failing = operation as Effect.Effect<unknown, unknown, FileSystem | RootDirectory.RootDirectory> // a union
      const cause = yield* failing.pipe(Effect.withSpan("upload"), Effect.sandbox, Effect.flip)
      expect(Cause.isFailType(cause)).toBe(true)
      expect(Cause.pretty(cause)).toContain("at upload (")
    }).pipe(Effect.provide(layer)))
})
