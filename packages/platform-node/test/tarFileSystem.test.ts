/** The layer of an archive, and its errors for files that are not archives. */
import { FileSystem } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { ResolveError, Root } from "@procfsroot/platform"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { writeFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { readFileSync } from "node:fs"
import { TarFileSystem } from "../src/index.js"
import { archive } from "@procfsroot/testkit/archive"
import { atRest, codeOf, leavesNothing, settled } from "./fileSystems.js"

const boxed = () => {
  const directory = temporary()
  materialize(directory.path, [
    { path: "/box/etc/motd", type: "file" },
    { path: "/box/var/run", type: "symlink", target: "/run" },
    { path: "/box/run/id", type: "file" }
  ])
  writeFileSync(`${directory.path}/box/large`, Buffer.alloc(5_000_000, "large"))
  const tar = archive(`${directory.path}/box`, `${directory.path}/tar`, "ustar")
  return { path: directory.path, tar, [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

describe("TarFileSystem", () => {
  it.effect("reads and resolves, and leaves nothing open", () =>
    Effect.gen(function*() {
      using box = boxed()
      const program = Effect.gen(function*() {
        const fs = yield* FileSystem
        expect(yield* fs.readFileString("/var/run/id")).toBe("content of /box/run/id\n")
        expect(yield* Root.resolve("/var/run/id")).toBe("/run/id")
        expect((yield* TarFileSystem.TarFileSystem).skipped).toEqual([])
        const parts = yield* Stream.runCollect(fs.stream("/large", { offset: 4_999_000, chunkSize: 300 }))
        expect(Chunk.toReadonlyArray(parts).map(({ length }) => length)).toEqual([300, 300, 300, 100])
        expect(yield* Effect.scoped(Effect.map(fs.open("/large"), ({ fd }) => fd))).toBe(-1)
      })
      yield* leavesNothing(Effect.provide(program, TarFileSystem.layer(box.tar)))
    }))

  it.effect("refuses operations that would change something", () =>
    Effect.gen(function*() {
      using box = boxed()
      const program = Effect.gen(function*() {
        const fs = yield* FileSystem
        const fails = (call: Effect.Effect<unknown, unknown, Scope.Scope>) =>
          Effect.map(Effect.flip(Effect.scoped(call)), codeOf)
        expect(yield* fails(fs.writeFileString("/etc/motd", ""))).toBe("EROFS")
        expect(yield* fails(fs.writeFileString("/etc/new", ""))).toBe("EROFS")
        expect(yield* fails(fs.writeFileString("/nope/new", ""))).toBe("ENOENT")
        expect(yield* fails(fs.makeDirectory("/etc"))).toBe("EEXIST")
        expect(yield* fails(fs.makeDirectory("/etc/a/b", { recursive: true }))).toBe("EROFS")
        expect(yield* fails(fs.remove("/nope"))).toBe("ENOENT")
        expect(yield* fails(fs.remove("/etc", { recursive: true }))).toBe("EROFS")
        expect(yield* fails(fs.rename("/etc/motd", "/moved"))).toBe("EROFS")
        expect(yield* fails(fs.access("/etc/motd", { writable: true }))).toBe("EROFS")
        expect(yield* fails(fs.makeTempFileScoped({ directory: "/run" }))).toBe("EROFS")
        yield* fs.access("/etc/motd", { readable: true })
      })
      yield* leavesNothing(Effect.provide(program, TarFileSystem.layer(box.tar)))
    }))

  it.effect("fails with a reason if the file is not an archive", () =>
    Effect.gen(function*() {
      using box = boxed()
      writeFileSync(`${box.path}/tar.gz`, gzipSync(readFileSync(box.tar)))
      writeFileSync(`${box.path}/cut`, readFileSync(box.tar).subarray(0, 100_000))
      const whyNot = (name: string) =>
        Effect.scoped(Effect.flip(Layer.build(TarFileSystem.layer(`${box.path}/${name}`))))
      const compressed = yield* whyNot("tar.gz")
      expect(compressed).toBeInstanceOf(ResolveError.RootUnavailable)
      expect(compressed.message).toBe(
        `The root "${box.path}/tar.gz" cannot be used: it is compressed with gzip; decompress it first, since its files are read at `
          + "their offsets (EINVAL)."
      )
      expect((yield* whyNot("cut")).message).toMatch(/it is truncated \(EINVAL\)\.$/)
      expect((yield* whyNot("box")).code).toBe("EISDIR")
      expect(yield* whyNot("nope")).toMatchObject({ code: "ENOENT", message: expect.stringContaining("nope") })
    }))

  it.effect("is closed with its scope", () =>
    Effect.gen(function*() {
      using box = boxed()
      const before = yield* Effect.promise(atRest)
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(TarFileSystem.layer(box.tar), scope)
      const [fs, root] = yield* Effect.provide(Effect.all([FileSystem, Root.Root]), context)
      yield* Scope.close(scope, Exit.void)
      expect(yield* settled(before)).toBe(before)
      const error = yield* Effect.flip(fs.readFile("/etc/motd"))
      expect([codeOf(error), (error.cause as { readonly _tag: string })._tag]).toEqual(["EBADF", "RootClosed"])
      expect((yield* Effect.flip(root.resolve("/etc")))._tag).toBe("RootClosed")
    }))

  it.live("leaves nothing open if opening it is interrupted", () =>
    Effect.gen(function*() {
      using box = boxed()
      const before = yield* Effect.promise(atRest)
      for (let i = 0; i < 40; i++) {
        const fiber = yield* Effect.fork(Effect.scoped(Layer.build(TarFileSystem.layer(box.tar))))
        for (let turn = 0; turn < i % 8; turn++) yield* Effect.yieldNow()
        if (i % 2 === 0) yield* Effect.sleep(0)
        yield* Fiber.interrupt(fiber)
      }
      expect(yield* settled(before)).toBe(before)
    }))
})
