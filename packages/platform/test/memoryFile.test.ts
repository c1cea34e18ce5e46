/** Open files, clocks, temporary files and permissions of the file system in memory. */
import { FileSystem, type OpenFlag } from "@effect/platform/FileSystem"
import { describe, expect, it } from "@effect/vitest"
import { MemoryFileSystem } from "@procfsroot/platform"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"

const { directory, fifo, file, layer, link, socket } = MemoryFileSystem

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = Option.map((read: Uint8Array) => new TextDecoder().decode(read))

const codeOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    const cause = isRecord(error) && isRecord(error["cause"]) ? error["cause"] : {}
    return cause["code"]
  })

describe("an open file", () => {
  it.scoped("stays usable after its name was removed and another file has taken its place", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const opened = yield* fs.open("/a", { flag: "r+" })
      yield* fs.rename("/a", "/b")
      yield* fs.writeFileString("/a", "another")
      yield* fs.remove("/b")
      expect(text(yield* opened.readAlloc(3))).toEqual(Option.some("old"))
      yield* opened.writeAll(bytes("!"))
      yield* opened.seek(0, "start")
      expect(text(yield* opened.readAlloc(10))).toEqual(Option.some("old!"))
      expect((yield* opened.stat).nlink).toEqual(Option.some(0))
      expect(yield* fs.readFileString("/a")).toBe("another")
    }).pipe(Effect.provide(layer({ "/a": "old" }))))

  it.scoped("reads and writes at its position, and fills gaps with zeros", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const opened = yield* fs.open("/f", { flag: "w+" })
      yield* opened.writeAll(bytes("abc"))
      yield* opened.seek(2, "current")
      yield* opened.write(bytes("d"))
      yield* opened.seek(1n, "start")
      const buffer = new Uint8Array(10)
      expect(yield* opened.read(buffer)).toBe(5n)
      expect(buffer).toEqual(new Uint8Array([98, 99, 0, 0, 100, 0, 0, 0, 0, 0]))
      expect(yield* opened.readAlloc(1)).toEqual(Option.none())
      yield* opened.truncate(2)
      yield* opened.truncate(4)
      yield* opened.sync
      expect(yield* fs.readFile("/f")).toEqual(new Uint8Array([97, 98, 0, 0]))
    }).pipe(Effect.provide(layer({}))))

  it.scoped("appends at the end, even if others write", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const opened = yield* fs.open("/f", { flag: "a+" })
      yield* fs.writeFileString("/f", "two", { flag: "a" })
      yield* opened.writeAll(bytes("three"))
      expect(text(yield* opened.readAlloc(3))).toEqual(Option.some("one"))
      yield* opened.writeAll(bytes("four"))
      expect(yield* fs.readFileString("/f")).toBe("onetwothreefour")
    }).pipe(Effect.provide(layer({ "/f": "one" }))))

  it.scoped("allows only what its flag says", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const tried = (flag: OpenFlag) =>
        Effect.flatMap(fs.open(`/${flag}`, { flag }), (opened) =>
          Effect.forEach(
            [opened.readAlloc(1), opened.write(bytes("x")), opened.truncate()],
            (use) => Effect.orElseSucceed(codeOf(use), () => "ok")
          ))
      expect(yield* tried("r")).toEqual(["ok", "EBADF", "EINVAL"])
      expect(yield* tried("w")).toEqual(["EBADF", "ok", "ok"])
      expect(yield* tried("a")).toEqual(["EBADF", "ok", "ok"])
      expect(yield* tried("wx+")).toEqual(["ok", "ok", "ok"])
      expect(yield* codeOf(tried("wx"))).toBe("EEXIST")
    }).pipe(Effect.provide(layer({ "/r": "", "/wx": "" }))))

  it.scoped("returns the new position from seek", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const opened = yield* fs.open("/f")
      expect(yield* opened.seek(3, "start")).toBe(3n)
      expect(yield* opened.seek(-1n, "current")).toBe(2n)
      yield* opened.readAlloc(2)
      expect(yield* opened.seek(0, "current")).toBe(4n)
    }).pipe(Effect.provide(layer({ "/f": "content" }))))

  // If the position is not a number, Node reads and writes at the kernel's position, or the effect dies.
  it.scoped("refuses numbers that are not a position, a size or a mode", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const opened = yield* fs.open("/f", { flag: "r+" })
      const refused = { _tag: "BadArgument", cause: { code: "ERR_OUT_OF_RANGE" } }
      for (const nowhere of [-1, 1.5, Number.NaN, Infinity, 2 ** 53, -(2n ** 70n)]) {
        yield* opened.seek(nowhere, "start")
        yield* opened.seek(2, "current").pipe(Effect.when(() => nowhere !== -1))
        expect(yield* Effect.flip(opened.read(new Uint8Array(1)))).toMatchObject({ ...refused, method: "read" })
        expect(yield* Effect.flip(opened.write(bytes("x")))).toMatchObject({ ...refused, method: "write" })
        expect(yield* Effect.flip(opened.writeAll(bytes("x")))).toMatchObject({ ...refused, method: "writeAll" })
      }
      expect(yield* opened.seek(0, "start")).toBe(0n)
      for (const size of [-1, 1.5, Number.NaN, Infinity, 2 ** 53, -1n]) {
        expect(yield* Effect.flip(opened.readAlloc(size))).toMatchObject({ ...refused, method: "readAlloc" })
      }
      for (const length of [1.5, Number.NaN, Infinity, 2 ** 53, 2n ** 70n]) {
        expect(yield* Effect.flip(opened.truncate(length))).toMatchObject({ ...refused, method: "truncate" })
      }
      for (const mode of [2 ** 31, 2 ** 32 - 1]) {
        expect(yield* Effect.flip(fs.chmod("/f", mode))).toMatchObject({ ...refused, method: "chmod" })
        expect(yield* Effect.flip(fs.makeDirectory("/d", { mode }))).toMatchObject({
          ...refused,
          method: "makeDirectory"
        })
      }
      expect(text(yield* opened.readAlloc(10))).toEqual(Option.some("content"))
    }).pipe(Effect.provide(layer({ "/f": "content" }))))

  it.effect("is closed with its scope, and the next file gets its descriptor", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const scope = yield* Scope.make()
      const first = yield* Scope.extend(fs.open("/f"), scope)
      const second = yield* Scope.extend(fs.open("/f"), scope)
      expect([first.fd, second.fd]).toEqual([3, 4])
      yield* Scope.close(scope, Exit.void)
      expect(yield* codeOf(first.readAlloc(1))).toBe("EBADF")
      expect(yield* Effect.scoped(Effect.map(fs.open("/f"), ({ fd }) => fd))).toBe(3)
    }).pipe(Effect.provide(layer({ "/f": "" }))))

  it.effect("can be streamed, and written by a sink", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* Stream.run(Stream.make(bytes("one "), bytes("two")), fs.sink("/f"))
      const read = fs.stream("/f", { offset: 2, chunkSize: 2, bytesToRead: 4 })
      expect(yield* Stream.runCollect(Stream.decodeText(read)).pipe(Effect.map((all) => [...all]))).toEqual([
        "e ",
        "tw"
      ])
      for (const bytesToRead of [2n ** 53n, 2n ** 63n - 1n, 2n ** 2_000n]) {
        expect(yield* Stream.mkString(Stream.decodeText(fs.stream("/f", { bytesToRead })))).toBe("one two")
      }
    }).pipe(Effect.provide(layer({}))))

  it.effect("of a fifo discards what is written, and reading from it waits", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.writeFileString("/fifo", "gone")
      const reading = yield* Effect.fork(fs.readFile("/fifo").pipe(Effect.timeoutOption("1 hour")))
      yield* TestClock.adjust("1 hour")
      expect(yield* Fiber.join(reading)).toEqual(Option.none())
      expect(yield* codeOf(fs.readFile("/socket"))).toBe("ENXIO")
    }).pipe(Effect.provide(layer({ "/fifo": fifo(), "/socket": socket() }))))
})

