/** Calls of `node:fs` that answer as a disk or a file system would that is hard to come by. */
import * as Effect from "effect/Effect"
import type * as Fs from "node:fs"
import { createRequire, syncBuiltinESMExports } from "node:module"

/** What all that is imported from `node:fs` comes from. */
export const real = createRequire(import.meta.url)("node:fs") as typeof Fs

/** Replaces calls for as long as the program runs. */
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
