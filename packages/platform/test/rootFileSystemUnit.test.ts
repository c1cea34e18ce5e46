/** Tests of `RootFileSystem` beyond the contract: fakes below it, events, temporary names with `..`, and links. */
import { Error as PlatformErrors, FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Root, RootFileSystem } from "@procfsroot/platform"
import { mismatches, onDisk } from "@procfsroot/testkit/contract"
import { cases, mutates } from "@procfsroot/testkit/contract/cases"
import { oracle } from "@procfsroot/testkit/contract/oracle"
import { runCases } from "@procfsroot/testkit/contract/run"
import { nodeFileSystem } from "@procfsroot/testkit/effect3/node"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname } from "node:path"
import { inspect } from "node:util"
import { edition } from "./edition.js"

type Fake = Partial<FileSystem.FileSystem>

const info = (type: FileSystem.File.Type): FileSystem.File.Info => ({
  type,
  mode: 0o755,
  dev: 1,
  size: FileSystem.Size(0),
  mtime: Option.none(),
  atime: Option.none(),
  birthtime: Option.none(),
  ino: Option.none(),
  nlink: Option.none(),
  uid: Option.none(),
  gid: Option.none(),
  rdev: Option.none(),
  blksize: Option.none(),
  blocks: Option.none()
})

/** Errors like those of many fakes: a reason and a path, no errno. `code` is one of the cause. */
const systemError = (reason: PlatformErrors.SystemErrorReason, path: string, code?: string) =>
  new PlatformErrors.SystemError({
    module: "FileSystem",
    method: "fake",
    reason,
    pathOrDescriptor: path,
    description: `no luck with '${path}'`,
    ...(code === undefined ? {} : { cause: Object.assign(new Error(code), { code }) })
  })

const kinds: Readonly<Record<string, FileSystem.File.Type>> = {
  "/box": "Directory",
  "/box/d": "Directory",
  "/box/f": "File"
}
const links: Readonly<Record<string, string>> = { "/box/l": "/d", "/box/d/out": "../../secret", "/box/new": "/made" }

const fake: Fake = {
  stat: (path) => {
    const kind = kinds[path]
    return kind === undefined ? Effect.fail(systemError("NotFound", path)) : Effect.succeed(info(kind))
  },
  readLink: (path) => {
    const text = links[path]
    if (text !== undefined) return Effect.succeed(text)
    return Effect.fail(systemError(kinds[path] === undefined ? "NotFound" : "Unknown", path))
  }
}

const over = (root: string, below: Layer.Layer<FileSystem.FileSystem>) =>
  RootFileSystem.layer.pipe(Layer.provide(Root.layer(root)), Layer.provide(below))

const overFake = (methods: Fake) => over("/box", FileSystem.layerNoop({ ...fake, ...methods }))
const overNode = (root: string) => over(root, NodeFileSystem.layer)

