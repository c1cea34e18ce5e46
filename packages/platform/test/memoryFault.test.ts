/** Faults as data, the list of operations, and what watchers are told. */
import { FileSystem, WatchEventCreate, WatchEventRemove, WatchEventUpdate } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, Root } from "@procfsroot/platform"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"

const { directory, file, inject, layer, link, operations } = MemoryFileSystem

const codeOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.match(effect, {
    onSuccess: () => "ok",
    onFailure: (error) => isRecord(error) && isRecord(error["cause"]) ? error["cause"]["code"] : "no cause"
  })

const tree = { "/disk/dir/file": "x", "/disk/other": "y", "/way": link("/disk/dir"), "/sound": "z" }

describe("a fault", () => {
  it.effect("on a place strikes whatever passes it, by any way", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      expect(yield* codeOf(fs.readFile("/disk/dir/file"))).toBe("EIO")
      expect(yield* codeOf(fs.readFile("/way/file"))).toBe("EIO")
      expect(yield* codeOf(fs.stat("/disk/dir"))).toBe("EIO")
      expect(yield* codeOf(fs.writeFileString("/disk/dir/new", ""))).toBe("EIO")
      expect(yield* codeOf(fs.readLink("/way"))).toBe("ok")
      expect(yield* codeOf(fs.readDirectory("/disk"))).toBe("ok")
      yield* inject([])
      expect(yield* fs.readFileString("/way/file")).toBe("x")
    }).pipe(Effect.provide(layer(tree, { faults: [{ path: "/disk//dir/", code: "EIO" }] }))))

  it.effect("with a method strikes where that ends", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* inject([{ path: "/disk/dir", method: "readDirectory", code: "ESTALE" }])
      expect(yield* codeOf(fs.readDirectory("/way"))).toBe("ESTALE")
      yield* inject([{ path: "/disk/dir", method: "readFile", code: "EIO" }])
      expect(yield* codeOf(fs.readFile("/way/file"))).toBe("ok")
      yield* inject([{ method: "rename", code: "EXDEV" }])
      expect(yield* Effect.flip(fs.rename("/sound", "/new"))).toMatchObject({
        reason: "Unknown",
        description: "EXDEV: cross-device link not permitted, rename '/sound' -> '/new'"
      })
      expect(yield* fs.exists("/sound")).toBe(true)
    }).pipe(Effect.provide(layer(tree))))

  it.effect("may strike the third time only", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* inject([{ method: "readFile", nth: 3, code: "EMFILE" }])
      const tried = yield* Effect.forEach([1, 2, 3, 4], () => codeOf(fs.readFile("/sound")))
      expect(tried).toEqual(["ok", "ok", "EMFILE", "ok"])
    }).pipe(Effect.provide(layer(tree))))

  it.scoped("meets open files too", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const opened = yield* fs.open("/way/file", { flag: "r+" })
      yield* inject([{ path: "/disk/dir/file", method: "writeAll", code: "ENOSPC" }])
      expect(yield* codeOf(opened.writeAll(new Uint8Array(1)))).toBe("ENOSPC")
      expect(yield* codeOf(opened.readAlloc(1))).toBe("ok")
      expect(yield* fs.readFileString("/way/file")).toBe("x")
    }).pipe(Effect.provide(layer(tree))))

  it.effect("may be slow and nothing else, and fail when the time is over", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const reading = yield* Effect.fork(fs.readFileString("/sound"))
      yield* TestClock.adjust("9 seconds")
      expect(Option.isNone(yield* Fiber.poll(reading))).toBe(true)
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(reading)).toBe("z")

      yield* inject([{ path: "/disk", delay: "1 minute", code: "ETIMEDOUT" }])
      const failing = yield* Effect.fork(codeOf(fs.stat("/disk/other")))
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.join(failing)).toBe("ETIMEDOUT")
    }).pipe(Effect.provide(layer(tree, { faults: [{ path: "/sound", delay: "10 seconds" }] }))))

  it.effect("strike in their order: the first with a code is told", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      expect((yield* Effect.flip(fs.stat("/"))).cause).toMatchObject({ code: "EIO" })
    }).pipe(Effect.provide(layer(tree, { faults: [{ code: "EIO" }, { code: "EACCES" }] }))))

  it.effect("may come without a cause", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const error = yield* Effect.flip(fs.stat("/sound"))
      expect([error._tag === "SystemError" && error.reason, error.cause]).toEqual(["PermissionDenied", undefined])
    }).pipe(Effect.provide(layer(tree, { faults: [{ code: "EACCES", withoutCause: true }] }))))

  it.effect("meets a root, at its place", () =>
    Effect.gen(function*() {
      yield* inject([{ path: "/disk/dir", code: "EIO" }])
      const error = yield* Effect.flip(Root.resolve("/way/file"))
      expect([error._tag, error.code, error.at]).toEqual(["LookupFailed", "EIO", "/disk/dir"])
      expect(yield* Root.locate("/way/file")).toMatchObject({ deepest: "/", remaining: "way/file" })
      yield* inject([{ path: "/disk/dir/file", method: "resolve", nth: 2, code: "EACCES" }])
      const all = yield* Effect.forEach([1, 2, 3], () => Effect.option(Root.resolve("/way/file")))
      expect(all.map(Option.isSome)).toEqual([true, false, true])
      yield* inject([{ code: "EIO" }])
      expect(yield* Effect.flip(Root.resolve("/sound"))).toMatchObject({ _tag: "LookupFailed", at: "/sound" })
    }).pipe(Effect.provide(MemoryFileSystem.root(tree))))
})

