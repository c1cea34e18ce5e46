/** One call of `realPath` resolves a path without links. The results equal those of the walk, over any file system. */
import * as FileSystem from "@effect/platform/FileSystem"
import { SystemError } from "@effect/platform/Error"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { describe, expect, it } from "@effect/vitest"
import * as Root from "@procfsroot/platform/Root"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs"
import { normalize } from "node:path"
import { layerWith } from "../src/internal/fileSystemRoot.js"

/** Node's file system, which counts the calls of these methods. */
const counting = () => {
  const calls = { readLink: 0, realPath: 0 }
  const layer = Layer.map(NodeFileSystem.layer, (context) => {
    const fs = Effect.runSync(Effect.provide(FileSystem.FileSystem, context))
    const counted = FileSystem.FileSystem.of({
      ...fs,
      readLink: (path) => (calls.readLink++, fs.readLink(path)),
      realPath: (path) => (calls.realPath++, fs.realPath(path))
    })
    return FileSystem.FileSystem.context(counted)
  })
  return { calls, layer }
}

const rootOf = (path: string, below: Layer.Layer<FileSystem.FileSystem>, usesRealPath: boolean) =>
  Effect.provide(Root.Root, layerWith(path, { usesRealPath }).pipe(Layer.provide(below)))

const box = () => {
  const directory = temporary()
  materialize(directory.path, [
    { path: "/box/a/b/c/f", type: "file" },
    { path: "/box/a/up", type: "symlink", target: ".." },
    { path: "/box/a/b/out", type: "symlink", target: "/../../etc" },
    { path: "/box/l", type: "symlink", target: "/a/b" },
    { path: "/box/dangling", type: "symlink", target: "a/none" },
    { path: "/box/loop", type: "symlink", target: "loop" },
    { path: "/box/\ufffd", type: "symlink", target: "a" },
    { path: "/other/a/b", type: "file" },
    { path: "/link", type: "symlink", target: "box" }
  ])
  return directory
}

const names = ["a", "b", "c", "f", "up", "out", "l", "dangling", "loop", "none", "..", ".", "", "\ufffd", "\ud800"]

const paths = [
  "",
  "/",
  ...names.flatMap((one) =>
    names.flatMap((two) => [`/${one}/${two}`, `/a/b/${one}/${two}`, `${one}/${two}`, `/${one}/${two}/f`])
  ),
  ...names
]

const policies: ReadonlyArray<Root.ResolveOptions> = [
  {},
  { lastComponent: "keep" },
  { lastComponent: "unchecked" },
  { missing: "last" },
  { missing: "tail", lastComponent: "keep" },
  { containment: "reject" },
  { containment: "beneath" },
  { symlinks: "forbid" },
  { maxSymlinks: 0 },
  { mounts: "forbid" },
  { from: "/a" },
  { from: "/l" },
  { from: "/none", missing: "tail" }
]

const answers = (root: Root.Root, options: Root.ResolveOptions) =>
  Effect.forEach(paths, (path) =>
    Effect.map(
      Effect.either(root.resolve(path, options)),
      Either.match({
        onLeft: ({ _tag, at, code }) => [path, _tag, at, code],
        onRight: (place) => [path, place]
      })
    ))

