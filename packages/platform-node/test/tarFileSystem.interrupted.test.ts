/** An interruption after the archive was opened, but before the layer has received it. */
import { expect, it } from "@effect/vitest"
import * as Tar from "@procfsroot/node/Tar"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import { afterAll, vi } from "vitest"
import { TarFileSystem } from "../src/index.js"
import { archive } from "@procfsroot/testkit/archive"
import { atRest, settled } from "./fileSystems.js"

let opened = () => {}

const { open } = Tar
const spy = vi.spyOn(Tar, "open").mockImplementation(function*(path, options) {
  const archive = yield* open(path, options)
  opened()
  return archive
})

afterAll(() => spy.mockRestore())

it.live("an interruption just after the archive was opened closes it", () =>
  Effect.gen(function*() {
    using directory = temporary()
    using other = temporary()
    const tar = archive(directory.path, `${other.path}/tar`, "ustar")
    const before = yield* Effect.promise(atRest)
    for (const when of [(run: () => void) => run(), queueMicrotask]) {
      const fiber = yield* Effect.fork(Effect.scoped(Layer.build(TarFileSystem.layer(tar))))
      opened = () => when(() => fiber.unsafeInterruptAsFork(FiberId.none))
      expect(Exit.isInterrupted(yield* Fiber.await(fiber))).toBe(true)
    }
    expect(yield* settled(before)).toBe(before)
  }))
