/** Faults as data, the list of operations, and what watchers are told; and, of this edition alone, time and layers. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, Root } from "@procfsroot/platform"
import { faults } from "@procfsroot/testkit/faults"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import * as TestClock from "effect/TestClock"
import { edition } from "./edition.js"

faults(edition)

const { directory, file, inject, layer, link } = MemoryFileSystem

const codeOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.match(effect, {
    onSuccess: () => "ok",
    onFailure: (error) => isRecord(error) && isRecord(error["cause"]) ? error["cause"]["code"] : "no cause"
  })

const tree = { "/disk/dir/file": "x", "/disk/other": "y", "/way": link("/disk/dir"), "/sound": "z" }

describe("a fault", () => {
  it.effect("takes its time by the clock of Effect", () =>
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
