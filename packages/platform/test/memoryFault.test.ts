/** Faults, the journal of operations and the events of watchers; only in this edition, also time and layers. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, Root } from "@procfsroot/platform"
import { crashRules } from "@procfsroot/testkit/crashRules"
import { faultRules } from "@procfsroot/testkit/faultRules"
import { faults } from "@procfsroot/testkit/faults"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import * as TestClock from "effect/TestClock"
import { edition } from "./edition.js"

faults(edition)
faultRules(edition)
crashRules(edition)

const { directory, file, inject, layer, link } = MemoryFileSystem

const codeOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.match(effect, {
    onSuccess: () => "ok",
    onFailure: (error) => isRecord(error) && isRecord(error["cause"]) ? error["cause"]["code"] : "no cause"
  })

const tree = { "/disk/dir/file": "x", "/disk/other": "y", "/way": link("/disk/dir"), "/sound": "z" }

describe("a fault", () => {
  it.effect("is delayed by Effect's clock", () =>
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
})

describe("steps and fibers", () => {
  it.effect("a step is delayed by Effect's clock, or hangs until its fiber is interrupted", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* inject([{ step: "write", path: /^\/copy\//, delay: "1 minute" }, { step: "unlink", hang: true }])
      const copying = yield* Effect.fork(fs.copy("/disk", "/copy"))
      yield* TestClock.adjust("1 minute")
      expect(Option.isNone(yield* Fiber.poll(copying))).toBe(true)
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(copying)
      const removing = yield* Effect.fork(Effect.timeoutOption(fs.remove("/disk", { recursive: true }), "1 hour"))
      yield* TestClock.adjust("1 hour")
      expect(Option.isNone(yield* Fiber.join(removing))).toBe(true)
      expect(yield* fs.readFileString("/disk/other")).toBe("y")
      yield* MemoryFileSystem.expectOperations([
        { method: "copy", read: 2, written: 2, outcome: "ok", fiber: 0 },
        { method: "remove", outcome: "interrupted", fiber: 1 },
        { method: "readFileString", read: 1, fiber: 2 }
      ])
      yield* MemoryFileSystem.assertAllStruck
      expect(MemoryFileSystem.format(yield* MemoryFileSystem.operations).split("\n")[1]).toBe(
        "#1 remove \"/disk\": interrupted"
      )
    }).pipe(Effect.provide(layer(tree))))

  it("a method or a step that does not exist does not compile, and is a defect", async () => {
    // @ts-expect-error There is no such method.
    const method = inject([{ method: "readfile", code: "EIO" }])
    // @ts-expect-error There is no such step.
    const step = inject([{ step: "creat", code: "EIO" }])
    for (const wrong of [method, step]) {
      expect(() => Effect.runSync(Effect.provide(wrong, layer(tree)))).toThrow("there is no")
    }
  })
})

describe("one tree", () => {
  it.effect("is shared by the file system, the root, and the root of a directory in it", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.symlink("/dir/file", "/disk/dir/new")
      const below = Root.Root.pipe(Effect.provide(Root.layer("/disk")))
      expect(yield* (yield* below).resolve("/dir/new")).toBe("/dir/file")
      expect(yield* Effect.flip(Root.resolve("/disk/dir/new"))).toMatchObject({ code: "ENOENT", at: "/dir" })
    }).pipe(Effect.provide(layer(tree))))

  it.effect("is created again each time that a layer is built", () =>
    Effect.gen(function*() {
      const write = Effect.flatMap(FileSystem, (fs) => fs.writeFileString("/f", "x"))
      const one = layer({})
      yield* Effect.provide(write, one)
      expect(yield* Effect.provide(MemoryFileSystem.snapshot, one)).toEqual({
        "/": directory(),
        "/tmp": directory({ mode: 0o1777 })
      })
      const both = Layer.mergeAll(one)
      const after = Effect.zipRight(write, MemoryFileSystem.snapshot).pipe(Effect.provide(both))
      expect(yield* after).toEqual({ "/": directory(), "/f": file("x"), "/tmp": directory({ mode: 0o1777 }) })
    }))
})
