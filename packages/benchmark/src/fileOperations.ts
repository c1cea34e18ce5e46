/** Measures file operations in a root, compared with Node's own file system, at several depths. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeRootFileSystem from "@procfsroot/platform-node/NodeRootFileSystem"
import * as MemoryFileSystem from "@procfsroot/platform/MemoryFileSystem"
import * as Root from "@procfsroot/platform/Root"
import * as RootFileSystem from "@procfsroot/platform/RootFileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { Contestant, Run } from "./contestants.js"
import { agree, race, type Timing } from "./race.js"
import { type Table, timingTable } from "./tables.js"

export const names = {
  plain: "NodeFileSystem",
  kernel: "NodeRootFileSystem",
  walk: "NodeRootFileSystem, without koffi",
  over: "RootFileSystem over NodeFileSystem",
  memory: "MemoryFileSystem"
} as const

type Who = keyof typeof names

interface Operation {
  /** The number of paths in a round. */
  readonly count: number
  /** Creates what the operation needs at a path. */
  readonly plant?: (path: string) => void
  /** Whether everything has to be created again before each round, since the operation only works once. */
  readonly spends?: true
  /** Performs the operation. All file systems must return the same result. */
  readonly use: (fs: FileSystem.FileSystem, path: string) => Effect.Effect<unknown, PlatformError>
}

/** The size of a small file in `/proc` or `/etc`, in bytes. */
const SMALL = 200
const MEGABYTE = 1 << 20
const CHILDREN = 1_000

const fileOf = (size: number) => (path: string): void => writeFileSync(path, new Uint8Array(size))
const small = new Uint8Array(SMALL)

const directoryOf = (children: number) => (path: string): void => {
  mkdirSync(path)
  for (let i = 0; i < children; i++) writeFileSync(`${path}/file-${i}`, "")
}

const openAndRead = (fs: FileSystem.FileSystem, path: string) =>
  fs.open(path).pipe(
    Effect.flatMap((file) => file.readAlloc(SMALL)),
    Effect.map(Option.match({ onNone: () => 0, onSome: ({ length }) => length })),
    Effect.scoped
  )

const length = ({ length }: { readonly length: number }): number => length

const readFile: Operation["use"] = (fs, path) => Effect.map(fs.readFile(path), length)

const operations = {
  "open and read 200 B": { count: 1_000, plant: fileOf(SMALL), use: openAndRead },
  "readFile 200 B": { count: 1_000, plant: fileOf(SMALL), use: readFile },
  "write 200 B": { count: 1_000, plant: fileOf(SMALL), use: (fs, path) => fs.writeFile(path, small) },
  "stat": { count: 1_000, plant: fileOf(SMALL), use: (fs, path) => Effect.map(fs.stat(path), ({ size }) => size) },
  "readDirectory 1,000": {
    count: 10,
    plant: directoryOf(CHILDREN),
    use: (fs, path) => Effect.map(fs.readDirectory(path), length)
  },
  "makeDirectory": { count: 1_000, spends: true, use: (fs, path) => fs.makeDirectory(path) },
  "remove": { count: 1_000, plant: fileOf(0), spends: true, use: (fs, path) => fs.remove(path) },
  "rename": { count: 1_000, plant: fileOf(0), spends: true, use: (fs, path) => fs.rename(path, `${path}-new`) },
  "copyFile 1 MB": { count: 20, plant: fileOf(MEGABYTE), use: (fs, path) => fs.copyFile(path, `${path}-copy`) },
  "readFile 64 KiB": { count: 200, plant: fileOf(MEGABYTE >> 4), use: readFile },
  "readFile 64 MB": { count: 2, plant: fileOf(64 * MEGABYTE), use: readFile },
  "exists, missing": { count: 1_000, use: (fs, path) => fs.exists(path) },
  "stat, missing": { count: 1_000, use: (fs, path) => fs.stat(path) },
  "readFile, missing": { count: 1_000, use: (fs, path) => fs.readFile(path) }
} as const satisfies Readonly<Record<string, Operation>>

export type OperationName = keyof typeof operations

export const all = Object.keys(operations) as ReadonlyArray<OperationName> // the keys of a constant

export const missing = ["exists, missing", "stat, missing", "readFile, missing"] as const satisfies ReadonlyArray<
  OperationName