describe("the clock", () => {
  it.effect("sets the times of files that are created and changed", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const times = (path: string) =>
        Effect.map(fs.stat(path), ({ birthtime, mtime }) => [birthtime, mtime].map(Option.map(Number)))
      yield* TestClock.adjust("1 second")
      yield* fs.writeFileString("/d/f", "")
      yield* TestClock.adjust("1 second")
      yield* fs.writeFileString("/d/f", "x")
      expect(yield* times("/d/f")).toEqual([Option.some(1000), Option.some(2000)])
      expect(yield* times("/d")).toEqual([Option.some(0), Option.some(1000)])
      yield* fs.utimes("/d/f", 5, new Date(7))
      expect((yield* fs.stat("/d/f")).atime).toEqual(Option.some(new Date(5000)))
      expect(yield* times("/d/f")).toEqual([Option.some(1000), Option.some(7)])
      yield* fs.copy("/d", "/e", { preserveTimestamps: true })
      expect(yield* times("/e/f")).toEqual([Option.some(2000), Option.some(7)])
    }).pipe(Effect.provide(layer({ "/d": directory() }))))
})

describe("temporary files", () => {
  it.effect("have the same names every time, and are removed with their scope", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const made = yield* Effect.scoped(Effect.gen(function*() {
        const paths = [
          yield* fs.makeTempDirectoryScoped({ prefix: "job-" }),
          yield* fs.makeTempFileScoped({ suffix: ".txt" })
        ]
        for (const path of paths) expect(yield* fs.exists(path)).toBe(true)
        return paths
      }))
      expect(made).toEqual(["/tmp/job-000000", "/tmp/000001/000000000002.txt"])
      expect(yield* fs.readDirectory("/tmp")).toEqual([])
      expect(yield* codeOf(fs.makeTempFile({ directory: "/none" }))).toBe("ENOENT")
    }).pipe(Effect.provide(layer({ "/tmp": directory({ mode: 0o1777 }) }))))
})

