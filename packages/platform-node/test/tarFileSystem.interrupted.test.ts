/** An interruption after the archive was opened, but before the layer has received it. */
import { expect, it } from "@effect/vitest"
import { archive } from "@procfsroot/testkit/archive"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import Fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { afterAll, beforeAll, vi } from "vitest"
import { TarFileSystem } from "../src/index.js"
import { atRest, settled } from "./fileSystems.js"

/** Called after an archive was read, in one piece, and opened. */
let afterRead = () => {}

beforeAll(() => {
  const { read } = Fs
  vi.spyOn(Fs, "read").mockImplementation((...args: ReadonlyArray<unknown>) => {
    const done = args.at(-1) as (...answer: ReadonlyArray<unknown>) => void // the callback comes last
    const counted = (...answer: ReadonlyArray<unknown>) => {
      done(...answer)
      afterRead()
    }
    Reflect.apply(read, Fs, [...args.slice(0, -1), counted])
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
    for (const when of [(run: () => void) => run(), queueMicrotask]) {
      const fiber = yield* Effect.fork(Effect.scoped(Layer.build(TarFileSystem.layer(tar))))
      afterRead = () => when(() => fiber.unsafeInterruptAsFork(FiberId.none))
      yield* Fiber.await(fiber)
    }
    expect(yield* settled(before)).toBe(before)
  }))
