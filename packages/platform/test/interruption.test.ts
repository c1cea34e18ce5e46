/** A file system that never answers does not block fibers: every call can be interrupted. */
import * as FileSystem from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { EvalSymlinks, Root } from "@procfsroot/platform"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { fake, info, MOUNT, silent } from "./fake.js"

const whole = fake([{ path: "/ok", type: "file" }], silent)

/** `released` shows that the call that hangs was interrupted, and not only abandoned. */
const hung = Effect.gen(function*() {
  const released = yield* Deferred.make<void>()
  const forever = Effect.onInterrupt(Effect.never, () => Deferred.succeed(released, undefined))
  const fs = FileSystem.layerNoop({
    readLink: (path) => path.endsWith("/hung") ? forever : whole.readLink(path),
    stat: whole.stat
  })
  return { released, fs, root: Layer.provide(Root.layer(MOUNT), fs) }
})

const questions = {
  resolve: Root.resolve("/hung/x"),
  locate: Root.locate("/hung/x"),
  explain: Root.explain("/hung/x"),
  resolveAll: Root.resolveAll(["/ok", "/hung", "/ok"]),
  resolveStream: Stream.runDrain(Stream.make("/ok", "/hung").pipe(Root.resolveStream()))
}

describe("a call that hangs", () => {
  it.effect.each(Object.entries(questions))("%s can be timed out", ([, question]) =>
    Effect.gen(function*() {
      const { released, root } = yield* hung
      const fiber = yield* Effect.fork(
        (question as Effect.Effect<unknown, unknown, Root.Root>).pipe(
          Effect.provide(root),
          Effect.timeout("1 second"),
          Effect.flip
        )
      )
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TimeoutException" })
      yield* Deferred.await(released)
    }))

  it.effect("evalSymlinks can be interrupted", () =>
    Effect.gen(function*() {
      const { fs, released } = yield* hung
      const fiber = yield* Effect.fork(Effect.provide(EvalSymlinks.evalSymlinks("/hung", MOUNT, "full"), fs))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(released)
    }))

  it.effect("does not delay other calls", () =>
    Effect.gen(function*() {
      const { root } = yield* hung
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.fork(Root.resolve("/hung"))
        expect(yield* Root.resolve("/ok")).toBe("/ok")
        yield* Fiber.interrupt(fiber)
      }).pipe(Effect.provide(root))
    }))

  it.effect("the layer itself can be timed out", () =>
    Effect.gen(function*() {
      const layer = Layer.provide(Root.layer(MOUNT), FileSystem.layerNoop({ stat: () => Effect.never }))
      const fiber = yield* Effect.fork(
        Root.resolve("/").pipe(Effect.provide(layer), Effect.timeout("1 second"), Effect.flip)
      )
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TimeoutException" })
    }))

  it.effect("a long walk lets other fibers run", () =>
    Effect.gen(function*() {
      const layer = Layer.provide(
        Root.layer(MOUNT),
        FileSystem.layerNoop({ stat: () => Effect.succeed(info("Directory")) })
      )
      let turns = 0
      const other = yield* Effect.fork(Effect.forever(Effect.zipRight(Effect.sync(() => turns++), Effect.yieldNow())))
      yield* Effect.provide(Root.resolveAll(Array.from({ length: 3_000 }, (_, i) => `/${i}/x`)), layer)
      yield* Fiber.interrupt(other)
      expect(turns).toBeGreaterThan(1)
    }))
})