describe("permissions", () => {
  const user = { uid: 1, gid: 10, groups: [20] }

  it.effect("are those of the owner, the group or others, never a combination", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      expect(yield* codeOf(fs.readFile("/own"))).toBe("EACCES")
      expect(yield* codeOf(fs.readFile("/group"))).toBe("EACCES")
      expect(yield* fs.readFileString("/other")).toBe("x")
      expect(yield* fs.readFileString("/further")).toBe("x")
      expect(yield* codeOf(fs.access("/other", { writable: true }))).toBe("EACCES")
      expect(yield* codeOf(fs.stat("/locked/x"))).toBe("EACCES")
      expect(yield* codeOf(fs.chmod("/other", 0o777))).toBe("EPERM")
    }).pipe(Effect.provide(layer({
      "/own": file("x", { mode: 0o077, uid: 1 }),
      "/group": file("x", { mode: 0o707, gid: 10 }),
      "/further": file("x", { mode: 0o040, gid: 20 }),
      "/other": file("x", { mode: 0o004 }),
      "/locked": directory({ mode: 0o644 })
    }, { user }))))

  it.effect("do not let users remove files of other users from a sticky directory", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      expect(yield* codeOf(fs.remove("/tmp/theirs"))).toBe("EPERM")
      expect(yield* codeOf(fs.rename("/tmp/theirs", "/tmp/mine"))).toBe("EPERM")
      yield* fs.remove("/tmp/mine")
      yield* fs.writeFileString("/tmp/new", "")
      const { gid, uid } = yield* fs.stat("/tmp/new")
      expect([uid, gid]).toEqual([Option.some(1), Option.some(10)])
    }).pipe(Effect.provide(layer({
      "/tmp": directory({ mode: 0o1777 }),
      "/tmp/theirs": file("", { uid: 2, mode: 0o666 }),
      "/tmp/mine": file("", { uid: 1 })
    }, { user }))))

  it.effect("apply to modes of copies, moved directories and hard links", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const before = yield* MemoryFileSystem.snapshot
      // The copy also gets the mode, which only the owner can set.
      expect(yield* codeOf(fs.copyFile("/open/mine", "/open/theirs"))).toBe("EPERM")
      // Moving a directory changes its `..`, which requires write permission for it.
      expect(yield* codeOf(fs.rename("/open/dir", "/open/below/dir"))).toBe("EACCES")
      expect(yield* codeOf(fs.link("/open/secret", "/open/new"))).toBe("EPERM")
      expect(yield* MemoryFileSystem.snapshot).toEqual(before)
      yield* fs.rename("/open/dir", "/open/renamed")
    }).pipe(Effect.provide(layer({
      "/open": directory({ mode: 0o777 }),
      "/open/below": directory({ mode: 0o777 }),
      "/open/dir": directory(),
      "/open/mine": file("mine", { uid: 1 }),
      "/open/theirs": file("theirs", { uid: 2, mode: 0o666 }),
      "/open/secret": file("theirs", { uid: 2, mode: 0o644 })
    }, { user }))))

  it.effect("of a set-group-id directory: new entries get its group, and only new directories its bit", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.makeDirectory("/shared/d")
      yield* fs.writeFileString("/shared/f", "")
      const made = yield* MemoryFileSystem.snapshot
      expect(made["/shared/d"]).toMatchObject({ mode: 0o2755, uid: 1, gid: 99 })
      expect(made["/shared/f"]).toMatchObject({ mode: 0o644, uid: 1, gid: 99 })
    }).pipe(Effect.provide(layer({ "/shared": directory({ mode: 0o2777, gid: 99 }) }, { user }))))

  it.effect("lose the set-id bits when an ordinary user writes to the file", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.writeFileString("/tool", "changed")
      expect((yield* MemoryFileSystem.snapshot)["/tool"]).toMatchObject({ mode: 0o777 })
    }).pipe(Effect.provide(layer({ "/tool": file("", { mode: 0o6777 }) }, { user }))))

  it.effect("do not restrict the superuser", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      yield* fs.writeFileString("/locked/f", "x")
      expect(yield* fs.readFileString("/locked/f")).toBe("x")
      yield* fs.access("/locked/f", { readable: true, writable: true })
    }).pipe(Effect.provide(layer({ "/locked/f": file("", { mode: 0 }), "/locked": directory({ mode: 0 }) }))))
})

