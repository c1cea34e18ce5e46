/** Several roots and trees in one program. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, Root, RootFileSystem } from "@procfsroot/platform"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const memory = MemoryFileSystem.layer({ "/a/name": "a", "/a/b/name": "b in a", "/b/name": "b" })

const readName = Effect.flatMap(FileSystem, (fs) => fs.readFileString("/name"))

class First extends Context.Tag("First")<First, string>() {}
class Second extends Context.Tag("Second")<Second, string>() {}

describe("RootFileSystem", () => {
  it.effect.each([
    { name: "layer", layer: RootFileSystem.layer },
    { name: "layerWith", layer: RootFileSystem.layerWith({ symlinks: "forbid" }) }
  ])("$name is built for each root", ({ layer }) => {
    const inRoot = (path: string) => layer.pipe(Layer.provide(Root.layer(path)))
    const services = Layer.merge(
      Layer.effect(First, readName).pipe(Layer.provide(inRoot("/a"))),
      Layer.effect(Second, readName).pipe(Layer.provide(inRoot("/b")))
    )
    return Effect.gen(function*() {
      expect(yield* Effect.all([First, Second]).pipe(Effect.provide(services))).toEqual(["a", "b"])
      const inside = Effect.all([readName, Effect.provide(readName, inRoot("/b"))])
      expect(yield* Effect.provide(inside, inRoot("/a"))).toEqual(["a", "b in a"])
    }).pipe(Effect.provide(memory))
  })
})

describe("MemoryFileSystem.layer", () => {
  it.effect("gives each program a tree of its own, also if one runs inside the other", () => {
    const mark = (name: string) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem
        yield* fs.writeFileString(`/${name}`, "")
        return yield* fs.readDirectory("/")
      })
    const tree = MemoryFileSystem.layer({ "/f": "" })
    return Effect.gen(function*() {
      expect(yield* mark("outer")).toEqual(["f", "outer"])
      expect(yield* Effect.provide(mark("inner"), tree)).toEqual(["f", "inner"])
      expect(yield* FileSystem.pipe(Effect.flatMap((fs) => fs.readDirectory("/")))).toEqual(["f", "outer"])
    }).pipe(Effect.provide(tree))
  })
})
