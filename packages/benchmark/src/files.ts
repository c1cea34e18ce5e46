/** What opening and reading a small file inside a root costs, beside the plain file system. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeRootFileSystem from "@procfsroot/platform-node/NodeRootFileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Contestant, Run } from "./contestants.js"

export const names = {
  plain: "NodeFileSystem",
  kernel: "NodeRootFileSystem",
  walk: "NodeRootFileSystem, without koffi"
} as const

const readEach = (fs: FileSystem.FileSystem, pathOf: (path: string) => string): Run => (paths) =>
  Effect.runPromise(Effect.gen(function*() {
    const contents: Array<string> = []
    for (const path of paths) contents.push(yield* fs.readFileString(pathOf(path)))
    return () => contents
  }))

export const make = (root: string): Effect.Effect<ReadonlyArray<Contestant>, unknown, Scope.Scope> =>
  Effect.gen(function*() {
    const plain = yield* Layer.build(NodeFileSystem.layer)
    const kernel = yield* Layer.build(NodeRootFileSystem.layer(root))
    const walk = yield* Layer.build(NodeRootFileSystem.layer(root, { strategy: "walk" }))
    const inRoot = (name: string, context: Context.Context<FileSystem.FileSystem>): Contestant => ({
      name,
      run: readEach(Context.get(context, FileSystem.FileSystem), (path) => path)
    })
    return [
      { name: names.plain, run: readEach(Context.get(plain, FileSystem.FileSystem), (path) => root + path) },
      inRoot(names.kernel, kernel),
      inRoot(names.walk, walk)
    ]
  })
