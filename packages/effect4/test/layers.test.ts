/** Layers: several roots and trees in one program, and roots that cannot be. */
import { MemoryFileSystem, MemoryProcesses, Root, RootDirectory, RootFileSystem, Wormhole } from "@procfsroot/effect4"
import { keptInMemory } from "@procfsroot/testkit/keptInMemory"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { describe, expect, it } from "vitest"

const memory = MemoryFileSystem.layer({ "/a/name": "a", "/a/b/name": "b in a", "/b/name": "b" })

const readName = Effect.flatMap(FileSystem, (fs) => fs.readFileString("/name"))

class First extends Context.Service<First, string>()("First") {}
class Second extends Context.Service<Second, string>()("Second") {}

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
  it("has a sink that fails if its file cannot be closed, and closes it once", async () => {
    expect(await Effect.runPromise(sinkThatCannotClose)).toEqual(closedOnce)
  })

  it.each([
    ["layer", RootFileSystem.layer],
    ["layerWith", RootFileSystem.layerWith({ symlinks: "forbid" })]
  ])("%s is built for each root", async (_, layer) => {
    const inRoot = (path: string) => layer.pipe(Layer.provide(Root.layer(path)))
    expect(await Effect.runPromise(Effect.provide(both(readName, inRoot("/a"), inRoot("/b")), memory))).toEqual([
      "a",
      "b"
    ])
    const inside = Effect.all([readName, Effect.provide(readName, inRoot("/b"))])
    expect(await Effect.runPromise(inside.pipe(Effect.provide(inRoot("/a")), Effect.provide(memory)))).toEqual([
      "a",
      "b in a"
    ])
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

/** Effect builds a layer once for a program, even if it is provided with different services. */
describe("is built for each tree:", () => {
  it.each(overTree)("$name", async ({ layer, path }) => {
    const over = (target: string) =>
      layer.pipe(Layer.provide(
        MemoryFileSystem.layer({ "/box/name": MemoryFileSystem.link(target), "/box/first": "", "/box/second": "" })
      ))
    const resolve = Effect.map(Root.resolve(path), (place) => place.split("/").at(-1) ?? "")
    expect(await Effect.runPromise(both(resolve, over("first"), over("second")))).toEqual(["first", "second"])
  })
})

describe("is built for each Wormhole:", () => {
  const layers: ReadonlyArray<readonly [string, Layer.Layer<Root.Root, unknown, Wormhole.Wormhole>]> = [
    ["layer", Wormhole.layer({ pid: 1 })],
    ["fileSystem", Wormhole.fileSystem({ pid: 1 })]
  ]

  it.each(layers)("%s", async (_, layer) => {
    const over = (target: string) =>
      layer.pipe(Layer.provide(MemoryProcesses.layer({
        mountNamespaces: { box: { "/name": MemoryFileSystem.link(target), "/first": "", "/second": "" } },
        processes: [{ pid: 1, mountNamespace: "box" }]
      })))
    expect(await Effect.runPromise(both(Root.resolve("/name"), over("first"), over("second"))))
      .toEqual(["/first", "/second"])
  })

  it.each(layers)("%s opens the process only once for the same one", async (_, layer) => {
    let opened = 0
    const found = () =>
      Layer.effectContext(Effect.map(Layer.build(Layer.orDie(memory)), (services) => {
        opened++
        return services
      }))
    const inside = Effect.provide(Effect.provide(Root.resolve("/"), layer), layer)
    const wormhole = Layer.succeed(Wormhole.Wormhole, { layer: found, fileSystem: found })
    await Effect.runPromise(Effect.provide(inside, wormhole))
    expect(opened).toBe(1)
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
  const mark = (name: string) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.writeFileString(`/${name}`, "")
      return yield* fs.readDirectory("/")
    })

  const tree = MemoryFileSystem.layer({ "/f": "" })

  it("gives each program a tree of its own, also at the same time", async () => {
    const both = Effect.all([Effect.provide(mark("a"), tree), Effect.provide(mark("b"), tree)], { concurrency: 2 })
    expect(await Effect.runPromise(both)).toEqual([["a", "f"], ["b", "f"]])
  })

  it("gives a program inside another one the same tree, unless it is built again", async () => {
    const inside = (layer: typeof tree) =>
      Effect.andThen(mark("outer"), Effect.provide(mark("inner"), layer)).pipe(Effect.provide(tree))
    expect(await Effect.runPromise(inside(tree))).toEqual(["f", "inner", "outer"])
    expect(await Effect.runPromise(inside(Layer.fresh(tree)))).toEqual(["f", "inner"])
  })
})

describe("Root.layer", () => {
  it("fails with an errno for a path that contains a NUL", async () => {
    const error = Effect.flip(Effect.provide(Root.resolve("/"), Root.layer("/a\0")))
    expect(await Effect.runPromise(Effect.provide(error, memory)))
      .toMatchObject({ _tag: "RootUnavailable", root: "/a\0", code: "EINVAL" })
  })
})

describe("a batch", () => {
  const options = { maxRemembered: NaN }
  it.each([
    ["resolveAll", Root.resolveAll(["/"], options)],
    ["resolveStream", Stream.runDrain(Root.resolveStream(Stream.make("/"), options))]
  ])("of %s caches a number of lookups that is at least 0", async (_, batch) => {
    const program: Effect.Effect<unknown, unknown, Root.Root> = batch
    await expect(Effect.runPromise(Effect.provide(program, memory)))
      .rejects.toEqual(new RangeError("maxRemembered must be a whole number of at least 0, not NaN"))
  })
})
