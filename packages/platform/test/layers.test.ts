/** Layers: several roots and trees in one program, and roots that cannot be. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, MemoryProcesses, Root, RootDirectory, RootFileSystem, Wormhole } from "@procfsroot/platform"
import { keptInMemory } from "@procfsroot/testkit/keptInMemory"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const memory = MemoryFileSystem.layer({ "/a/name": "a", "/a/b/name": "b in a", "/b/name": "b" })

const readName = Effect.flatMap(FileSystem, (fs) => fs.readFileString("/name"))

class First extends Context.Tag("First")<First, string>() {}
class Second extends Context.Tag("Second")<Second, string>() {}

/** Runs `read` with one layer and with another, in one program. */
const both = <A, E, R>(
  read: Effect.Effect<string, unknown, A>,
  first: Layer.Layer<A, E, R>,
  second: Layer.Layer<A, E, R>
) =>
  Effect.provide(
    Effect.all([First, Second]),
    Layer.merge(
      Layer.provide(Layer.effect(First, read), first),
      Layer.provide(Layer.effect(Second, read), second)
    )
  )

/** Writes to a sink in a root of a tree whose files cannot be closed. Returns how it failed, and the operations. */
const sinkThatCannotClose = Effect.gen(function*() {
  const sink = Effect.flatMap(FileSystem, (fs) => Stream.run(Stream.make(new Uint8Array(3)), fs.sink("/file")))
  const inRoot = RootFileSystem.layer.pipe(Layer.provide(Root.layer("/a")))
  const { message } = yield* Effect.flip(Effect.provide(sink, inRoot))
  const operations = yield* MemoryFileSystem.operations
  return { message, methods: operations.map(({ method }) => method).slice(-3) }
}).pipe(Effect.provide(MemoryFileSystem.layer({ "/a/name": "a" }, { faults: [{ step: "close", code: "EIO" }] })))

const closedOnce = {
  message: "Unknown: FileSystem.open (/file): EIO: i/o error, close \"/file\"",
  methods: ["open", "writeAll", "close"]
}

describe("RootFileSystem", () => {
  it.effect("has a sink that fails if its file cannot be closed, and closes it once", () =>
    Effect.gen(function*() {
      expect(yield* sinkThatCannotClose).toEqual(closedOnce)
    }))

  it.effect.each([
    { name: "layer", layer: RootFileSystem.layer },
    { name: "layerWith", layer: RootFileSystem.layerWith({ symlinks: "forbid" }) }
  ])("$name is built for each root", ({ layer }) => {
    const inRoot = (path: string) => layer.pipe(Layer.provide(Root.layer(path)))
    return Effect.gen(function*() {
      expect(yield* both(readName, inRoot("/a"), inRoot("/b"))).toEqual(["a", "b"])
      const inside = Effect.all([readName, Effect.provide(readName, inRoot("/b"))])
      expect(yield* Effect.provide(inside, inRoot("/a"))).toEqual(["a", "b in a"])
    }).pipe(Effect.provide(memory))
  })
})

/** Layers that use the tree in the context, and how a program resolves a path in it. */
const overTree: ReadonlyArray<{
  readonly name: string
  readonly layer: Layer.Layer<Root.Root, unknown, FileSystem | MemoryFileSystem.MemoryFileSystem>
  readonly path: string
}> = [
  { name: "Root.layer", layer: Root.layer("/box"), path: "/name" },
  { name: "MemoryFileSystem.asUser", layer: MemoryFileSystem.asUser({ uid: 1, gid: 1 }), path: "/box/name" }
]

/** Effect builds a layer once, even if it is provided with different services. */
describe("is built for each tree:", () => {
  it.effect.each(overTree)("$name", ({ layer, path }) => {
    const over = (target: string) =>
      layer.pipe(Layer.provide(
        MemoryFileSystem.layer({ "/box/name": MemoryFileSystem.link(target), "/box/first": "", "/box/second": "" })
      ))
    const resolve = Effect.map(Root.resolve(path), (place) => place.split("/").at(-1) ?? "")
    return Effect.gen(function*() {
      expect(yield* both(resolve, over("first"), over("second"))).toEqual(["first", "second"])
    })
  })
})

/** What a root leaves to a program that keeps it: how it fails after its scope has ended. */
const afterScope = <A, E, R>(
  opened: Effect.Effect<Context.Context<A>, E, R>,
  read: Effect.Effect<unknown, unknown, A>
) => Effect.flatMap(Effect.scoped(opened), (services) => Effect.flip(Effect.provide(read, services)))

