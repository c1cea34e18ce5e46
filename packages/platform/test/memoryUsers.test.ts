/** Several users of one tree, and mounts in it, as services. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem, Root, RootDirectory } from "@procfsroot/platform"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

const { asUser, directory, file, layer, mount } = MemoryFileSystem

const alice = asUser({ uid: 1000, gid: 1000, groups: [100], umask: 0o027 })
const bob = asUser({ uid: 1001, gid: 1001 })

const tree = layer({
  "/tmp": directory({ mode: 0o1777 }),
  "/project": directory({ mode: 0o2770, gid: 100 }),
  "/project/secret": file("text", { mode: 0o600 }),
  "/cache": mount({ mode: 0o777 })
})

const code = (error: unknown) => ({ cause: { code: error } })

describe("users of one tree", () => {
  it.effect("see what the others do, as far as permissions allow", () =>
    Effect.gen(function*() {
      const [hers, his] = [yield* Effect.provide(FileSystem, alice), yield* Effect.provide(FileSystem, bob)]
      yield* hers.writeFileString("/tmp/hers", "text")
      yield* hers.writeFileString("/project/ours", "text")
      expect(yield* Effect.flip(his.readFileString("/tmp/hers"))).toMatchObject(code("EACCES"))
      expect(yield* Effect.flip(his.remove("/tmp/hers"))).toMatchObject(code("EPERM"))
      expect(yield* Effect.flip(his.readDirectory("/project"))).toMatchObject(code("EACCES"))
      expect(yield* hers.readDirectory("/project")).toEqual(["ours", "secret"])
      const snapshot = yield* MemoryFileSystem.snapshot
      expect(snapshot["/tmp/hers"]).toEqual(file("text", { mode: 0o640, uid: 1000, gid: 1000 }))
      expect(snapshot["/project/ours"]).toEqual(file("text", { mode: 0o640, uid: 1000, gid: 100 }))
    }).pipe(Effect.provide(tree)))

  it.effect("resolve paths by their own permissions", () =>
    Effect.gen(function*() {
      expect(yield* Root.resolve("/project/secret")).toBe("/project/secret")
      expect(yield* Root.resolve("/project/secret").pipe(Effect.provide(alice))).toBe("/project/secret")
      const refused = Root.resolve("/project/secret").pipe(Effect.provide(bob), Effect.flip)
      expect(yield* refused).toMatchObject({ _tag: "AccessDenied" })
    }).pipe(Effect.provide(tree)))

  it.effect("share the journal of operations and the faults", () =>
    Effect.gen(function*() {
      const [own, his] = [yield* FileSystem, yield* Effect.provide(FileSystem, bob)]
      yield* MemoryFileSystem.inject([{ method: "readFile", path: "/project/secret", code: "EIO" }, {
        method: "makeDirectory",
        nth: 2,
        code: "ENOSPC"
      }])
      expect(yield* Effect.flip(own.readFile("/project/secret"))).toMatchObject(code("EIO"))
      yield* his.makeDirectory("/tmp/a")
      expect(yield* Effect.flip(own.makeDirectory("/tmp/b"))).toMatchObject(code("ENOSPC"))
      expect((yield* MemoryFileSystem.operations).map(({ method }) => method)).toEqual(
        ["readFile", "makeDirectory", "makeDirectory"]
      )
    }).pipe(Effect.provide(tree)))
})

describe("a mount", () => {
  it.effect("is another device, and can be forbidden", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.writeFileString("/tmp/f", "text")
      expect(yield* Effect.flip(fs.rename("/tmp/f", "/cache/f"))).toMatchObject(code("EXDEV"))
      const refused = yield* Root.resolve("/cache", { mounts: "forbid" }).pipe(Effect.flip)
      expect(refused).toMatchObject({ _tag: "CrossesMount", at: "/cache" })
    }).pipe(Effect.provide(tree)))
})

describe("a read-only tree", () => {
  const frozen = layer({ "/home/f": file("text", { mode: 0o666 }) }, { readOnly: true })

  it.scoped("can be read, but not changed: by no user, and in no root inside it", () =>
    Effect.gen(function*() {
      const inside = yield* RootDirectory.subRoot("/home", { readOnly: false })
      const views = [
        [yield* FileSystem, "/home/f"],
        [yield* Effect.provide(FileSystem, alice), "/home/f"],
        [Context.get(inside, FileSystem), "/f"]
      ] as const
      for (const [fs, path] of views) {
        expect(yield* fs.readFileString(path)).toBe("text")
        expect(yield* Effect.flip(fs.writeFileString(path, ""))).toMatchObject(code("EROFS"))
      }
    }).pipe(Effect.provide(frozen)))
})