describe("a root over Node's file system", () => {
  it.effect.each(policies)("resolves paths to the same results as the walk: %j", (options) =>
    Effect.gen(function*() {
      using directory = box()
      const fast = yield* rootOf(`${directory.path}/box`, NodeFileSystem.layer, true)
      const walking = yield* rootOf(`${directory.path}/box/`, NodeFileSystem.layer, false)
      const found = yield* answers(fast, options)
      expect(found).toEqual(yield* answers(walking, options))
      // Resolve an existing path again and again, so that the root uses `realPath` for the paths after it.
      for (let i = 0; i < 40; i++) yield* Effect.either(fast.resolve("a/b/c/f", options))
      expect(yield* answers(fast, options)).toEqual(found)
    }))

  it.effect("calls realPath once for a path without links, and looks up each component of others", () =>
    Effect.gen(function*() {
      using directory = box()
      const { calls, layer } = counting()
      const root = yield* rootOf(`${directory.path}/box`, layer, true)
      const before = { ...calls }
      expect(yield* root.resolve("/a/b/c/f")).toBe("/a/b/c/f")
      expect(calls).toEqual({ ...before, realPath: before.realPath + 1 })
      expect(yield* root.resolve("/l/c/f")).toBe("/a/b/c/f")
      expect(calls.readLink).toBeGreaterThan(3)
    }))

  it.effect("rarely calls realPath if most paths are missing", () =>
    Effect.gen(function*() {
      using directory = box()
      const { calls, layer } = counting()
      const root = yield* rootOf(`${directory.path}/box`, layer, true)
      for (let i = 0; i < 160; i++) yield* Effect.either(root.resolve("/a/none"))
      expect(calls.realPath).toBeLessThan(40)
      expect(yield* root.resolve("/a/b")).toBe("/a/b")
    }))

  it.effect.each(["/link", "/proc/self/root"])(
    "does not use realPath if its own path contains a link: %s",
    (link) =>
      Effect.gen(function*() {
        using directory = box()
        const { calls, layer } = counting()
        const path = link === "/link" ? directory.path + link : `${link}${directory.path}/box`
        const root = yield* rootOf(path, layer, true)
        const { realPath } = calls
        expect(yield* root.resolve("/a/b/c/f")).toBe("/a/b/c/f")
        expect(yield* root.resolve("/l")).toBe("/a/b")
        expect(calls.realPath).toBe(realPath)
      })
  )

  it.effect("resolves paths like the walk after it was replaced by a link", () =>
    Effect.gen(function*() {
      using directory = box()
      const root = yield* rootOf(`${directory.path}/box`, NodeFileSystem.layer, true)
      renameSync(`${directory.path}/box`, `${directory.path}/moved`)
      symlinkSync("other", `${directory.path}/box`)
      const walking = yield* rootOf(`${directory.path}/box`, NodeFileSystem.layer, false)
      for (const path of ["/a/b", "/a/b/c"]) {
        const [one, two] = [yield* Effect.either(root.resolve(path)), yield* Effect.either(walking.resolve(path))]
        expect(one).toEqual(two)
      }
    }))

  it.effect("is not misled by a path that looks the same because its bytes were replaced", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const { path: base } = directory
      const outside = Buffer.concat([Buffer.from(`${base}/`), Buffer.from([0xff])])
      mkdirSync(`${base}/\ufffd`)
      mkdirSync(outside)
      writeFileSync(Buffer.concat([outside, Buffer.from("/a")]), "secret")
      symlinkSync(Buffer.concat([outside, Buffer.from("/a")]), `${base}/\ufffd/a`)
      const root = yield* rootOf(`${base}/\ufffd`, NodeFileSystem.layer, true)
      expect(yield* Effect.flip(root.resolve("/a"))).toMatchObject({ _tag: "InvalidPath", at: "/a" })
    }))
})

const notALink = (path: string) =>
  new SystemError({ module: "FileSystem", method: "readLink", reason: "Unknown", pathOrDescriptor: path })

/** `/box/link` is a link to `/box/dir`, and everything else is a directory. */
const fake = {
  stat: () =>
    Effect.succeed({
      type: "Directory",
      ino: Option.none(),
      atime: Option.none(),
      mtime: Option.none()
    } as FileSystem.File.Info), // only these are read
  readLink: (path: string) => path === "/box/link" ? Effect.succeed("dir") : Effect.fail(notALink(path))
}

describe("a root over a fake", () => {
  it.effect.each<[string, Partial<FileSystem.FileSystem>]>([
    ["without realPath", {}],
    ["whose realPath dies", { realPath: () => Effect.dieMessage("not implemented") }],
    ["whose realPath throws", {
      realPath: () => {
        throw new Error("not implemented")
      }
    }],
    ["whose realPath returns its argument", { realPath: Effect.succeed }],
    ["whose realPath only changes the text", {
      realPath: (path) => Effect.sync(() => normalize(path).replace(/\/\.?$/, ""))
    }]
  ])("%s follows links", ([, methods]) =>
    Effect.gen(function*() {
      const root = yield* rootOf("/box", FileSystem.layerNoop({ ...fake, ...methods }), true)
      expect(yield* root.resolve("/link")).toBe("/dir")
      expect(yield* root.resolve("/link/x")).toBe("/dir/x")
    }))
})
