/** How the state of a process without a root is read from procfs, with texts that a test cannot get from the kernel. */
import { describe, expect, it } from "@effect/vitest"
import * as Root from "@procfsroot/platform/Root"
import { Wormhole } from "@procfsroot/platform-node"
import * as Effect from "effect/Effect"
import Fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { afterAll, afterEach, vi } from "vitest"

/** Larger than every PID (`PID_MAX_LIMIT` in `include/linux/threads.h`). */
const pid = 2 ** 22 + 1

const shown = new Map<string, string>()
afterEach(() => shown.clear())

const { readFileSync } = Fs
const spy = vi.spyOn(Fs, "readFileSync").mockImplementation((...args) =>
  shown.get(String(args[0])) ?? readFileSync(...args)
)
// Modules import the function by its name.
syncBuiltinESMExports()

afterAll(() => {
  spy.mockRestore()
  syncBuiltinESMExports()
})

const errorWith = (comm: string, state: string) =>
  Effect.suspend(() => {
    shown.set(`/proc/${pid}/stat`, `${pid} (${comm}) ${state} 1 ${pid} ${pid} 0 -1 4228420`)
    return Effect.flip(Effect.provide(Root.resolve("/"), Wormhole.layer({ pid })))
  })

describe("a process whose root cannot be opened", () => {
  it.effect("is dead in the states Z and X", () =>
    Effect.gen(function*() {
      expect(yield* errorWith("sh", "Z")).toMatchObject({ _tag: "ProcessIsZombie", pid })
      expect(yield* errorWith("sh", "X")).toMatchObject({ _tag: "ProcessIsZombie", pid })
      expect(yield* errorWith("sh", "S")).toMatchObject({ _tag: "RootUnavailable", code: "ENOENT" })
    }))

  it.effect("has its state after its name, whatever the name contains", () =>
    Effect.gen(function*() {
      for (const comm of ["a) Z", ") Z 1 (b", "Z) Z) Z)", "\n) X 0"]) {
        expect(yield* errorWith(comm, "S")).toMatchObject({ _tag: "RootUnavailable" })
      }
      for (const comm of ["a) S", "(", "))", ") R 1"]) {
        expect(yield* errorWith(comm, "Z")).toMatchObject({ _tag: "ProcessIsZombie" })
      }
    }))
})