describe("one tree", () => {
  it.effect("is seen by the file system, the root, and a root further down", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.symlink("/dir/file", "/disk/dir/new")
      const below = Root.Root.pipe(Effect.provide(Root.layer("/disk")))
      expect(yield* (yield* below).resolve("/dir/new")).toBe("/dir/file")
      expect(yield* Effect.flip(Root.resolve("/disk/dir/new"))).toMatchObject({ code: "ENOENT", at: "/dir" })
    }).pipe(Effect.provide(layer(tree))))

  it.effect("is not shared by two layers", () =>
    Effect.gen(function*() {
      const write = Effect.flatMap(FileSystem, (fs) => fs.writeFileString("/f", "x"))
      const one = layer({})
      yield* Effect.provide(write, one)
      expect(yield* Effect.provide(MemoryFileSystem.snapshot, one)).toEqual({ "/": directory() })
      const both = Layer.mergeAll(one)
      const after = Effect.zipRight(write, MemoryFileSystem.snapshot).pipe(Effect.provide(both))
      expect(yield* after).toEqual({ "/": directory(), "/f": file("x") })
    }))
})

describe("the operations", () => {
  it.scoped("are told in order, done or failed", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.exists("/none")
      yield* fs.rename("/sound", "/way/moved")
      const opened = yield* fs.open("/way/moved")
      yield* opened.readAlloc(1)
      yield* Root.resolve("/way/moved")
      expect(yield* operations).toEqual([
        { method: "access", path: "/none" },
        { method: "rename", path: "/sound", to: "/way/moved" },
        { method: "open", path: "/way/moved" },
        { method: "readAlloc", path: "/disk/dir/moved" },
        { method: "resolve", path: "/way/moved" }
      ])
    }).pipe(Effect.provide(layer(tree))))
})

describe("a watcher", () => {
  const watching = (path: string, recursive: boolean) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const fiber = yield* Effect.fork(Stream.runCollect(Stream.take(fs.watch(path, { recursive }), 4)))
      yield* Effect.yieldNow()
      yield* Effect.yieldNow()
      yield* fs.writeFileString("/elsewhere", "x")
      yield* fs.writeFileString("/disk/dir/deep", "x")
      yield* fs.writeFileString("/disk/new", "x")
      yield* fs.chmod("/disk/new", 0o600)
      yield* fs.rename("/disk/new", "/disk/dir/moved")
      yield* fs.remove("/disk/other")
      return [...(yield* Fiber.join(fiber))]
    }).pipe(Effect.provide(layer(tree)))

  it.effect("is told what happens in its directory, by name", () =>
    Effect.gen(function*() {
      expect(yield* watching("/disk", false)).toEqual([
        WatchEventCreate({ path: "new" }),
        WatchEventUpdate({ path: "new" }),
        WatchEventUpdate({ path: "new" }),
        WatchEventRemove({ path: "new" })
      ])
    }))

  it.effect("is told what happens below, if it asks", () =>
    Effect.gen(function*() {
      expect(yield* watching("/disk", true)).toEqual([
        WatchEventCreate({ path: "dir/deep" }),
        WatchEventUpdate({ path: "dir/deep" }),
        WatchEventCreate({ path: "new" }),
        WatchEventUpdate({ path: "new" })
      ])
    }))

  it.effect("of nothing fails", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      expect(yield* codeOf(Stream.runDrain(fs.watch("/none")))).toBe("ENOENT")
    }).pipe(Effect.provide(layer(tree))))
})
