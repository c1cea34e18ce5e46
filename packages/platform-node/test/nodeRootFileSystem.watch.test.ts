/** Watching by descriptors: which events are reported, with which names, and that nothing stays open. */
import type { FileSystem, WatchEvent } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { attack } from "@procfsroot/testkit/attacker"
import { temporary } from "@procfsroot/testkit/temporary"
import type { PlatformError } from "@effect/platform/Error"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { deep } from "./deep.js"
import { leavesNothing, strategies, within } from "./fileSystems.js"

const fresh = () => {
  const box = temporary()
  const root = `${box.path}/root`
  Fs.mkdirSync(`${root}/d/sub`, { recursive: true })
  for (const directory of [`${root}/d`, `${root}/d/sub`]) Fs.writeFileSync(`${directory}/touched`, "")
  Fs.symlinkSync("/../d", `${root}/link`)
  return { path: box.path, root, [Symbol.dispose]: () => box[Symbol.dispose]() }
}

const codeOf = (error: PlatformError): unknown => (error.cause as NodeJS.ErrnoException | undefined)?.code

const moment = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 1)))

/** The different events so far. */
class Events {
  readonly told = new Set<string>()

  tell({ _tag, path }: WatchEvent): void {
    this.told.add(`${_tag} ${path}`)
  }

  /** Waits until all of these have been reported, or the test times out. */
  come(...expected: ReadonlyArray<string>): Effect.Effect<void> {
    return Effect.repeat(moment, { until: () => expected.every((event) => this.told.has(event)) })
  }
}

/** Touches a file, or a directory and a file in it: a recursive watch does not report the times of directories. */
const touch = (place: string): void => {
  for (const path of [place, `${place}/touched`]) if (Fs.existsSync(path)) Fs.utimesSync(path, new Date(), new Date())
}

/** Waits until a watch has begun. Nothing reports this, so a file is touched until an event is reported. */
const begun = (events: Events, touched: string) =>
  Effect.repeat(
    Effect.zipRight(Effect.sync(() => touch(touched)), moment),
    { until: () => events.told.size > 0 }
  )

const watching = (
  fs: FileSystem,
  path: string,
  { recursive = false, touched }: { readonly recursive?: boolean; readonly touched: string }
) =>
  Effect.gen(function*() {
    const events = new Events()
    const fiber = yield* Effect.forkScoped(
      Stream.runForEach(fs.watch(path, { recursive }), (event) => Effect.sync(() => events.tell(event)))
    )
    yield* begun(events, touched)
    return { events, fiber }
  })

// Creates the inotify descriptor, which stays open.
await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
  using box = fresh()
  yield* within(box.root, { name: "", openat2: undefined }, (fs) => watching(fs, "/d", { touched: `${box.root}/d` }))
})))

