/** An interruption after the archive was opened, but before the layer has received it. */
import { expect, it } from "@effect/vitest"
import { archive } from "@procfsroot/testkit/archive"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import Fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { afterAll, beforeAll, vi } from "vitest"
import { TarFileSystem } from "../src/index.js"
import { atRest, settled } from "./fileSystems.js"

/** Called when an archive was read, in one piece, with a function that opens it. */
let whenRead = (open: () => void) => open()

beforeAll(() => {
  const { read } = Fs
  vi.spyOn(Fs, "read").mockImplementation((...args: ReadonlyArray<unknown>) => {
    const done = args.at(-1) as (...answer: ReadonlyArray<unknown>) => void // the callback comes last
    Reflect.apply(read, Fs, [
      ...args.slice(0, -1),
      (...answer: ReadonlyArray<unknown>) => whenRead(() => done(...answer))
    ])
  })
  syncBuiltinESMExports()
})

afterAll(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})

it.live("an interruption just after the archive was opened closes it", () =>
  Effect.gen(function*() {
    using directory = temporary()
    using other = temporary()
    const tar = archive(directory.path, `${other.path}/tar`, "ustar")
    const before = yield* Effect.promise(atRest)
    const ways = [
      (open: () => void, interrupt: () => void) => {
        open()
        interrupt()
      },
      // Just before the layer goes on.
      (open: () => void, interrupt: () => void) => {
        queueMicrotask(interrupt)
        open()
      }
    ]
    for (const when of ways) {
      const fiber = yield* Effect.fork(Effect.scoped(Layer.build(TarFileSystem.layer(tar))))
      whenRead = (open) => when(open, () => fiber.unsafeInterruptAsFork(FiberId.none))
      expect(Exit.isInterrupted(yield* Fiber.await(fiber))).toBe(true)
    }
    expect(yield* settled(before)).toBe(before)
  }))
