/** Reads trees from directories and archives, and writes them to directories. */
import { MemoryFileSystem, TreeDiff } from "@procfsroot/effect4"
import { NodeTree } from "@procfsroot/effect4/node"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Effect from "effect/Effect"
import { FileSystem } from "effect/FileSystem"
import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"

const { file, link } = MemoryFileSystem
const ignore = ["mode", "uid", "gid", "mtime"] as const
const tree = { "/etc/motd": file("hello\n", { mtime: new Date(5_000) }), "/l": link("etc") }

describe("NodeTree", () => {
  it("writes a tree, and reads it back from the directory and from an archive", () =>
    Effect.runPromise(Effect.gen(function*() {
      using box = temporary()
      using other = temporary()
      yield* NodeTree.toDirectory(tree, box.path)
      execFileSync("tar", ["-cf", `${other.path}/tar`, "-C", box.path, "."])
      for (const found of [yield* NodeTree.fromDirectory(box.path), yield* NodeTree.fromTar(`${other.path}/tar`)]) {
        expect(TreeDiff.print(TreeDiff.diff(tree, found, { ignore }))).toBe("")
      }
      const lazy = yield* NodeTree.fromDirectory(box.path, { lazy: true })
      const fs = yield* Effect.provide(FileSystem, MemoryFileSystem.layer(lazy))
      expect(yield* fs.readFileString("/l/motd")).toBe("hello\n")
    })))

  it("reports directories and archives that cannot be opened, and files that cannot be created", () =>
    Effect.runPromise(Effect.gen(function*() {
      using box = temporary()
      const missing = yield* Effect.flip(NodeTree.fromDirectory(`${box.path}/missing`))
      expect(missing).toMatchObject({ _tag: "RootUnavailable", code: "ENOENT" })
      expect(yield* Effect.flip(NodeTree.fromTar("/etc/passwd"))).toMatchObject({ _tag: "RootUnavailable" })
      yield* NodeTree.toDirectory(tree, box.path)
      const exists = yield* Effect.flip(NodeTree.toDirectory(tree, box.path))
      expect(exists).toMatchObject({
        _tag: "PlatformError",
        reason: { _tag: "AlreadyExists", pathOrDescriptor: "/etc" }
      })
    })))
})
