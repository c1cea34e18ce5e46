import { MemoryFileSystem } from "@procfsroot/platform"
import { busy } from "@procfsroot/testkit/busy"
import { timersFire } from "@procfsroot/testkit/turns"
import { FileSystem } from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { AsyncLocalStorage } from "node:async_hooks"
import { expect, it } from "vitest"
import { edition } from "./edition.js"

const stat = Effect.flatMap(FileSystem, (fs) => fs.stat("/f"))

const tree = MemoryFileSystem.layer({ "/f": "content" })

timersFire("in memory", () => edition.memory({ "/f": "content" }))

const loop = Effect.forEach(Array.from({ length: 100_000 }), () => stat, { discard: true })
const limited = loop.pipe(Effect.timeoutOption("1 millis"), Effect.provide(tree))

it("a timeout ends a loop of operations in one fiber", async () => {
  expect(await Effect.runPromise(limited)).toEqual(Option.none())
})

it("a timeout also ends it with a clock of the program's own", async () => {
  expect(await Effect.runPromise(Effect.withClock(limited, Clock.make()))).toEqual(Option.none())
})

it("a timeout also ends it in a ManagedRuntime that has built its layers", async () => {
  const runtime = ManagedRuntime.make(tree)
  await runtime.runPromise(stat)
  const ended = loop.pipe(Effect.timeoutOption("1 millis"))
  expect(await runtime.runPromise(ended)).toEqual(Option.none())
  await runtime.dispose()
})

it("a fiber goes on in the asynchronous context of its caller", async () => {
  const storage = new AsyncLocalStorage<number>()
  const slow = Effect.andThen(Effect.sync(() => busy(5)), stat)
  const seen = Effect.provide(Effect.forEach([1, 2, 3], () => Effect.map(slow, () => storage.getStore())), tree)
  const inContext = (context: number) => storage.run(context, () => Effect.runPromise(seen))
  expect(await Promise.all([0, 1].map(inContext))).toEqual([[0, 0, 0], [1, 1, 1]])
})

it("runSync does not wait for another turn of the event loop", () => {
  const start = performance.now()
  const loop = Effect.whileLoop({ while: () => performance.now() - start < 5, body: () => stat, step: () => {} })
  expect(Effect.runSync(Effect.provide(Effect.as(loop, "ended"), tree))).toBe("ended")
})

it("runSync does not wait for another turn in the fibers that it starts", () => {
  const start = performance.now()
  const loop = Effect.whileLoop({ while: () => performance.now() - start < 5, body: () => stat, step: () => {} })
  const both = Effect.all([loop, loop], { concurrency: 2, discard: true })
  expect(Effect.runSync(Effect.provide(Effect.as(both, "ended"), tree))).toBe("ended")
})

it("with a TestClock, a fiber comes to its next sleep no matter how long its operations take", async () => {
  const program = Effect.gen(function*() {
    const start = performance.now()
    // Longer than Effect waits to see whether a fiber still runs.
    const loop = Effect.whileLoop({ while: () => performance.now() - start < 50, body: () => stat, step: () => {} })
    const fiber = yield* Effect.fork(Effect.zipRight(loop, Effect.sleep("1 hour")))
    yield* TestClock.adjust("1 hour")
    return Option.isSome(yield* Fiber.poll(fiber))
  })
  const ended = program.pipe(Effect.provide(tree), Effect.provide(TestContext.TestContext))
  expect(await Effect.runPromise(ended)).toBe(true)
})

it("with a TestClock, a delay in a long operation in memory ends when the clock is set", async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`/t/${i}/f`, "content"]))
  const program = Effect.gen(function*() {
    yield* MemoryFileSystem.inject([{ step: "read", nth: 290, delay: "1 hour" }])
    const fiber = yield* Effect.fork(Effect.flatMap(FileSystem, (fs) => fs.copy("/t", "/u")))
    yield* TestClock.adjust("1 hour")
    yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 100)))
    return yield* Fiber.poll(fiber)
  })
  const layers = Layer.merge(MemoryFileSystem.layer(files), TestContext.TestContext)
  expect(await Effect.runPromise(Effect.provide(program, layers))).toEqual(Option.some(Exit.void))
})