describe("errors", () => {
  it.effect("are those of Node, with code, errno, syscall and the paths as passed", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const error = yield* Effect.flip(fs.rename("/l/../none", "/new"))
      expect(error).toMatchObject({
        _tag: "SystemError",
        reason: "NotFound",
        module: "FileSystem",
        method: "rename",
        pathOrDescriptor: "/l/../none",
        syscall: "rename",
        description: "ENOENT: no such file or directory, rename '/l/../none' -> '/new'"
      })
      expect(error.cause).toBeInstanceOf(Error)
      expect(error.cause).toMatchObject({
        code: "ENOENT",
        errno: -2,
        syscall: "rename",
        path: "/l/../none",
        dest: "/new"
      })
      expect(yield* Effect.flip(fs.readFile("/\0"))).toMatchObject({ _tag: "BadArgument", method: "readFile" })
      expect(yield* Effect.flip(fs.chmod("/l", 1.5))).toMatchObject({ _tag: "BadArgument", method: "chmod" })
      expect(yield* codeOf(fs.truncate("/f", 0.5))).toBe("ERR_OUT_OF_RANGE")
      expect(yield* codeOf(fs.truncate("/f", Number.MAX_SAFE_INTEGER))).toBe("EFBIG")
    }).pipe(Effect.provide(layer({ "/l": link("d"), "/d": directory(), "/f": "" }))))
})

