/** The time budget of the event loop, and the functions that keep to it. */
import { describe, expect, it } from "@effect/vitest"
import { EventLoop, MemoryFileSystem, Root } from "@procfsroot/platform"
import { busy } from "@procfsroot/testkit/busy"
import { ticks } from "@procfsroot/testkit/ticks"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(() => resolve())))

describe("EventLoop", () => {
  it.live("time is up after a few milliseconds, until the next turn", () =>
    Effect.gen(function*() {
      yield* turn
      expect(EventLoop.isTimeUp()).toBe(false)
      busy(20)
      expect(EventLoop.isTimeUp()).toBe(true)
      // Yielding to another fiber does not start another turn of the event loop.
      yield* Effect.yieldNow()
      expect(EventLoop.isTimeUp()).toBe(true)
      yield* EventLoop.nextTurn
      expect(EventLoop.isTimeUp()).toBe(false)
    }))

  it.live("all fibers share the budget, and continue in the order in which they waited", () =>
    Effect.gen(function*() {
      const order: Array<number> = []
      const work = (fiber: number) =>
        EventLoop.forEach([1, 2, 3], () =>
          Effect.sync(() => {
            order.push(fiber)
            busy(6)
          }))
      const { come } = yield* ticks(Effect.all([work(0), work(1), work(2)], { concurrency: "unbounded" }))
      expect(order.toSorted()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2])
      // Each continues for one or two items, and then waits for the others.
      const turns = order.filter((fiber, i) => fiber !== order[i - 1])
      expect(turns.slice(0, 3)).toEqual([0, 1, 2])
      expect(turns.slice(-2)).toEqual([1, 2])
      expect(come).toBeGreaterThanOrEqual(2)
    }))

  it.live("interrupting a fiber that waits does not stop the others", () =>
    Effect.gen(function*() {
      const first = yield* Effect.fork(EventLoop.nextTurn)
      const second = yield* Effect.fork(EventLoop.nextTurn)
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(first)
      expect(Exit.isSuccess(yield* Fiber.await(second))).toBe(true)
    }))
})

const paths = Array.from({ length: 100_000 }, (_, i) => i % 3 === 0 ? `/a/b${i}` : "/a/l/../c")
const memory = { "/a/c": "", "/a/l": MemoryFileSystem.link("/a/d"), "/a/d/e": "" }
const roots = {
  "of a memory file system": MemoryFileSystem.root(memory),
  "over any FileSystem": Root.layer("/").pipe(Layer.provide(MemoryFileSystem.layer(memory)))
}

describe.each(Object.entries(roots))("a Root %s", (_, layer) => {
  it.live("lets timers tick during resolveAll and resolveStream", () =>
    Effect.gen(function*() {
      const many = paths.slice(0, 20_000)
      for (
        const program of [
          Root.resolveAll(many),
          Stream.runDrain(Root.resolveStream()(Stream.fromIterable(many).pipe(Stream.rechunk(many.length)))),
          Stream.runDrain(Root.resolveStream()(Stream.fromIterable(many).pipe(Stream.rechunk(1))))
        ]
      ) {
        const { come, due } = yield* ticks(program)
        expect(due).toBeGreaterThan(2)
        expect(come).toBeGreaterThan(due / 2)
      }
    }).pipe(Effect.provide(layer)), 60_000)
})
