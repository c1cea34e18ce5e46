/** Long operations do not block the event loop: timers fire, and timeouts and interruptions end the operation. */
import { describe, expect, it } from "@effect/vitest"
import { temporary } from "@procfsroot/testkit/temporary"
import { ticks } from "@procfsroot/testkit/ticks"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { leavesNothing, strategies as fileSystems, within } from "./fileSystems.js"
import { makeRoot, strategies } from "./strategies.js"
import { memoryDirectory } from "@procfsroot/testkit/inMemory"

/** All paths are different, so that none is remembered. */
const paths = Array.from({ length: 100_000 }, (_, i) => `/usr/share/a${i % 100}/b${i}`)
const inOneChunk = Stream.fromIterable(paths).pipe(Stream.rechunk(paths.length))
const inSmallChunks = Stream.fromIterable(paths.slice(0, 20_000)).pipe(Stream.rechunk(3))

/** Without the strategies with faults, which walk in the same way as the others. */
const sound = strategies.filter(({ name, ask }) => ask === undefined && !name.startsWith("E"))

describe.sequential.each(sound)("many paths: $name", (strategy) => {
  it.live.each(["resolveAll", "resolveStream, one chunk", "resolveStream, small chunks"])(
    "timers fire: %s",
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

  it.live("a timeout ends the batch", () =>
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

const MANY = 5_000

/** A directory of many files, and a tree of as many in directories of a hundred. */
const full = () => {
  const directory = temporary(memoryDirectory)
  for (let i = 0; i < MANY / 100; i++) {
    mkdirSync(`${directory.path}/tree/${i}`, { recursive: true })
    for (let k = 0; k < 100; k++) writeFileSync(`${directory.path}/tree/${i}/${k}`, "")
  }
  mkdirSync(`${directory.path}/flat`)
  for (let i = 0; i < MANY; i++) writeFileSync(`${directory.path}/flat/${"n".repeat(20)}${i}`, "")
  return directory
}

describe.sequential.each(fileSystems)("many names: $name", (strategy) => {
  it.live("timers fire while names are listed, copied and removed", () =>
    Effect.gen(function*() {
      using directory = full()
      yield* leavesNothing(within(directory.path, strategy, (fs) =>
        Effect.gen(function*() {
          const slow: Array<unknown> = []
          for (const path of ["/flat", "/tree"]) {
            const programs: Readonly<Record<string, Effect.Effect<unknown, unknown>>> = {
              list: fs.readDirectory(path, { recursive: true }),
              copy: fs.copy(path, `/copy${path}`),
              "remove the copy": fs.remove(`/copy${path}`, { recursive: true }),
              remove: fs.remove(path, { recursive: true })
            }
            for (const [name, program] of Object.entries(programs)) {
              const { come, due } = yield* ticks(program)
              // One may be missed at the beginning and at the end.
              if (come < due / 2 - 2) slow.push({ name, path, come, due })
            }
          }
          expect(slow).toEqual([])
          expect(readdirSync(directory.path)).toEqual(["copy"])
        })))
    }), 120_000)

  it.live("a timeout or an interruption ends the operation, and leaves nothing open", () =>
    Effect.gen(function*() {
      using directory = full()
      yield* leavesNothing(within(directory.path, strategy, (fs) =>
        Effect.gen(function*() {
          const programs: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
            fs.readDirectory("/", { recursive: true }),
            fs.copy("/flat", "/copied"),
            fs.copy("/tree", "/copy"),
            fs.remove("/tree", { recursive: true }),
            fs.remove("/flat", { recursive: true })
          ]
          for (const program of programs) {
            const before = performance.now()
            yield* Effect.ignore(Effect.timeout(program, 5))
            expect(performance.now() - before).toBeLessThan(1_000)
          }
          const left = readdirSync(`${directory.path}/flat`).length
          expect(left).toBeGreaterThan(0)
          yield* Effect.sleep(50)
          expect(readdirSync(`${directory.path}/flat`).length).toBe(left)
        })))
    }), 120_000)

  it.live("names that are not UTF-8 in a large directory are listed", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const expected = Array.from({ length: 2_000 }, (_, i) => `${"n".repeat(200)}${10_000 + i}é\udcff`)
      for (const name of expected) {
        writeFileSync(
          Buffer.from(`${directory.path}/${name.replace("é", "\u00c3\u00a9").replace("\udcff", "\u00ff")}`, "latin1"),
          ""
        )
      }
      yield* within(directory.path, strategy, (fs) =>
        Effect.gen(function*() {
          expect(yield* fs.readDirectory("/")).toEqual(expected)
          expect(yield* fs.readDirectory("/", { recursive: true })).toEqual(expected)
        }))
    }), 60_000)
})

describe.sequential.each(fileSystems)("the parts of a file: $name", (strategy) => {
  const SIZE = 4_000_000
  const part = new Uint8Array(100)

  it.live(
    "timers fire, and a timeout ends the stream, though the file is in the page cache",
    () =>
      Effect.gen(function*() {
        using directory = temporary(memoryDirectory)
        writeFileSync(`${directory.path}/file`, new Uint8Array(SIZE))
        yield* leavesNothing(within(directory.path, strategy, (fs) =>
          Effect.gen(function*() {
            const read = Stream.runDrain(fs.stream("/file", { chunkSize: part.length }))
            const parts = Stream.rechunk(Stream.repeatValue(part), 1).pipe(Stream.take(SIZE / part.length))
            const write = Stream.run(parts, fs.sink("/copy"))
            for (const program of [read, write]) {
              const { come, due } = yield* ticks(program)
              expect(due).toBeGreaterThan(6)
              expect(come).toBeGreaterThan(due / 2 - 2)
              const before = performance.now()
              expect((yield* Effect.timeoutOption(program, 20))._tag).toBe("None")
              expect(performance.now() - before).toBeLessThan(1_000)
            }
          })))
      }),
    60_000
  )
})
