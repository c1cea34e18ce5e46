/** `resolveError` and `errno` of a `PlatformError`, at run time and in types. */
import { Error as PlatformErrors, FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { FileSystemError, MemoryFileSystem, ResolveError, Root, RootFileSystem } from "@procfsroot/platform"
import type { PlainFailure } from "@procfsroot/testkit/edition"
import { failures } from "@procfsroot/testkit/failures"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { mkdirSync, symlinkSync } from "node:fs"
import { expectTypeOf } from "vitest"
import { edition } from "./edition.js"

failures("RootFileSystem", edition.rootFileSystem)

const tree = { "/dir": MemoryFileSystem.directory(), "/file": "", "/loop": MemoryFileSystem.link("loop") }

/** The errors of methods are `PlatformError`s. */
const resolveErrorOf = ({ original }: PlainFailure) =>
  Option.getOrUndefined(FileSystemError.resolveError(original as PlatformErrors.PlatformError))

failures("MemoryFileSystem", () => edition.memory(tree), resolveErrorOf)

type Attempt = (fs: FileSystem.FileSystem) => Effect.Effect<unknown, PlatformErrors.PlatformError>

const failing = (attempt: Attempt) => Effect.flip(Effect.flatMap(FileSystem.FileSystem, attempt))

/** Runs a program in a root on the disk, over Node's file system. */
const onDisk = <A, E>(program: Effect.Effect<A, E, FileSystem.FileSystem>) =>
  Effect.suspend(() => {
    const directory = temporary()
    mkdirSync(`${directory.path}/dir`)
    symlinkSync("b", `${directory.path}/a`)
    symlinkSync("/a", `${directory.path}/b`)
    const layer = RootFileSystem.layer.pipe(
      Layer.provide(Root.layer(directory.path)),
      Layer.provide(NodeFileSystem.layer)
    )
    return Effect.ensuring(Effect.provide(program, layer), Effect.sync(() => directory[Symbol.dispose]()))
  })

describe("resolveError", () => {
  it.effect("returns the error of a path that does not resolve, with paths inside the root", () =>
    Effect.gen(function*() {
      const error = yield* onDisk(failing((fs) => fs.readFile("/a")))
      const reason = Option.getOrThrow(FileSystemError.resolveError(error))
      expect(reason).toMatchObject({ _tag: "SymlinkLoop", root: "/", cycle: ["/a", "/b"] })
      expectTypeOf(reason).toEqualTypeOf<ResolveError.ResolveError>()
      if (reason._tag === "SymlinkLoop") expectTypeOf(reason.cycle).toExtend<ReadonlyArray<string>>()
    }))

  it.effect("also returns the error of an invalid path", () =>
    Effect.gen(function*() {
      const error = yield* onDisk(failing((fs) => fs.readFile("/\0")))
      expect(error._tag).toBe("BadArgument")
      expect(Option.map(FileSystemError.resolveError(error), ({ _tag }) => _tag)).toEqual(Option.some("InvalidPath"))
    }))

  it.effect("returns none if the path was resolved and the call failed", () =>
    Effect.gen(function*() {
      const error = yield* onDisk(failing((fs) => fs.readFile("/dir")))
      expect(FileSystemError.resolveError(error)).toEqual(Option.none())
    }))

  it("recognises an error by its class, not by its fields", () => {
    const lookalike = class extends Data.TaggedError("PathNotFound")<ResolveError.Details> {
      readonly code = "ENOENT"
    }
    const details = { root: "/", path: "/x", at: "/x" as ResolveError.Details["at"] } // a resolved path, for a test
    const withCause = (cause: unknown) =>
      new PlatformErrors.BadArgument({ module: "FileSystem", method: "stat", cause })
    expect(FileSystemError.resolveError(withCause(new lookalike(details)))).toEqual(Option.none())
    expect(Option.isSome(FileSystemError.resolveError(withCause(new ResolveError.PathNotFound(details))))).toBe(true)
    expect(ResolveError.isResolveError(new ResolveError.RootUnavailable({ root: "/", code: "ENOENT" }))).toBe(false)
  })
})

describe("errno", () => {
  const errnos: ReadonlyArray<readonly [string, Attempt, string]> = [
    ["a path that does not resolve", (fs) => fs.stat("/missing/x"), "ENOENT"],
    ["an invalid path", (fs) => fs.stat("/\0"), "EINVAL"],
    ["a call that failed", (fs) => fs.readFile("/dir"), "EISDIR"],
    ["a code of Node's own", (fs) => fs.remove("/dir"), "EISDIR"],
    ["another code of Node's own", (fs) => fs.copy("/dir", "/dir"), "EINVAL"]
  ]
  for (const [what, attempt, errno] of errnos) {
    it.effect(`of ${what}`, () =>
      Effect.gen(function*() {
        expect(FileSystemError.errno(yield* onDisk(failing(attempt)))).toEqual(Option.some(errno))
      }))
  }

  it.effect("of other file systems: Node's and the one in memory", () =>
    Effect.gen(function*() {
      const attempt = failing((fs) => fs.readFile("/no/such/directory"))
      for (const layer of [NodeFileSystem.layer, MemoryFileSystem.layer({})]) {
        expect(FileSystemError.errno(yield* Effect.provide(attempt, layer))).toEqual(Option.some("ENOENT"))
      }
      const invalid = yield* Effect.provide(failing((fs) => fs.stat("/\0")), MemoryFileSystem.layer({}))
      expect(FileSystemError.errno(invalid)).toEqual(Option.some("EINVAL"))
    }))

  it.effect("is none for an argument that Node refuses, and for an error without a cause", () =>
    Effect.gen(function*() {
      const refused = yield* Effect.provide(failing((fs) => fs.chmod("/", -1)), NodeFileSystem.layer)
      const bare = yield* Effect.provide(failing((fs) => fs.stat("/x")), FileSystem.layerNoop({}))
      expect([refused, bare].map(FileSystemError.errno)).toEqual([Option.none(), Option.none()])
    }))
})

describe("the syscall of a path that does not resolve is the same as in Node's error", () => {
  const attempts: ReadonlyArray<Attempt> = [
    (fs) => fs.access("/missing"),
    (fs) => fs.chmod("/missing", 0o600),
    (fs) => fs.chown("/missing", 0, 0),
    (fs) => fs.copy("/missing", "/new"),
    (fs) => fs.copyFile("/missing", "/new"),
    (fs) => fs.link("/missing", "/new"),
    (fs) => fs.makeDirectory("/missing/new"),
    (fs) => fs.makeTempDirectory({ directory: "/missing" }),
    (fs) => Effect.scoped(fs.open("/missing")),
    (fs) => fs.readDirectory("/missing"),
    (fs) => fs.readFile("/missing"),
    (fs) => fs.readLink("/missing"),
    (fs) => fs.remove("/missing"),
    (fs) => fs.rename("/missing/x", "/new"),
    (fs) => fs.stat("/missing"),
    (fs) => fs.symlink("x", "/missing/new"),
    (fs) => fs.truncate("/missing"),
    (fs) => fs.utimes("/missing", 1, 1),
    (fs) => fs.writeFile("/missing/new", new Uint8Array())
  ]
  const syscall = (error: PlatformErrors.PlatformError) => "syscall" in error ? error.syscall : undefined

  it.effect("in RootFileSystem and in MemoryFileSystem", () =>
    Effect.gen(function*() {
      for (const attempt of attempts) {
        const node = syscall(yield* Effect.provide(failing(attempt), NodeFileSystem.layer))
        const root = syscall(yield* onDisk(failing(attempt)))
        const memory = syscall(yield* Effect.provide(failing(attempt), MemoryFileSystem.layer({})))
        expect({ attempt: `${attempt}`, root, memory }).toEqual({ attempt: `${attempt}`, root: node, memory: node })
      }
    }))
})