describe("over a fake", () => {
  it.effect("calls the underlying file system with the resolved host path", () => {
    const asked: Array<string> = []
    const record = (path: string) => Effect.sync(() => void asked.push(path))
    return Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      yield* fs.chmod("/l/../f", 0o600)
      yield* fs.writeFile("new", new Uint8Array())
      yield* fs.symlink("/secret", "l/x")
      expect(asked).toEqual(["/box/f", "/box/made", "/box/d/x"])
    }).pipe(
      Effect.provide(overFake({ chmod: record, writeFile: record, symlink: (_, path) => record(path) }))
    )
  })

  it.effect("an error without an errno keeps its reason, and contains no host path", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const error = yield* Effect.flip(fs.readFile("/l/../f"))
      expect(error).toMatchObject({
        _tag: "SystemError",
        reason: "TimedOut",
        pathOrDescriptor: "/l/../f",
        method: "readFile"
      })
      expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain("/box")
    }).pipe(
      Effect.provide(overFake({ readFile: (path) => Effect.fail(systemError("TimedOut", path)) }))
    ))

  it.effect("a code that is not an errno does not hide the reason", () => {
    // As over an object store.
    const missing = (path: string) => Effect.fail(systemError("NotFound", path, "NoSuchKey"))
    const below: Fake = {
      stat: (path) => kinds[path] === undefined ? missing(path) : Effect.succeed(info(kinds[path])),
      readLink: (path) => kinds[path] === undefined ? missing(path) : Effect.fail(systemError("Unknown", path)),
      writeFile: (path) => Effect.sync(() => void written.push(path)),
      remove: missing
    }
    const written: Array<string> = []
    return Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      expect(yield* fs.exists("/missing")).toBe(false)
      yield* fs.writeFile("/missing", new Uint8Array())
      expect(written).toEqual(["/box/missing"])
      yield* fs.remove("/missing", { force: true })
      expect(yield* Effect.flip(fs.readFile("/missing"))).toMatchObject({ reason: "NotFound" })
      expect(yield* Effect.flip(Root.resolve("/missing"))).toMatchObject({ _tag: "PathNotFound" })
    }).pipe(
      Effect.provide(overFake(below)),
      Effect.provide(Root.layer("/box").pipe(Layer.provide(FileSystem.layerNoop(below))))
    )
  })

  it.effect("an errno without a reason of its own keeps the reason", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      expect(yield* Effect.flip(fs.readFile("/f"))).toMatchObject({
        reason: "TimedOut",
        cause: { code: "ECONNRESET" }
      })
    }).pipe(
      Effect.provide(overFake({ readFile: (path) => Effect.fail(systemError("TimedOut", path, "ECONNRESET")) }))
    ))

  it.effect("a path that does not resolve fails with a ResolveError as cause, with paths inside the root", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const error = yield* Effect.flip(fs.stat("/d/out"))
      expect(error).toMatchObject({
        _tag: "SystemError",
        reason: "NotFound",
        pathOrDescriptor: "/d/out",
        cause: { _tag: "PathNotFound", code: "ENOENT", root: "/", at: "/secret" }
      })
      expect(error.message).not.toContain("/box")
    }).pipe(Effect.provide(overFake({}))))

  it.effect("errors contain no paths of the underlying file system", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const error = yield* Effect.flip(fs.stat("/d/x"))
      expect(error).toMatchObject({
        reason: "PermissionDenied",
        cause: { _tag: "AccessDenied", at: "/d/x", root: "/", cause: { code: "EACCES" } }
      })
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("/box")
    }).pipe(Effect.provide(overFake({
      readLink: (path) => Effect.fail(systemError(path === "/box/d/x" ? "PermissionDenied" : "Unknown", path))
    }))))

  it.effect("events have paths inside the root, and there are none for other files", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const events = yield* Stream.runCollect(fs.watch("/l"))
      expect([...events]).toEqual([
        FileSystem.WatchEventUpdate({ path: "/d/deep/file" }),
        FileSystem.WatchEventUpdate({ path: "file" }),
        FileSystem.WatchEventCreate({ path: "out" }),
        FileSystem.WatchEventRemove({ path: "gone" })
      ])
    }).pipe(
      Effect.provide(overFake({
        watch: (path) =>
          Stream.make(
            FileSystem.WatchEventUpdate({ path: `${path}/deep/file` }),
            FileSystem.WatchEventUpdate({ path: "/secret" }),
            FileSystem.WatchEventUpdate({ path: "/boxer" }),
            FileSystem.WatchEventUpdate({ path: "file" }),
            // Node's layer reports Remove or Create depending on whether its working directory has the name.
            FileSystem.WatchEventRemove({ path: "out" }),
            FileSystem.WatchEventCreate({ path: "gone" })
          )
      }))
    ))

  it.effect("an error of the underlying file system does not mean that a file is missing", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const error = yield* Effect.flip(fs.exists("/f"))
      expect(error).toMatchObject({ _tag: "SystemError", reason: "BadResource", pathOrDescriptor: "/f" })
    }).pipe(
      Effect.provide(overFake({ access: (path) => Effect.fail(systemError("BadResource", path)) }))
    ))
})

const tree: TreeSpec = [
  { path: "/root/tmp", type: "dir" },
  { path: "/root/d/f", type: "file" },
  { path: "/root/d/abs", type: "symlink", target: "/d/f" },
  { path: "/root/d/up", type: "symlink", target: "../../outside" },
  { path: "/root/d/self", type: "symlink", target: "." },
  { path: "/outside/secret", type: "file" }
]

