/** Compares the file system in memory with memfs, one call after the other, with effects and with promises. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as MemoryFileSystem from "@procfsroot/platform/MemoryFileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { memfs } from "memfs"
import type { Contestant } from "./contestants.js"
import { agree, race, type Timing } from "./race.js"
import { type Table, timingTable } from "./tables.js"

const names = { ours: "MemoryFileSystem", theirs: "memfs, promises" } as const

export const title = "In memory"

/** An operation in both file systems, which must return the same result. */
interface Operation {
  readonly ours: (fs: FileSystem.FileSystem, path: string) => Effect.Effect<unknown, unknown>
  readonly theirs: (fs: Memfs, path: string) => Promise<unknown>
}

type Memfs = ReturnType<typeof memfs>["fs"]["promises"]

const content = "x".repeat(200)
const bytes = new TextEncoder().encode(content)

const failed = "failed"

const operations: Readonly<Record<string, Operation>> = {
  "stat": {
    ours: (fs, path) => Effect.map(fs.stat(path), ({ size }) => Number(size)),
    theirs: async (fs, path) => (await fs.stat(path)).size
  },
  "readFile 200 B": {
    ours: (fs, path) => Effect.map(fs.readFile(path), ({ length }) => length),
    theirs: async (fs, path) => (await fs.readFile(path)).length
  },
  "writeFile 200 B": {
    ours: (fs, path) => fs.writeFile(path, bytes),
    theirs: (fs, path) => fs.writeFile(path, bytes)
  },
  "makeDirectory and remove": {
    ours: (fs, path) => Effect.andThen(fs.makeDirectory(`${path}-d`), fs.remove(`${path}-d`, { recursive: true })),
    theirs: async (fs, path) => {
      await fs.mkdir(`${path}-d`)
      await fs.rm(`${path}-d`, { recursive: true })
    }
  },
  "rename there and back": {
    ours: (fs, path) => Effect.andThen(fs.rename(path, `${path}-n`), fs.rename(`${path}-n`, path)),
    theirs: async (fs, path) => {
      await fs.rename(path, `${path}-n`)
      await fs.rename(`${path}-n`, path)
    }
  },
  "readDirectory 100": {
    ours: (fs, path) => Effect.map(fs.readDirectory(path.slice(0, path.lastIndexOf("/"))), ({ length }) => length),
    theirs: async (fs, path) => (await fs.readdir(path.slice(0, path.lastIndexOf("/")))).length
  },
  "stat, missing": {
    ours: (fs, path) => Effect.catchAll(fs.stat(`${path}-missing`), () => Effect.succeed(failed)),
    theirs: (fs, path) => fs.stat(`${path}-missing`).catch(() => failed)
  },
  "readFile, missing": {
    ours: (fs, path) => Effect.catchAll(fs.readFile(`${path}-missing`), () => Effect.succeed(failed)),
    theirs: (fs, path) => fs.readFile(`${path}-missing`).catch(() => failed)
  }
}

const files = Array.from({ length: 1_000 }, (_, i) => `/some/where/${i % 10}/file-${i}`)

const contestants = (ours: FileSystem.FileSystem, theirs: Memfs, operation: Operation): ReadonlyArray<Contestant> => [
  {
    name: names.theirs,
    run: async (paths) => {
      const answers: Array<unknown> = []
      for (const path of paths) answers.push(await operation.theirs(theirs, path))
      return () => answers.map(String)
    }
  },
  {
    name: names.ours,
    run: (paths) =>
      Effect.runPromise(Effect.gen(function*() {
        const answers: Array<unknown> = []
        for (const path of paths) answers.push(yield* operation.ours(ours, path))
        return () => answers.map(String)
      }))
  }
]

export const measure = (
  count: number,
  options: { readonly rounds: number; readonly seed: number }
): Promise<Table> =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const tree = Object.fromEntries(files.map((file) => [file, content]))
    const ours = Context.get(yield* Layer.build(MemoryFileSystem.layer(tree)), FileSystem.FileSystem)
    const theirs = memfs(tree).fs.promises
    const paths = Array.from({ length: count }, (_, i) => files[i % files.length] ?? "")
    const columns: Array<readonly [string, ReadonlyArray<Timing>]> = []
    // Runs all operations before the first one is timed, since they share code that is compiled while it runs.
    for (const operation of Object.values(operations)) {
      yield* Effect.promise(() => agree(contestants(ours, theirs, operation), paths))
    }
    for (const [name, operation] of Object.entries(operations)) {
      const both = contestants(ours, theirs, operation)
      columns.push([name, yield* Effect.promise(() => race(both, paths, options))])
    }
    return timingTable({ title, note: "CPU time, µs per operation", base: names.theirs }, columns)
  })))