describe("a name that cannot be encoded as bytes", () => {
  it.effect.each([
    "/\ud800",
    "/\udcc3\udca9"
  ])(
    "fails with EILSEQ, which is checked after NUL and before the length: %j",
    (unspeakable) =>
      Effect.gen(function*() {
        const fs = yield* FileSystem
        const long = `${unspeakable}${"/x".repeat(2048)}`
        const operations = [unspeakable, `/none${unspeakable}`, long].flatMap((path) => [
          fs.access(path),
          fs.chmod(path, 0o700),
          fs.copy(path, "/new"),
          fs.copyFile("/f", path),
          fs.link("/f", path),
          fs.makeDirectory(path),
          fs.makeDirectory(path, { recursive: true }),
          fs.makeTempDirectory({ directory: path }),
          fs.readDirectory(path),
          fs.readFile(path),
          fs.readLink(path),
          fs.realPath(path),
          fs.remove(path, { force: true }),
          fs.rename(path, "/new"),
          fs.rename("/f", path),
          fs.stat(path),
          fs.symlink(path, "/new"),
          fs.symlink("/f", path),
          fs.truncate(path),
          fs.utimes(path, 1, 1),
          fs.writeFileString(path, "")
        ])
        for (const operation of operations) expect(yield* codeOf<unknown, unknown, never>(operation)).toBe("EILSEQ")
        expect(yield* codeOf(fs.rename(unspeakable, "/\0"))).toBe("ERR_INVALID_ARG_VALUE")
        expect(yield* fs.readDirectory("/")).toEqual(["f"])
      }).pipe(Effect.provide(layer({ "/f": "" })))
  )
})

describe("removing a tree with entries that cannot be removed", () => {
  it.effect("removes everything else, and reports the first failure", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const error = yield* Effect.flip(fs.remove("/t", { recursive: true }))
      expect(error).toMatchObject({ cause: { code: "EACCES", syscall: "unlink", path: "/t/a/f" } })
      expect(yield* fs.readDirectory("/t", { recursive: true })).toEqual(["a", "a/f", "c", "c/f"])
    }).pipe(Effect.provide(layer({
      "/": directory({ uid: 1 }),
      "/t": directory({ uid: 1 }),
      "/t/a/f": "of another's directory",
      "/t/b": file("one's own", { uid: 1 }),
      "/t/c/f": "of another's directory",
      "/t/d": file("one's own", { uid: 1 })
    }, { user: { uid: 1, gid: 1 } }))))
})

describe("a deep tree", () => {
  const deep = (depth: number) => layer({ [`/t${"/d".repeat(depth)}`]: directory(), "/t/f": "" })

  it.effect("is listed, copied and removed down to the maximum length of a path", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      expect((yield* fs.readDirectory("/t", { recursive: true })).length).toBe(2041)
      yield* fs.copy("/t", "/u")
      yield* fs.remove("/t", { recursive: true })
      yield* fs.remove("/u", { recursive: true })
      expect(yield* fs.readDirectory("/")).toEqual([])
    }).pipe(Effect.provide(deep(2040))))

  it.effect("can be listed and removed even if it is deeper than a path can be long", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      expect(yield* codeOf(fs.stat(`/t${"/d".repeat(2_050)}`))).toBe("ENAMETOOLONG")
      expect((yield* fs.readDirectory("/t", { recursive: true })).length).toBe(20_001)
      yield* fs.remove("/t", { recursive: true })
      expect(yield* fs.readDirectory("/")).toEqual([])
    }).pipe(Effect.provide(deep(20_000))))
})

describe("time", () => {
  it.effect("passes only on Effect's clock", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem
      const [taken] = yield* Effect.timed(fs.copy("/a", "/b"))
      expect(Duration.toMillis(taken)).toBe(0)
    }).pipe(Effect.provide(layer({ "/a/b/c": "x" }))))
})
