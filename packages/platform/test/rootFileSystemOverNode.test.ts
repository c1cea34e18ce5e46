/** Tests of `RootFileSystem` over Node's file system, beyond the contract: temporary names with `..`, and links. */
import { type Error as PlatformErrors, FileSystem } from "@effect/platform"
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
import { edition } from "./edition.js"

const over = (root: string, below: Layer.Layer<FileSystem.FileSystem>) =>
  RootFileSystem.layer.pipe(Layer.provide(Root.layer(root)), Layer.provide(below))
const overNode = (root: string) => over(root, NodeFileSystem.layer)

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

  it.effect.each([".", ".."])(
    "a prefix %s does not lead out of the directory either",
    (prefix) =>
      withTree((fs, base) =>
        Effect.gen(function*() {
          const directory = yield* fs.makeTempDirectory({ directory: "/", prefix })
          const file = yield* fs.makeTempFile({ directory: "/d", prefix })
          yield* Effect.scoped(fs.makeTempDirectoryScoped({ directory: "/tmp", prefix }))
          expect(statSync(`${base}/root${directory}`).mode & 0o777).toBe(0o700)
          expect(directory.startsWith(`/${prefix}`)).toBe(true)
          expect(file.startsWith(`/d/${prefix}`)).toBe(true)
          expect(existsSync(`${base}/root${file}`)).toBe(true)
          expect(readdirSync(`${base}/root/tmp`)).toEqual([])
          expect(readdirSync(base).toSorted()).toEqual(["outside", "root"])
        })
      )
  )

  /** The path `/link/../box` is another directory than `/box`. */
  const twoBoxes: TreeSpec = [
    { path: "/far/box/tmp", type: "dir" },
    { path: "/far/in", type: "dir" },
    { path: "/box/tmp", type: "dir" },
    { path: "/link", type: "symlink", target: "far/in" }
  ]

  it.live("a watch does not watch another directory if the root's own path has a .. after a link", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const { path: base } = directory
      materialize(base, twoBoxes)
      yield* Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const error = yield* Effect.flip(Stream.runDrain(fs.watch("/tmp", { recursive: true })))
        expect(error).toMatchObject({ pathOrDescriptor: "/tmp", cause: { code: "ENOTSUP" } })
        const first = yield* Effect.fork(Stream.runHead(fs.watch("/tmp")))
        const write = Effect.sync(() => {
          writeFileSync(`${base}/box/tmp/other`, "")
          writeFileSync(`${base}/far/box/tmp/new`, "")
        })
        yield* Effect.fork(Effect.repeat(write, Schedule.spaced("20 millis")))
        expect(Option.map(yield* Fiber.join(first), ({ path }) => path)).toEqual(Option.some("new"))
      }).pipe(Effect.provide(overNode(`${base}/link/../box`)))
    }))

  it.effect("temporary files are in a root whose own path has a .. after a link", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const { path: base } = directory
      materialize(base, twoBoxes)
      const [made, file] = yield* Effect.flatMap(FileSystem.FileSystem, (fs) =>
        Effect.all([fs.makeTempDirectory({ prefix: "x-" }), fs.makeTempFile()])).pipe(
          Effect.provide(overNode(`${base}/link/../box`))
        )
      expect(readdirSync(`${base}/box/tmp`)).toEqual([])
      expect(statSync(`${base}/far/box${made}`).mode & 0o777).toBe(0o700)
      expect(existsSync(`${base}/far/box${file}`)).toBe(true)
    }))

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
