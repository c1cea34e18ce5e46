/** Much work does not stop the event loop: timers come, a timeout is met, an interruption ends the work. */
import { describe, expect, it } from "@effect/vitest"
import { temporary } from "@procfsroot/testkit/temporary"
import { ticks } from "@procfsroot/testkit/ticks"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { makeRoot, strategies } from "./strategies.js"

/** All of them different, so that none is remembered. */
const paths = Array.from({ length: 100_000 }, (_, i) => `/usr/share/a${i % 100}/b${i}`)
const inOneChunk = Stream.fromIterable(paths).pipe(Stream.rechunk(paths.length))
const inSmallChunks = Stream.fromIterable(paths.slice(0, 20_000)).pipe(Stream.rechunk(3))

/** Those that fail in one way or another walk as the others do. */
const sound = strategies.filter(({ name, ask }) => ask === undefined && !name.startsWith("E"))

describe.sequential.each(sound)("many paths: $name", (strategy) => {
  it.live.each(["resolveAll", "resolveStream, one chunk", "resolveStream, small chunks"])(
    "timers tick: %s",
    (form) =>
      Effect.scoped(Effect.gen(function*() {
        using directory = temporary()
        const root = yield* makeRoot(directory.path, strategy)
        const { come, due } = yield* ticks(
          form === "resolveAll"
            ? root.resolveAll(paths)
            : Stream.runDrain(root.resolveStream(form.endsWith("one chunk") ? inOneChunk : inSmallChunks))
        )
        expect(due).toBeGreaterThan(3)
        expect(come).toBeGreaterThan(due / 2)
      })),
    60_000
  )

  it.live("a timeout ends them", () =>
    Effect.scoped(Effect.gen(function*() {
      using directory = temporary()
      const root = yield* makeRoot(directory.path, strategy)
      const many = Array.from({ length: 5 }, () => paths).flat()
      const before = performance.now()
      const answers = yield* Effect.timeoutOption(root.resolveAll(many), 100)
      expect(answers._tag).toBe("None")
      expect(performance.now() - before).toBeLessThan(1_000)
    })), 60_000)
})
