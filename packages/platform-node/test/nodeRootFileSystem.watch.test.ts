/** Watching by descriptors: which events come, what they are called, and that nothing stays open. */
import type { FileSystem, WatchEvent } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { leavesNothing, strategies, within } from "./fileSystems.js"

const fresh = () => {
  const box = temporary()
  const root = `${box.path}/root`
  Fs.mkdirSync(`${root}/d/sub`, { recursive: true })
  Fs.symlinkSync("/../d", `${root}/link`)
  return { path: box.path, root, [Symbol.dispose]: () => box[Symbol.dispose]() }
}

const moment = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 1)))

/** What has been told so far, each event once. */
class Events {
  readonly told = new Set<string>()

  tell({ _tag, path }: WatchEvent): void {
    this.told.add(`${_tag} ${path}`)
  }

  /** Waits until all of these have come; the test's own patience ends it otherwise. */
  come(...expected: ReadonlyArray<string>): Effect.Effect<void> {
    return Effect.repeat(moment, { until: () => expected.every((event) => this.told.has(event)) })
  }
}

/** Nobody is told when a watch has begun: something is touched until it is seen. */
const begun = (events: Events, touched: string) =>
  Effect.repeat(
    Effect.zipRight(Effect.sync(() => Fs.utimesSync(touched, new Date(), new Date())), moment),
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

// The handle of inotify is made once, and stays.
await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
  using box = fresh()
  yield* within(box.root, { name: "", openat2: undefined }, (fs) => watching(fs, "/d", { touched: `${box.root}/d` }))
})))

describe.sequential.each(strategies)("watch: $name", (strategy) => {
  it.effect("a directory, behind a link: what is made, changed and removed in it, and itself", () =>
    Effect.gen(function*() {
      using box = fresh()
      const d = `${box.root}/d`
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          const { events, fiber } = yield* watching(fs, "/link", { touched: `${d}/sub` })
          // inotify marks what befalls a directory, and libuv takes the mark for a change of names.
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

  it.effect("with what is below, directories to come included, under their names in what is watched", () =>
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
          // A link is no directory: what it leads to is not watched a second time.
          yield* fs.symlink("/d", "/another")
          yield* fs.writeFileString("/d/last", "1")
          yield* events.come("Create another", "Create d/last")
          expect([...events.told].filter((event) => event.includes("another/") || event.includes(box.path))).toEqual([])
          yield* Fiber.interrupt(fiber)
        })))
    }))

  it.effect("a file", () =>
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

  it.effect("names that are no text", () =>
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

  it.effect("directories that come and go are no error", () =>
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

  it.effect("many watches, interrupted or ended by their consumer", () =>
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

  it.effect("a watch that cannot begin leaves nothing", () =>
    Effect.gen(function*() {
      using box = fresh()
      yield* leavesNothing(within(box.root, strategy, (fs) =>
        Effect.gen(function*() {
          for (const path of ["/nope", "/d/sub/x", "/link/nope/"]) {
            yield* Effect.flip(Stream.runDrain(fs.watch(path, { recursive: true })))
          }
        })))
    }))
})
