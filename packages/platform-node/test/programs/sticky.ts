/**
 * Runs as a user who owns nothing in the tree: `node sticky.mjs <tree>` tries to remove the names in `<tree>/sticky`
 * with each file system, and prints the errno of each attempt and the names that are left.
 */
import type { PlatformError } from "@effect/platform/Error"
import { FileSystem } from "@effect/platform/FileSystem"
import { FileSystemError, MemoryFileSystem, Root, RootFileSystem } from "@procfsroot/platform"
import { NodeRootFileSystem } from "@procfsroot/platform-node"
import * as NodeFileSystem from "@procfsroot/testkit/nodeFileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

const [tree = ""] = process.argv.slice(2)

const names = ["file", "dangling", "link", "directory"]

const memory = MemoryFileSystem.layer({
  "/sticky": MemoryFileSystem.directory({ mode: 0o1777 }),
  "/sticky/file": "content",
  "/sticky/dangling": MemoryFileSystem.link("nowhere"),
  "/sticky/link": MemoryFileSystem.link("file"),
  "/sticky/directory": MemoryFileSystem.directory()
}, { user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 } })

const portable = Layer.provide(RootFileSystem.layer, Layer.provideMerge(Root.layer(tree), NodeFileSystem.layer))

const codeOf = (attempt: Effect.Effect<void, PlatformError>) =>
  Effect.match(attempt, {
    onFailure: (error) => Option.getOrElse(FileSystemError.errno(error), () => "no errno"),
    onSuccess: () => "done"
  })

const attempts = Effect.gen(function*() {
  const fs = yield* FileSystem
  const answers = yield* Effect.forEach(names, (name) =>
    Effect.map(
      Effect.forEach([
        fs.remove(`/sticky/${name}`),
        fs.remove(`/sticky/${name}`, { force: true }),
        fs.remove(`/sticky/${name}`, { recursive: true }),
        fs.remove(`/sticky/${name}`, { recursive: true, force: true }),
        fs.rename(`/sticky/${name}`, "/sticky/other")
      ], codeOf),
      (codes) => [name, codes] as const
    ))
  return { ...Object.fromEntries(answers), left: (yield* fs.readDirectory("/sticky")).toSorted() }
})

const program = Effect.all({
  NodeRootFileSystem: Effect.provide(attempts, NodeRootFileSystem.layer(tree)),
  MemoryFileSystem: Effect.provide(attempts, memory),
  RootFileSystem: Effect.provide(attempts, portable)
})

process.stdout.write(JSON.stringify(await Effect.runPromise(program)))
