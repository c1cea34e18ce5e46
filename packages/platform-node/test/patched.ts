/** Replaces functions of `node:fs`, to simulate disks and file systems that are hard to get. */
import * as Effect from "effect/Effect"
import type * as Fs from "node:fs"
import { createRequire, syncBuiltinESMExports } from "node:module"

/** The module object from which all imports of `node:fs` come. */
export const real = createRequire(import.meta.url)("node:fs") as typeof Fs

/** Replaces functions while the program runs. */
export const patched = <A, E>(patch: Partial<typeof Fs>, program: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    const before = Object.fromEntries(Object.keys(patch).map((name) => [name, Reflect.get(real, name)]))
    Object.assign(real, patch)
    syncBuiltinESMExports()
    return Effect.ensuring(
      program,
      Effect.sync(() => {
        Object.assign(real, before)
        syncBuiltinESMExports()
      })
    )
  })
