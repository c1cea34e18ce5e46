/** The methods of Effect 4's `FileSystem`, on every file system of this edition. */
import * as FileSystemError from "@procfsroot/effect4/FileSystemError"
import * as ByteSize from "effect/ByteSize"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { type File, FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { atRest, settled } from "@procfsroot/testkit/descriptors"
import { dirname } from "node:path/posix"
import { describe, expect, it } from "vitest"
import { fileSystems, type Tree } from "./fileSystems.js"

const text = "one two three four"

const tree: Tree = {
  "/text.txt": text,
  "/dir/file.ts": "1",
  "/dir/.hidden.ts": "2",
  "/dir/deep/more.ts": "3",
  "/dir/deep/more.js": "4",
  "/dir/out": { link: "../../outside" },
  "/dir/up": { link: "/.." },
  "/link.txt": { link: "/text.txt" },
  "/to-dir": { link: "/dir" },
  "/nowhere": { link: "/none" },
  "/loop": { link: "/pool" },
  "/pool": { link: "/loop" }
}

type Program<A> = (fs: FileSystem) => Effect.Effect<A, PlatformError, Scope.Scope>

const decode = (bytes: Option.Option<Uint8Array>): string =>
  Option.match(bytes, { onNone: () => "(end)", onSome: (some) => new TextDecoder().decode(some) })

const bytes = (content: string): Uint8Array => new TextEncoder().encode(content)

const next = (file: File, size: number, position?: bigint) => Effect.map(file.readAlloc(size, { position }), decode)

/** The kind of error, and its errno. */
const errorOf = <A>(effect: Effect.Effect<A, PlatformError, Scope.Scope>) =>
  Effect.match(effect, {
    onFailure: (error) => [error.reason._tag, Option.getOrElse(FileSystemError.errno(error), () => "none")],
    onSuccess: (value) => ["succeeded", value]
  })

describe.each(fileSystems)("the FileSystem of %s", (_, layer) => {
  const run = <A>(program: Program<A>): Promise<A> =>
    Effect.runPromise(Effect.scoped(Effect.flatMap(FileSystem, program)).pipe(Effect.provide(layer(tree))))

  it("looks at a link itself with lstat, and follows it with stat", async () => {
    const seen = await run((fs) =>
      Effect.all([fs.lstat("/link.txt"), fs.stat("/link.txt"), fs.lstat("/to-dir/"), fs.lstat("/nowhere")])
    )
    expect(seen.map(({ type }) => type)).toEqual(["SymbolicLink", "File", "Directory", "SymbolicLink"])
    expect(await run((fs) => errorOf(fs.lstat("/none")))).toEqual(["NotFound", "ENOENT"])
  })

  it("lets timers run between the parts of a file", async () => {
    const part = new Uint8Array(100)
    const parts = Stream.rechunk(Stream.forever(Stream.make(part)), 1).pipe(Stream.take(20_000))
    await run((fs) =>
      Effect.gen(function*() {
        yield* fs.writeFile("/large", new Uint8Array(2_000_000))
        const read = Stream.runDrain(fs.stream("/large", { chunkSize: part.length }))
        for (const program of [read, Stream.run(parts, fs.sink("/copy"))]) {
          let fired = 0
          const timer = setInterval(() => fired++, 1)
          yield* program
          clearInterval(timer)
          expect(fired).toBeGreaterThan(3)
        }
      })
    )
  })

  it("returns sizes and counts as bigints", async () => {
    const info = await run((fs) => fs.stat("/text.txt"))
    expect([info.size, info.nlink]).toEqual([ByteSize.bytes(text.length), Option.some(1n)])
    expect([typeof info.dev, typeof Option.getOrThrow(info.ino), typeof info.mode]).toEqual([
      "bigint",
      "bigint",
      "number"
    ])
  })

  it("lists names with the types of their files", async () => {
    const entries = await run((fs) => fs.readDirectoryEntries("/to-dir"))
    expect(Object.fromEntries(entries.map(({ name, type }) => [name, type]))).toEqual({
      "file.ts": "File",
      ".hidden.ts": "File",
      deep: "Directory",
      out: "SymbolicLink",
      up: "SymbolicLink"
    })
    expect(await run((fs) => errorOf(fs.readDirectoryEntries("/text.txt")))).toEqual(["BadResource", "ENOTDIR"])
  })

  it("does not open a link with noFollow", async () => {
    expect(await run((fs) => errorOf(fs.open("/link.txt", { noFollow: true })))).toEqual(["BadResource", "ELOOP"])
    expect(await run((fs) => errorOf(fs.open("/nowhere", { flag: "w", noFollow: true })))).toEqual([
      "BadResource",
      "ELOOP"
    ])
    expect(
      await run((fs) =>
        Effect.gen(function*() {
          const inDirectory = yield* fs.open("/to-dir/file.ts", { noFollow: true })
          const made = yield* fs.open("/new", { flag: "wx", noFollow: true })
          yield* made.writeAll(bytes("new"))
          return [yield* next(inDirectory, 9), yield* fs.readFileString("/new")]
        })
      )
    ).toEqual(["1", "new"])
  })

  describe("glob", () => {
    const glob = (pattern: string, options?: Parameters<FileSystem["glob"]>[1]) =>
      run((fs) => fs.glob(pattern, options))

    it("finds names relative to the directory in which it starts", async () => {
      expect(await glob("**/*.ts")).toEqual(["dir/deep/more.ts", "dir/file.ts"])
      expect(await glob("/dir/*.ts")).toEqual(["/dir/file.ts"])
      expect(await glob("*.ts", { root: "/dir", dot: true })).toEqual([".hidden.ts", "file.ts"])
      expect(await glob("**/*.ts", { exclude: ["dir/deep"] })).toEqual(["dir/file.ts"])
    })

    it("does not follow links to directories with **, but follows those that the pattern names", async () => {
      expect((await glob("**/more.ts")).filter((path) => path.startsWith("to-dir"))).toEqual([])
      expect(await glob("to-dir/*.ts")).toEqual(["to-dir/file.ts"])
    })

    it("never leaves the root", async () => {
      expect(await glob("dir/out/*")).toEqual([])
      expect(await glob("../../**/secret.txt")).toEqual([])
      expect(await glob("dir/up/dir/*.ts")).toEqual(["dir/up/dir/file.ts"])
      expect(await glob("**/secret.txt", { root: "/.." })).toEqual([])
    })
  })

  it("reads at its position, and does not move it when it reads at another one", async () => {
    expect(
      await run((fs) =>
        Effect.gen(function*() {
          const file = yield* fs.open("/text.txt")
          const buffer = new Uint8Array(3)
          return [
            yield* next(file, 4),
            yield* next(file, 5, 8n),
            yield* next(file, 4),
            yield* file.read(buffer, { position: 4n }),
            new TextDecoder().decode(buffer),
            yield* file.seek(0n, "current"),
            yield* next(file, 5, 18n),
            yield* next(file, 5, 100n)
          ]
        })
      )
    ).toEqual(["one ", "three", "two ", 3, "two", 8n, "(end)", "(end)"])
  })

  it("takes a position that is a number or null from JavaScript", async () => {
    const at = (position: unknown) => ({ position: position as bigint }) // JavaScript does not check it
    expect(
      await run((fs) =>
        Effect.gen(function*() {
          const file = yield* fs.open("/text.txt")
          const read = (position: unknown) => Effect.map(file.readAlloc(3, at(position)), decode)
          return [yield* read(8), yield* read(null), yield* read(4), yield* errorOf(file.readAlloc(3, at(-1)))]
        })
      )
    ).toEqual(["thr", "one", "two", ["BadArgument", "none"]])
  })

  it("refuses to seek or read before the start, and keeps its position", async () => {
    expect(
      await run((fs) =>
        Effect.gen(function*() {
          const file = yield* fs.open("/text.txt")
          yield* file.seek(4n, "start")
          return [
            yield* errorOf(file.seek(-5n, "current")),
            yield* errorOf(file.seek(-1n, "start")),
            yield* errorOf(file.read(new Uint8Array(1), { position: -1n })),
            yield* errorOf(file.readAlloc(1, { position: -1n })),
            yield* file.seek(-1n, "current"),
            yield* next(file, 3)
          ]
        })
      )
    ).toEqual([
      ["BadArgument", "none"],
      ["BadArgument", "none"],
      ["BadArgument", "none"],
      ["BadArgument", "none"],
      3n,
      " tw"
    ])
  })

  it("writes at its position, and appends at the end of the file", async () => {
    expect(
      await run((fs) =>
        Effect.gen(function*() {
          const path = yield* fs.makeTempFileScoped()
          const file = yield* fs.open(path, { flag: "w+" })
          const log = yield* fs.open(path, { flag: "a+" })
          yield* file.writeAll(bytes("0123456789"))
          yield* file.seek(-4n, "current")
          const count = yield* file.write(bytes("ab"))
          yield* log.writeAll(bytes("!"))
          const first = yield* next(log, 2)
          yield* log.writeAll(bytes("?"))
          yield* log.writeAll(new Uint8Array())
          return [count, first, yield* next(log, 2), yield* fs.readFileString(path)]
        })
      )
    ).toEqual([2, "01", "23", "012345ab89!?"])
  })

  it("moves the position to the new end if the file is truncated before it", async () => {
    expect(
      await run((fs) =>
        Effect.gen(function*() {
          const file = yield* fs.open("/text.txt", { flag: "r+" })
          yield* file.seek(6n, "start")
          yield* file.truncate(8)
          const kept = yield* file.seek(0n, "current")
          yield* file.truncate(2)
          return [kept, yield* file.seek(0n, "current"), (yield* file.stat).size]
        })
      )
    ).toEqual([6n, 2n, 2n])
  })

  it("streams a part of a file into another one", async () => {
    expect(
      await run((fs) =>
        Effect.gen(function*() {
          const part = fs.stream("/text.txt", { offset: 4, bytesToRead: "9 B", chunkSize: 2 })
          yield* Stream.run(part, fs.sink("/copy.txt"))
          return yield* fs.readFileString("/copy.txt")
        })
      )
    ).toBe("two three")
    for (const bytesToRead of [2n ** 53n, 2n ** 63n - 1n, 2n ** 2_000n]) {
      expect(await run((fs) => Stream.mkString(Stream.decodeText(fs.stream("/text.txt", { bytesToRead }))))).toBe(text)
    }
    expect(await run((fs) => errorOf(Stream.runDrain(fs.stream("/text.txt", { offset: -1 }))))).toEqual([
      "BadArgument",
      "none"
    ])
  })

  it("creates temporary files in the root's own /tmp, and removes them with their scope", async () => {
    const [file, directory, left] = await run((fs) =>
      Effect.gen(function*() {
        const [file, directory] = yield* Effect.scoped(
          Effect.all([fs.makeTempFileScoped({ prefix: "a-", suffix: ".txt" }), fs.makeTempDirectoryScoped()])
        )
        return [file, directory, yield* fs.readDirectory("/tmp")] as const
      })
    )
    expect([file, directory]).toEqual([
      expect.stringMatching(/^\/tmp\/a-[^/]+\/[^/]+\.txt$/),
      expect.stringMatching(/^\/tmp\/[^/]+$/)
    ])
    expect(left).toEqual([])
  })

  it.each([".", ".."])("creates a temporary directory whose name begins with %s where it should", async (prefix) => {
    const [path, names] = await run((fs) =>
      Effect.gen(function*() {
        const path = yield* fs.makeTempDirectory({ directory: "/dir/deep", prefix })
        return [path, yield* fs.readDirectory("/dir/deep")] as const
      })
    )
    expect(path.startsWith(`/dir/deep/${prefix}`)).toBe(true)
    expect(names).toContain(path.slice("/dir/deep/".length))
  })

  it("calls onReady when a watch has begun, and reports later changes", async () => {
    expect(
      await run((fs) =>
        Effect.gen(function*() {
          const ready = yield* Deferred.make<void>()
          const onReady = () => Deferred.doneUnsafe(ready, Effect.void)
          const events = fs.watch("/dir", { onReady }).pipe(Stream.take(1), Stream.runCollect)
          const touch = Effect.andThen(Deferred.await(ready), fs.writeFileString("/dir/new.ts", ""))
          const [seen] = yield* Effect.all([events, touch], { concurrency: 2 })
          return seen
        })
      )
    ).toEqual([{ _tag: "Create", path: "new.ts" }])
  })

  it("calls onReady when a recursive watch has found all directories", async () => {
    const directories = Array.from({ length: 300 }, (_, i) => `/many/d${i}`)
    const filled = Object.fromEntries(directories.map((path) => [path, undefined]))
    const created = directories.map((path) => `${path.slice("/many/".length)}/x`)
    const program = Effect.flatMap(FileSystem, (fs) =>
      Effect.gen(function*() {
        const ready = yield* Deferred.make<void>()
        const onReady = () => Deferred.doneUnsafe(ready, Effect.void)
        const events = fs.watch("/many", { recursive: true, onReady }).pipe(
          Stream.filter(({ _tag, path }) => _tag === "Create" && path.endsWith("/x")),
          Stream.take(directories.length),
          Stream.runCollect
        )
        const write = Effect.andThen(
          Deferred.await(ready),
          Effect.forEach(directories, (path) => fs.writeFileString(`${path}/x`, ""))
        )
        const [seen] = yield* Effect.all([events, write], { concurrency: 2 })
        return seen.map(({ path }) => path).toSorted()
      })).pipe(Effect.provide(layer(filled)))
    expect(await Effect.runPromise(program)).toEqual(created.toSorted())
  })

  it("watches nothing any more if onReady throws", async () => {
    const exit = await run((fs) =>
      Effect.gen(function*() {
        const before = yield* Effect.promise(atRest)
        const failing = fs.watch("/dir", {
          onReady: () => {
            throw new Error("not ready")
          }
        })
        const exit = yield* Effect.exit(Stream.runDrain(failing))
        return { exit, before, after: yield* Effect.promise(() => settled(before)) }
      })
    )
    expect(exit).toMatchObject({ exit: { _tag: "Failure" }, after: exit.before })
    expect(String(exit.exit)).toContain("not ready")
  })

  it("reports EPERM as PermissionDenied, as Effect's own file system does", async () => {
    expect(await run((fs) => errorOf(fs.link("/dir", "/hard")))).toEqual(["PermissionDenied", "EPERM"])
  })

  it("ends the scope of a temporary file or directory that is gone", async () => {
    const made = (fs: FileSystem) =>
      Effect.scoped(Effect.gen(function*() {
        const directory = yield* fs.makeTempDirectoryScoped()
        const file = yield* fs.makeTempFileScoped()
        yield* fs.remove(directory, { recursive: true })
        yield* fs.remove(dirname(file), { recursive: true })
        return yield* fs.readDirectory("/tmp")
      }))
    expect(await run(made)).toEqual([])
  })

  it("opens a sink to write if its flag is undefined", async () => {
    const read = (fs: FileSystem) =>
      Stream.make(bytes("new")).pipe(
        Stream.run(fs.sink("/text.txt", { flag: undefined })),
        Effect.andThen(fs.readFileString("/text.txt"))
      )
    expect(await run(read)).toBe("new")
  })

  it("fails with a PlatformError that names the method and the path as it was passed", async () => {
    const failed = (program: Program<unknown>) =>
      run((fs) =>
        Effect.match(program(fs), {
          onFailure: ({ reason }) => ({ ...reason, cause: undefined }),
          onSuccess: () => "it succeeded"
        })
      )
    expect(await failed((fs) => fs.readFile("dir/../none"))).toMatchObject({
      _tag: "NotFound",
      module: "FileSystem",
      method: "readFile",
      pathOrDescriptor: "dir/../none"
    })
    expect(await failed((fs) => fs.writeFileString("/text.txt", "", { flag: "wx" }))).toMatchObject({
      _tag: "AlreadyExists",
      method: "writeFile"
    })
    expect(await failed((fs) => fs.stat("/a\0b"))).toMatchObject({
      _tag: "BadArgument",
      method: "stat",
      description: expect.stringMatching(/null bytes|NUL/)
    })
    expect(await run((fs) => fs.exists("/none"))).toBe(false)
  })
})
