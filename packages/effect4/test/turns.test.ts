import * as MemoryFileSystem from "@procfsroot/effect4/MemoryFileSystem"
import { busy } from "@procfsroot/testkit/busy"
import { timersFire, timersFireOnDisk } from "@procfsroot/testkit/turns"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { FileSystem } from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { AsyncLocalStorage } from "node:async_hooks"
import { expect, it } from "vitest"
import { node, portable } from "./edition/edition.js"

const stat = Effect.flatMap(FileSystem, (fs) => fs.stat("/f"))

const tree = MemoryFileSystem.layer({ "/f": "content" })

/** More time than a turn has, but fewer effects than Effect runs before it lets other fibers run. */
const slow = Effect.forEach([1, 2, 3, 4, 5], () => Effect.andThen(Effect.sync(() => busy(5)), stat))

timersFire("in memory", () => portable.memory({ "/f": "content" }))

timersFireOnDisk(node)

it("a timeout ends a loop of operations in one fiber", async () => {
  const loop = Effect.forEach(Array.from({ length: 100_000 }), () => stat, { discard: true })
  const ended = await Effect.runPromise(loop.pipe(Effect.timeoutOption("1 millis"), Effect.provide(tree)))
  expect(ended).toEqual(Option.none())
})

it("a timeout also ends slow operations with a clock of the program's own", async () => {
  const own = new Proxy(Context.get(Context.empty(), Clock.Clock), {})
  const limited = slow.pipe(Effect.timeoutOption("1 millis"), Effect.provideService(Clock.Clock, own))
  expect(await Effect.runPromise(Effect.provide(limited, tree))).toEqual(Option.none())
})

it("a timeout also ends slow operations in a ManagedRuntime that has built its layers", async () => {
  const runtime = ManagedRuntime.make(tree)
  await runtime.runPromise(stat)
  expect(await runtime.runPromise(Effect.timeoutOption(slow, "1 millis"))).toEqual(Option.none())
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
  const both = Effect.all([slow, slow], { concurrency: 2, discard: true })
  expect(Effect.runSync(Effect.provide(Effect.as(both, "ended"), tree))).toBe("ended")
})

it("with a TestClock, a fiber comes to its next sleep no matter how long its operations take", async () => {
  const program = Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(Effect.andThen(slow, Effect.sleep("1 hour")))
    yield* TestClock.adjust("1 hour")
    return fiber.pollUnsafe() !== undefined
  })
  expect(await Effect.runPromise(program.pipe(Effect.provide(tree), Effect.provide(TestClock.layer())))).toBe(true)
})

it("with a TestClock, a delay in a long operation in memory ends when the clock is set", async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`/t/${i}/f`, "content"]))
  const program = Effect.gen(function*() {
    yield* MemoryFileSystem.inject([{ step: "read", nth: 290, delay: "1 hour" }])
    const fiber = yield* Effect.forkChild(Effect.flatMap(FileSystem, (fs) => fs.copy("/t", "/u")))
    yield* TestClock.adjust("1 hour")
    yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 100)))
    return fiber.pollUnsafe()
  })
  const layers = Layer.merge(MemoryFileSystem.layer(files), TestClock.layer())
  expect(await Effect.runPromise(Effect.provide(program, layers))).toEqual(Exit.void)
})
