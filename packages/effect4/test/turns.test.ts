import * as MemoryFileSystem from "@procfsroot/effect4/MemoryFileSystem"
import { timersFire, timersFireOnDisk } from "@procfsroot/testkit/turns"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import { expect, it } from "vitest"
import { node, portable } from "./edition/edition.js"

const stat = Effect.flatMap(FileSystem, (fs) => fs.stat("/f"))

const tree = MemoryFileSystem.layer({ "/f": "content" })

timersFire("in memory", () => portable.memory({ "/f": "content" }))

timersFireOnDisk(node)

it("a timeout ends a loop of operations in one fiber", async () => {
  const loop = Effect.forEach(Array.from({ length: 100_000 }), () => stat, { discard: true })
  const ended = await Effect.runPromise(loop.pipe(Effect.timeoutOption("1 millis"), Effect.provide(tree)))
  expect(ended).toEqual(Option.none())
})

it("runSync does not wait for another turn of the event loop", () => {
  const start = performance.now()
  const loop = Effect.whileLoop({ while: () => performance.now() - start < 5, body: () => stat, step: () => {} })
  expect(Effect.runSync(Effect.provide(Effect.as(loop, "ended"), tree))).toBe("ended")
})
