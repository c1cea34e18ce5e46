/** The operations of `editions.ts` with Effect 4. */
import * as FileSystem from "effect4/FileSystem"
import { NodeRoot, NodeRootFileSystem } from "@procfsroot/effect4/node"
import * as MemoryFileSystem from "@procfsroot/effect4/MemoryFileSystem"
import type { Root } from "@procfsroot/effect4/Root"
import * as Context from "effect4/Context"
import * as Effect from "effect4/Effect"
import * as Result from "effect4/Result"
import * as Layer from "effect4/Layer"
import * as Option from "effect4/Option"
import * as Scope from "effect4/Scope"
import { batchesOf, content, files, type Operation, type Run, SIZE, WRITTEN } from "./editions.js"

const each = <A>(use: (path: string) => Effect.Effect<A, unknown>, read: (last: A) => unknown): Run => (paths) =>
  Effect.runPromise(Effect.gen(function*() {
    let last = ""
    for (const path of paths) last = String(read(yield* use(path)))
    return last
  }))

const openAndRead = (fs: FileSystem.FileSystem) => (path: string) =>
  Effect.scoped(Effect.flatMap(fs.open(path), (file) => file.readAlloc(SIZE)))

const resolveAll = (root: Root["Service"]): Run => (paths) =>
  Effect.runPromise(Effect.gen(function*() {
    let last: ReadonlyArray<unknown> = []
    for (const batch of batchesOf(paths)) last = Array.from(yield* root.resolveAll(batch), Result.getOrThrow)
    return String(last.at(-1))
  }))

const make = (root: string): Effect.Effect<Readonly<Record<Operation, Run>>, unknown, Scope.Scope> =>
  Effect.gen(function*() {
    const fs = Context.get(yield* Layer.build(NodeRootFileSystem.layer(root)), FileSystem.FileSystem)
    const tree = Object.fromEntries(files.map((file) => [file, content]))
    const memory = Context.get(yield* Layer.build(MemoryFileSystem.layer(tree)), FileSystem.FileSystem)
    const kernel = yield* NodeRoot.make(root)
    const walk = yield* NodeRoot.make(root, { strategy: "walk" })
    const bytes = new TextEncoder().encode(content)
    const lengthOf = ({ length }: Uint8Array) => length
    return {
      "stat": each(fs.stat, ({ size }) => size),
      "open and read": each(openAndRead(fs), Option.match({ onNone: () => 0, onSome: lengthOf })),
      "readFile": each(fs.readFile, lengthOf),
      "writeFile": each((path) => fs.writeFile(WRITTEN + path.slice(path.lastIndexOf("/")), bytes), String),
      "stat in memory": each(memory.stat, ({ size }) => size),
      "readFile in memory": each(memory.readFile, lengthOf),
      "resolve, kernel": each(kernel.resolve, String),
      "resolve, walk": each(walk.resolve, String),
      "resolveAll of 1000": resolveAll(kernel)
    }
  })

/** Opens everything for the operations. It stays open until the process ends. */
export const open = (root: string) =>
  Effect.runPromise(Effect.flatMap(Scope.make(), (scope) => Scope.provide(make(root), scope)))