describe("in memory, a root that was opened is closed with its scope:", () => {
  const file = Effect.flatMap(FileSystem, (fs) => fs.readFileString("/name"))
  const closedFile = { message: expect.stringMatching(/readFile \(\/name\): .* the root has been closed/) }

  it("one of a RootDirectory", async () => {
    const failures = Effect.all([
      afterScope(RootDirectory.subRoot("/a"), file),
      afterScope(RootDirectory.subRoot("/a"), Root.resolve("/name"))
    ])
    expect(await Effect.runPromise(Effect.provide(failures, memory)))
      .toMatchObject([closedFile, { _tag: "RootClosed", root: "/a", path: "/name" }])
  })

  it("one of a Wormhole", async () => {
    const failures = Effect.all([
      afterScope(Layer.build(Wormhole.fileSystem({ pid: 1 })), file),
      afterScope(Layer.build(Wormhole.layer({ pid: 1 })), Root.resolve("/name"))
    ])
    const processes = MemoryProcesses.layer({
      mountNamespaces: { box: { "/name": "" } },
      processes: [{ pid: 1, mountNamespace: "box" }]
    })
    expect(await Effect.runPromise(Effect.provide(failures, processes)))
      .toMatchObject([closedFile, { _tag: "RootClosed", root: "/proc/1/root" }])
  })
})

/** What a program changes after it has made a layer has no effect. */
describe("the options of a layer are kept", () => {
  it("by RootFileSystem", async () => {
    const options: { symlinks: "follow" | "forbid" } = { symlinks: "forbid" }
    const layer = RootFileSystem.layerWith(options).pipe(Layer.provide(Root.layer("/")))
    options.symlinks = "follow"
    const tree = MemoryFileSystem.layer({ "/name": MemoryFileSystem.link("file"), "/file": "" })
    const read = readName.pipe(Effect.provide(layer), Effect.provide(tree))
    await expect(Effect.runPromise(read)).rejects.toThrow(/ELOOP|symbolic link/)
  })

  it("by MemoryFileSystem", async () => {
    const options: { containment: "clamp" | "reject" } = { containment: "reject" }
    const layer = MemoryFileSystem.layer({ "/f": "" }, options)
    options.containment = "clamp"
    const read = Effect.flatMap(FileSystem, (fs) => fs.readFileString("/../f"))
    await expect(Effect.runPromise(Effect.provide(read, layer))).rejects.toThrow(/EXDEV/)
  })

  keptInMemory({
    inTree: (options, user) => {
      const tree = {
        "/group": MemoryFileSystem.file("", { gid: 2, mode: 0o060 }),
        "/own": MemoryFileSystem.file("", { uid: 1 }),
        "/sticky": MemoryFileSystem.directory({ mode: 0o1777 }),
        "/sticky/link": MemoryFileSystem.link("/own", { uid: 3 })
      }
      const layers = [
        MemoryFileSystem.layer(tree, { ...options, user }),
        Layer.provide(MemoryFileSystem.asUser(user), MemoryFileSystem.layer(tree, options))
      ]
      const calls = Effect.flatMap(FileSystem, (fs) =>
        Effect.all([
          Effect.flip(fs.readFileString("/group")),
          Effect.flip(fs.readFileString("/sticky/link")),
          Effect.flip(fs.writeFileString("/own", "")),
          fs.readFileString("/own")
        ]))
      return () =>
        Promise.all(
          layers.map(async (layer) => (await Effect.runPromise(Effect.provide(calls, layer))).map(String))
        )
    },
    inProcess: (options) => {
      const layer = Layer.provide(Wormhole.layer({ pid: 1 }), MemoryProcesses.layer(options))
      return () => Effect.runPromise(Effect.scoped(Layer.build(layer)))
    }
  })

  it.each([["layer", Wormhole.layer], ["fileSystem", Wormhole.fileSystem]])("by %s of Wormhole", async (_, make) => {
    const options = { pid: 1 }
    const found = ({ pid }: { readonly pid: number }) => Layer.effectContext(Effect.die(pid))
    const layer = make(options).pipe(
      Layer.provide(Layer.succeed(Wormhole.Wormhole, { layer: found, fileSystem: found }))
    )
    options.pid = 2
    const exit = await Effect.runPromiseExit(Effect.scoped(Layer.build(layer)))
    expect(exit._tag === "Failure" && Cause.squash(exit.cause)).toBe(1)
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

describe("Root.layer", () => {
  it.effect("fails with an errno for a path that contains a NUL", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(Root.resolve("/"), Root.layer("/a\0")))
      expect(error).toMatchObject({ _tag: "RootUnavailable", root: "/a\0", code: "EINVAL" })
    }).pipe(Effect.provide(memory)))
})

describe("a batch", () => {
  const options = { maxRemembered: NaN }
  it.effect.each([
    { name: "resolveAll", batch: Root.resolveAll(["/"], options) },
    { name: "resolveStream", batch: Stream.runDrain(Root.resolveStream(Stream.make("/"), options)) }
  ])("of $name caches a number of lookups that is at least 0", ({ batch }) =>
    Effect.gen(function*() {
      expect(yield* Effect.flip(Effect.catchAllDefect(batch, Effect.fail)))
        .toEqual(new RangeError("maxRemembered must be a whole number of at least 0, not NaN"))
    }).pipe(Effect.provide(memory)))
})