>

const read = Either.match({
  onLeft: (error: PlatformError) => error._tag === "SystemError" ? error.reason : error._tag,
  onRight: String
})

/** Uses one path after the other, in one effect. */
const eachWith = (fs: FileSystem.FileSystem, { use }: Operation, pathOf: (path: string) => string): Run => (paths) =>
  Effect.runPromise(Effect.gen(function*() {
    const answers: Array<Either.Either<unknown, PlatformError>> = []
    for (const path of paths) answers.push(yield* Effect.either(use(fs, pathOf(path))))
    return () => answers.map(read)
  }))

type Maker = (operation: Operation) => Contestant

/** Opens the file systems that are timed. They stay open as long as the scope. */
const open = (root: string, who: ReadonlyArray<Who>): Effect.Effect<ReadonlyArray<Maker>, unknown, Scope.Scope> => {
  const layers: Readonly<Record<Who, Layer.Layer<FileSystem.FileSystem, unknown>>> = {
    plain: NodeFileSystem.layer,
    kernel: NodeRootFileSystem.layer(root),
    walk: NodeRootFileSystem.layer(root, { strategy: "walk" }),
    over: RootFileSystem.layer.pipe(Layer.provide(Root.layer(root)), Layer.provide(NodeFileSystem.layer)),
    memory: MemoryFileSystem.layer({})
  }
  return Effect.forEach(
    who,
    (one) =>
      Effect.map(Layer.build(layers[one]), (context) => (operation: Operation): Contestant => ({
        name: names[one],
        run: eachWith(
          Context.get(context, FileSystem.FileSystem),
          operation,
          (path) => one === "plain" ? root + path : path
        )
      }))
  )
}

/** Operations of some microseconds get faster over so many rounds, while V8 compiles what they call. */
const WARM_UP = 8

/** With fewer paths in a round, each takes so long that it matters less what V8 has compiled. */
const MANY = 1_000

interface Size {
  /** The share of the paths of each operation that is used; 1 for all. */
  readonly share: number
  readonly rounds: number
  readonly seed: number
}

/** Creates what an operation needs at `count` paths below `root`, each with `depth` components. */
const field = (root: string, name: string, depth: number, count: number, { plant }: Operation) => {
  const parents = Array.from({ length: depth - 2 }, (_, i) => `/level-${i}`).join("")
  const directory = `${parents}/${name.replaceAll(/\W+/g, "-")}`
  const paths = Array.from({ length: count }, (_, i) => `${directory}/entry-${i}`)
  const clear = (): void => rmSync(root + directory, { recursive: true, force: true })
  const prepare = (): void => {
    clear()
    mkdirSync(root + directory, { recursive: true })
    for (const path of paths) plant?.(root + path)
  }
  return { clear, paths, prepare }
}

export const titleAt = (depth: number): string => `File operations at depth ${depth}`

export const titles = { over: "RootFileSystem at depth 4", memory: "Missing names, in memory" } as const

export const measure = async (
  root: string,
  depth: number,
  { operations: chosen, title, who }: {
    readonly title: string
    readonly operations: ReadonlyArray<OperationName>
    readonly who: ReadonlyArray<Who>
  },
  { rounds, seed, share }: Size
): Promise<Table> => {
  mkdirSync(root, { recursive: true })
  const columns = Effect.gen(function*() {
    const makers = yield* open(root, who)
    const columns: Array<readonly [string, ReadonlyArray<Timing>]> = []
    for (const name of chosen) {
      const operation: Operation = operations[name]
      const { clear, paths, prepare } = field(root, name, depth, Math.ceil(operation.count * share), operation)
      prepare()
      const contestants = makers.map((make) => ({
        ...make(operation),
        ...(operation.spends === true ? { prepare } : {})
      }))
      yield* Effect.promise(() => agree(contestants, paths))
      const options = { rounds, seed, warmUp: paths.length < MANY ? 1 : WARM_UP }
      columns.push([name, yield* Effect.promise(() => race(contestants, paths, options))])
      clear()
    }
    return columns
  })
  const note = "CPU time, µs per operation, and its ratio to Node's own file system"
  return timingTable({ title, note, base: names.plain }, await Effect.runPromise(Effect.scoped(columns)))
}
