/** Measures how cost grows with the number of open roots, and with the number of concurrent fibers. */
import { closeSync, openSync } from "node:fs"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeRoot from "@procfsroot/platform-node/NodeRoot"
import * as NodeRootFileSystem from "@procfsroot/platform-node/NodeRootFileSystem"
import type * as Root from "@procfsroot/platform/Root"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { type Contestant, resolveTogether, type Run } from "./contestants.js"
import { names as files } from "./fileOperations.js"
import { agree, race, type RaceOptions, type Timing } from "./race.js"
import { type Table, timingTable } from "./tables.js"

export const titles = { roots: "Roots open at once", fibers: "Fibers at once" } as const

const names = {
  plain: "fs.openSync and closeSync",
  open: "open and close a root",
  turns: "resolve in one after the other",
  resolve: "resolve",
  resolveOff: "resolve, off the main thread"
} as const

type Columns = Array<readonly [string, ReadonlyArray<Timing>]>

const PATHS = 1_000

const onePathEach = (paths: ReadonlyArray<string>, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => paths[i % paths.length] ?? "")

const run = (answers: Effect.Effect<ReadonlyArray<string>, unknown>): ReturnType<Run> =>
  Effect.runPromise(Effect.map(answers, (answers) => () => answers))

/** Opens all roots before it closes the first one. */
const open = (place: string): Run => (paths) =>
  run(Effect.scoped(Effect.forEach(paths, () => Effect.as(NodeRoot.make(place), "opened"))))

const openPlainly = (place: string): Run => (paths) => {
  for (const fd of paths.map(() => openSync(place, "r"))) closeSync(fd)
  return Promise.resolve(() => paths)
}

const inTurns = (roots: ReadonlyArray<Root.Root>): Run => (paths) =>
  run(Effect.forEach(paths, (path, i) => roots[i % roots.length]?.resolve(path) ?? Effect.die("no root is open")))

export const roots = async (
  place: string,
  paths: ReadonlyArray<string>,
  counts: ReadonlyArray<number>,
  options: RaceOptions
): Promise<Table> => {
  const resolving = (count: number) =>
    Effect.gen(function*() {
      const roots = yield* Effect.forEach(Array.from({ length: count }), () => NodeRoot.make(place))
      const asked = onePathEach(paths, Math.max(PATHS, count))
      return yield* Effect.promise(() => race([{ name: names.turns, run: inTurns(roots) }], asked, options))
    })
  const columns: Columns = []
  for (const count of counts) {
    const opening = [{ name: names.plain, run: openPlainly(place) }, { name: names.open, run: open(place) }]
    const opened = await race(opening, onePathEach([place], count), options)
    columns.push([String(count), [...opened, ...await Effect.runPromise(Effect.scoped(resolving(count)))]])
  }
  return timingTable({
    title: titles.roots,
    note: "CPU time, µs per root and µs per path",
    base: names.plain,
    scale: "roots that are open"
  }, columns)
}

const readTogether = (fs: FileSystem.FileSystem, prefix: string, concurrency: number): Run => (paths) =>
  run(Effect.forEach(paths, (path) => fs.readFileString(prefix + path), { concurrency }))

const plainReader = `${files.plain}, readFile`

/** The contestants for a number of fibers. Everything stays open as long as the scope. */
const together = (
  place: string
): Effect.Effect<(concurrency: number) => ReadonlyArray<Contestant>, unknown, Scope.Scope> =>
  Effect.gen(function*() {
    const kernel = yield* NodeRoot.make(place)
    const off = yield* NodeRoot.make(place, { offMainThread: true })
    const inRoot = Context.get(yield* Layer.build(NodeRootFileSystem.layer(place)), FileSystem.FileSystem)
    const plain = Context.get(yield* Layer.build(NodeFileSystem.layer), FileSystem.FileSystem)
    return (concurrency) => [
      { name: names.resolve, run: resolveTogether(kernel, concurrency) },
      { name: names.resolveOff, run: resolveTogether(off, concurrency) },
      { name: `${files.kernel}, readFile`, run: readTogether(inRoot, "", concurrency) },
      { name: plainReader, run: readTogether(plain, place, concurrency) }
    ]
  })

/** Measures concurrent fibers. `paths` are small files. */
export const fibers = (
  place: string,
  paths: ReadonlyArray<string>,
  counts: ReadonlyArray<number>,
  options: RaceOptions
): Promise<Table> =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const contestants = yield* together(place)
    const columns: Columns = []
    for (const count of counts) {
      const [resolvers, readers] = [contestants(count).slice(0, 2), contestants(count).slice(2)]
      const asked = onePathEach(paths, Math.max(PATHS, count))
      yield* Effect.promise(() => agree(resolvers, asked))
      yield* Effect.promise(() => agree(readers, asked))
      columns.push([String(count), yield* Effect.promise(() => race([...resolvers, ...readers], asked, options))])
    }
    return timingTable({
      title: titles.fibers,
      note: "CPU time, µs per path",
      base: plainReader,
      scale: "fibers"
    }, columns)
  })))