describe.sequential.each(strategies)("watch: $name", (strategy) => {
  it.effect("a directory that is watched through a link reports its own changes and those of its files", () =>
    Effect.gen(function*() {
      using box = fresh()
      const d = `${box.root}/d`
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const { events, fiber } = yield* watching(fs, "/link", { touched: `${d}/sub` })
          // inotify sets a flag in events about directories, and libuv therefore reports a change of names.
          expect([...events.told]).toEqual(["Create sub"])
          yield* fs.writeFileString("/d/f", "1")
          yield* events.come("Create f", "Update f")
          yield* fs.rename("/d/f", "/d/g")
          yield* events.come("Remove f", "Create g")
          yield* fs.remove("/d/g")
          yield* events.come("Remove g")
          Fs.chmodSync(d, 0o700)
          yield* events.come("Create link")
          Fs.writeFileSync(`${d}/sub/x`, "")
          Fs.writeFileSync(`${d}/last`, "")
          yield* events.come("Create last")
          expect([...events.told].filter((event) => /\d|\/|sub./.test(event))).toEqual([])
          yield* Fiber.interrupt(fiber)
        })))
    }))

  it.effect("a recursive watch includes new directories, and reports paths relative to the watched directory", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const { events, fiber } = yield* watching(fs, "/", { recursive: true, touched: `${box.root}/d/sub` })
          yield* fs.writeFileString("/d/sub/f", "1")
          yield* events.come("Create d/sub/f")
          yield* fs.makeDirectory("/new")
          yield* events.come("Create new")
          yield* fs.makeDirectory("/new/e")
          yield* events.come("Create new/e")
          yield* fs.writeFileString("/new/e/f", "1")
          yield* events.come("Create new/e/f")
          yield* fs.rename("/new", "/d/moved")
          yield* events.come("Remove new", "Create d/moved")
          yield* fs.writeFileString("/d/moved/e/g", "1")
          yield* events.come("Create d/moved/e/g")
          yield* fs.remove("/d/moved", { recursive: true })
          yield* events.come("Remove d/moved/e/g", "Remove d/moved")
          // A link is not a directory: its target is not watched a second time.
          yield* fs.symlink("/d", "/another")
          yield* fs.writeFileString("/d/last", "1")
          yield* events.come("Create another", "Create d/last")
          expect([...events.told].filter((event) => event.includes("another/") || event.includes(box.path))).toEqual([])
          yield* Fiber.interrupt(fiber)
        })))
    }))

  it.effect("a recursive watch reports what a new directory has before it is watched", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const { events, fiber } = yield* watching(fs, "/", { recursive: true, touched: `${box.root}/d/sub` })
          Fs.mkdirSync(`${box.root}/d/new/e`, { recursive: true })
          Fs.writeFileSync(`${box.root}/d/new/e/f`, "")
          yield* events.come("Create d/new", "Create d/new/e", "Create d/new/e/f")
          yield* Fiber.interrupt(fiber)
        })))
    }))

  it.effect("a file reports its changes", () =>
    Effect.gen(function*() {
      using box = fresh()
      const file = `${box.root}/d/f`
      Fs.writeFileSync(file, "")
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const { events, fiber } = yield* watching(fs, "/link/f", { touched: file })
          expect([...events.told]).toEqual(["Update f"])
          yield* fs.remove("/d/f")
          yield* Fiber.interrupt(fiber)
        })))
    }))

  it.effect("names that are not UTF-8 are escaped", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const { events, fiber } = yield* watching(fs, "/d", { recursive: true, touched: `${box.root}/d/sub` })
          yield* fs.makeDirectory("/d/x\udcff")
          yield* events.come("Create x\udcff")
          yield* fs.writeFileString("/d/x\udcff/y\udcfe", "")
          yield* events.come("Create x\udcff/y\udcfe")
          yield* Fiber.interrupt(fiber)
        })))
    }))

  it.effect("directories that come and go are not an error", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const { events, fiber } = yield* watching(fs, "/", { recursive: true, touched: `${box.root}/d` })
          for (let i = 0; i < 200; i++) {
            Fs.mkdirSync(`${box.root}/d/${i}/x/y`, { recursive: true })
            if (i % 3 === 0) yield* moment
            Fs.rmSync(`${box.root}/d/${i}`, { recursive: true })
          }
          yield* fs.writeFileString("/last", "")
          yield* events.come("Create last")
          yield* Fiber.interrupt(fiber)
        })))
    }))

  it.effect("many watches leave nothing open after they are interrupted or end", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const watches = yield* Effect.forEach(
            Array.from({ length: 50 }, (_, i) => i),
            (i) => watching(fs, i % 2 === 0 ? "/" : "/d", { recursive: i % 3 === 0, touched: `${box.root}/d` })
          )
          yield* Fiber.interruptAll(watches.map(({ fiber }) => fiber))
          const first = yield* Effect.fork(Stream.runHead(fs.watch("/d")))
          yield* Effect.repeat(fs.writeFileString("/d/f", "1").pipe(Effect.zipRight(moment)), {
            until: () => first.unsafePoll() !== null
          })
          expect((yield* Fiber.join(first))._tag).toBe("Some")
        })))
    }))

  it.effect("a watch that cannot begin leaves nothing open", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          for (const path of ["/nope", "/d/sub/x", "/link/nope/"]) {
            yield* Effect.flip(Stream.runDrain(fs.watch(path, { recursive: true })))
          }
        })))
    }))

  it.live(
    "a loop of renames does not block the event loop, and at most ends the watch with EOVERFLOW",
    () =>
      Effect.gen(function*() {
        using box = fresh()
        yield* leavesNothing(within(box.root, strategy, (fs) =>
          Effect.gen(function*() {
            Fs.mkdirSync(`${box.root}/d/other/x/y/z`, { recursive: true })
            const exchange = { how: "exchange", from: `${box.root}/d/sub`, to: `${box.root}/d/other` } as const
            const attacker = yield* Effect.acquireRelease(
              Effect.promise(() =>
                attack({ steps: [exchange], fifos: [], milliseconds: 30_000, rounds: 1_000_000_000 })
              ),
              (attacker) => Effect.promise(() => attacker.stop())
            )
            let longest = 0
            let last = performance.now()
            const timer = setInterval(() => {
              longest = Math.max(longest, performance.now() - last)
              last = performance.now()
            }, 10)
            const watch = Stream.runDrain(fs.watch("/", { recursive: true }))
            const ended = yield* Effect.timeoutOption(Effect.flip(watch), 2_000)
            clearInterval(timer)
            expect(Option.map(ended, codeOf)).toEqual(Option.map(ended, () => "EOVERFLOW"))
            expect(longest).toBeLessThan(1_000)
            expect(attacker).toBeDefined()
          })))
      }),
    30_000
  )

  it.live("a slow consumer gets the events that were kept, and then EOVERFLOW", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const goOn = yield* Deferred.make<void>()
          let told = 0
          const consumer = yield* Effect.fork(Effect.flip(
            Stream.runForEach(fs.watch("/d"), () => Effect.zipRight(Effect.sync(() => told++), Deferred.await(goOn)))
          ))
          yield* Effect.repeat(
            Effect.zipRight(Effect.sync(() => Fs.utimesSync(`${box.root}/d/sub`, 1, 1)), moment),
            { until: () => told > 0 }
          )
          // Up to 4,096 are kept until they are reported, and again as many until they are consumed.
          for (let i = 0; i < 9_000; i++) {
            Fs.writeFileSync(`${box.root}/d/${i}`, "")
            if (i % 100 === 0) yield* moment
          }
          expect(told).toBe(1)
          yield* Deferred.succeed(goOn, undefined)
          expect(codeOf(yield* Fiber.join(consumer))).toBe("EOVERFLOW")
          expect(told).toBeGreaterThanOrEqual(4_096)
          expect(told).toBeLessThanOrEqual(2 * 4_096)
        })))
    }), 30_000)

  it.live("too many changes in one turn of the event loop end with EOVERFLOW", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const { fiber } = yield* watching(fs, "/d", { touched: `${box.root}/d/sub` })
          for (let i = 0; i < 5_000; i++) Fs.writeFileSync(`${box.root}/d/${i}`, "")
          expect(codeOf(yield* Effect.flip(Fiber.join(fiber)))).toBe("EOVERFLOW")
        })))
    }), 30_000)

  it.live("directories that are too deep for a path end with ENAMETOOLONG", () =>
    Effect.gen(function*() {
      using tree = deep("d", 2_500, { every: 500 })
      yield* leavesNothing(within(tree.path, strategy, (fs) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(Stream.runDrain(fs.watch("/", { recursive: true })))
          expect(error).toMatchObject({ _tag: "SystemError", method: "watch", pathOrDescriptor: "/" })
          expect(codeOf(error)).toBe("ENAMETOOLONG")
        })))
    }), 60_000)
})