const withTree = <A, E>(
  program: (fs: FileSystem.FileSystem, base: string) => Effect.Effect<A, E>
): Effect.Effect<A, E | unknown> =>
  Effect.scoped(Effect.gen(function*() {
    const { path } = yield* Effect.acquireRelease(
      Effect.sync(temporary),
      (directory) => Effect.sync(() => directory[Symbol.dispose]())
    )
    materialize(path, tree)
    return yield* Effect.flatMap(FileSystem.FileSystem, (fs) => program(fs, path)).pipe(
      Effect.provide(overNode(`${path}/root`))
    )
  }))

describe("over Node's", () => {
  it.effect("no prefix or suffix creates a temporary file outside the root", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        const climb = "../../../../../../outside/"
        yield* Effect.ignore(fs.makeTempFile({ suffix: `/${climb}new` }))
        yield* Effect.ignore(fs.makeTempFile({ directory: "/d", prefix: climb }))
        yield* Effect.ignore(fs.makeTempDirectory({ directory: "/d/up", prefix: "x" }))
        yield* Effect.ignore(fs.makeTempDirectory({ prefix: climb }))
        expect(readdirSync(`${base}/outside`)).toEqual(["secret"])
        expect(readdirSync(base).toSorted()).toEqual(["outside", "root"])
      })
    ))

  it.effect("temporary files are in the root's own /tmp, and are removed with their scope", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        const path = yield* Effect.scoped(
          Effect.tap(fs.makeTempFileScoped(), (path) =>
            Effect.sync(() => expect(existsSync(`${base}/root${path}`)).toBe(true)))
        )
        expect(path).toMatch(/^\/tmp\/\w{6}\/[0-9a-f]{12}$/)
        expect(existsSync(dirname(`${base}/root${path}`))).toBe(false)
      })
    ))

  it.effect("copies a tree with its links, without following them", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        yield* fs.copy("/d", "/new/copy")
        const copy = `${base}/root/new/copy`
        expect(readdirSync(copy).toSorted()).toEqual(["abs", "f", "self", "up"])
        expect(["abs", "self", "up"].map((name) => readlinkSync(`${copy}/${name}`))).toEqual([
          "/d/f",
          ".",
          "../../outside"
        ])
      })
    ))

  it.effect("lists and removes a tree without following links", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        expect((yield* fs.readDirectory("/", { recursive: true })).toSorted())
          .toEqual(["d", "d/abs", "d/f", "d/self", "d/up", "tmp"])
        yield* fs.remove("/d", { recursive: true })
        expect(readFileSync(`${base}/outside/secret`, "utf8")).toBe("content of /outside/secret\n")
        expect(readdirSync(`${base}/root`)).toEqual(["tmp"])
      })
    ))

  it.effect("creates directories where a link leads inside the root, never outside", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(fs.makeDirectory("/d/up/x/y", { recursive: true }))
        expect(error).toMatchObject({ reason: "BadResource", pathOrDescriptor: "/d/up/x/y" })
        yield* fs.makeDirectory("/outside")
        yield* fs.makeDirectory("/d/up/x/y", { recursive: true, mode: 0o700 })
        expect(statSync(`${base}/root/outside/x`).mode & 0o777).toBe(0o700)
        expect(readdirSync(`${base}/outside`)).toEqual(["secret"])
      })
    ))

  it.live("a watch through a link reports files in the directory that it leads to", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        yield* fs.symlink("/d", "/link")
        const first = yield* Effect.fork(Stream.runHead(fs.watch("/link")))
        const touch = Effect.sync(() => writeFileSync(`${base}/root/d/f`, "touched"))
        const event = yield* Effect.raceFirst(
          Fiber.join(first),
          Effect.zipRight(Effect.repeat(touch, Schedule.spaced("5 millis")), Effect.never)
        )
        expect(Option.getOrThrow(event).path).toBe("f")
      })
    ))

  it.effect("directories that are created concurrently can have common parents", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        const names = Array.from({ length: 8 }, (_, i) => `${i}`)
        yield* Effect.forEach(names, (name) => fs.makeDirectory(`/p/q/r/${name}`, { recursive: true }), {
          concurrency: "unbounded"
        })
        expect(readdirSync(`${base}/root/p/q/r`).toSorted()).toEqual(names)
      })
    ))

  it.effect("an argument that Node refuses is a BadArgument without a host path", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(fs.chmod("/d/f", -1))
        expect(error).toMatchObject({ _tag: "BadArgument", method: "chmod" })
        expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(base)
      })
    ))

  it.effect("no method turns a name that is not text into another name", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        const bad = "/d/\udcff"
        const attempts = [
          fs.makeDirectory(bad),
          fs.makeDirectory(`${bad}/x`, { recursive: true }),
          fs.makeDirectory(`/d/new/\udcff`, { recursive: true }),
          fs.symlink("f", bad),
          fs.symlink("\udcff", "/d/link"),
          fs.rename("/d/f", bad),
          fs.link("/d/f", bad),
          fs.copy("/d/f", bad),
          fs.copyFile("/d/f", bad),
          fs.writeFileString(bad, ""),
          fs.writeFileString(bad, "", { flag: "wx" }),
          fs.makeTempFile({ directory: "/d", suffix: "\udcff" }),
          fs.makeTempDirectory({ directory: "/d", prefix: "\udcff" })
        ]
        for (const [i, attempt] of attempts.entries()) {
          const error = yield* Effect.flip<unknown, PlatformErrors.PlatformError, never>(attempt)
          expect([i, (error.cause as { readonly code: string }).code]).toEqual([i, "EILSEQ"])
        }
        const names = readdirSync(`${base}/root`, { recursive: true, encoding: "utf8" })
        expect(names.filter((name) => name.includes("\ufffd"))).toEqual([])
        expect(existsSync(`${base}/root/d/link`)).toBe(false)
      })
    ))

  it.effect("a link whose target is not text can be removed and moved, but not read or copied", () =>
    withTree((fs, base) =>
      Effect.gen(function*() {
        symlinkSync(Buffer.from([0x66, 0xff]), `${base}/root/d/bad`)
        yield* fs.rename("/d/bad", "/d/moved")
        for (const attempt of [fs.readLink("/d/moved"), fs.copy("/d/moved", "/d/copy")]) {
          expect(yield* Effect.flip<unknown, PlatformErrors.PlatformError, never>(attempt))
            .toMatchObject({ cause: { code: "EILSEQ" } })
        }
        yield* fs.remove("/d/moved")
        expect(readdirSync(`${base}/root/d`).toSorted()).toEqual(["abs", "f", "self", "up"])
      })
    ))

  it.effect("a root inside a root follows links in the inner root", () =>
    withTree((outer, base) =>
      Effect.gen(function*() {
        mkdirSync(`${base}/root/d/d`)
        const inner = over("/d", Layer.succeed(FileSystem.FileSystem, outer))
        yield* Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          // In the inner root `/d` is a directory, and has no file `f`.
          const error = yield* Effect.flip(fs.readFileString("/abs"))
          expect(error).toMatchObject({ reason: "NotFound", cause: { _tag: "PathNotFound", at: "/d/f" } })
          yield* fs.writeFileString("/abs", "through the link")
        }).pipe(Effect.provide(inner))
        expect(readFileSync(`${base}/root/d/d/f`, "utf8")).toBe("through the link")
      })
    ))
})

/** Only puts the root's path in front of paths, like programs without a root. The tests only read with it. */
const prefixing = onDisk("prefixing", edition, async (root) => {
  const fs = await nodeFileSystem()
  return {
    fs: {
      ...fs,
      readFileString: (path) => fs.readFileString(root + path),
      readDirectory: (path, options) => fs.readDirectory(root + path, options)
    },
    close: async () => {}
  }
})

describe("the comparison with Node in a chroot", () => {
  it.skipIf(without("chroot"))("detects a file system that only puts the root's path in front", async () => {
    const asked = cases.filter((testCase) =>
      !mutates(testCase) && (testCase.method === "readFileString" || testCase.method === "readDirectory")
    )
    const wrong = mismatches(prefixing, asked, await oracle(), await runCases(prefixing, asked))
    const found = (id: string) => wrong.some((text) => text.startsWith(`standard: ${id}`))
    expect(
      ["/links/out-file", "/links/out-dir/secret", "/../outside/secret"].filter((path) =>
        !found(`readFileString("${path}")`)
      )
    )
      .toEqual([])
    expect(wrong.some((text) => /"leaks":\["error/.test(text))).toBe(true)
  })
})
