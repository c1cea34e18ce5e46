/** A root stays the directory that was opened, even if its name changes. */
import { describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs"
import { disagreements } from "./judge.js"
import { ask, makeRoot, strategies } from "./strategies.js"

const tree: TreeSpec = [
  { path: "/etc/motd", type: "file" },
  { path: "/inner/etc/motd", type: "file" },
  { path: "/l", type: "symlink", target: "/etc" },
  { path: "/up", type: "symlink", target: "../../../../etc/motd" }
]

/** In this other directory, which gets the old name, the paths would lead elsewhere or nowhere. */
const decoy: TreeSpec = [
  { path: "/etc", type: "symlink", target: "inner" },
  { path: "/only/decoy", type: "file" },
  { path: "/l", type: "file" }
]

const paths = [
  "/",
  "",
  ".",
  "/etc/motd",
  "/inner/etc",
  "/l/motd",
  "/up",
  "/l/..",
  "/only/decoy",
  "/etc/nope",
  "/l/../up/"
]

/** Changes of the directory at `box` after it was opened. */
const changes: ReadonlyArray<readonly [name: string, change: (box: string) => void]> = [
  ["is renamed", (box) => renameSync(box, `${box}-2`)],
  ["is renamed to a longer name that starts with the old one", (box) => renameSync(box, `${box}x`)],
  ["another directory gets its old name", (box) => {
    renameSync(box, `${box}-2`)
    materialize(box, decoy)
  }],
  ["is moved into a directory with its old name", (box) => {
    renameSync(box, `${box}-2`)
    mkdirSync(box)
    renameSync(`${box}-2`, `${box}/inner`)
  }],
  ["a link to it gets its old name", (box) => {
    renameSync(box, `${box}-2`)
    symlinkSync("box-2", box)
  }],
  ["a link that leads to itself gets its old name", (box) => {
    renameSync(box, `${box}-2`)
    symlinkSync("box", box)
  }],
  ["its parent is renamed", (box) => renameSync(box.replace(/\/box$/, ""), box.replace(/\/parent\/box$/, "/other"))],
  ["its parent is replaced by a file", (box) => {
    const parent = box.replace(/\/box$/, "")
    renameSync(parent, `${parent}-2`)
    materialize(parent.replace(/\/parent$/, ""), [{ path: "/parent", type: "file" }])
  }]
]

describe.skipIf(without("openat2")).each(strategies)("a pinned root: $name", (strategy) => {
  it.scoped.each(changes)("%s", ([, change]) =>
    Effect.gen(function*() {
      using directory = temporary()
      const box = `${directory.path}/parent/box`
      materialize(box, tree)
      using kernel = new KernelRoot(box)
      const root = yield* makeRoot(box, strategy)
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
      const before = yield* ask(strategy, root, paths, {})
      // In the same turn of the event loop, and in a later one.
      change(box)
      expect(yield* ask(strategy, root, paths, {})).toEqual(before)
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
      yield* Effect.promise(() => new Promise(setImmediate))
      expect(yield* ask(strategy, root, paths, {})).toEqual(before)
    }))

  it.scoped("is deleted", () =>
    Effect.gen(function*() {
      using directory = temporary()
      const box = `${directory.path}/box`
      materialize(box, tree)
      using kernel = new KernelRoot(box)
      const root = yield* makeRoot(box, strategy)
      rmSync(box, { recursive: true })
      const gone = ["/etc", "/etc/motd", "x", "/../etc", ""]
      expect(yield* disagreements(strategy, root, kernel, gone)).toEqual([])
      expect(yield* ask(strategy, root, ["/", ".", "/.."], {})).toEqual([{ ok: "/" }, { ok: "/" }, { ok: "/" }])
      materialize(box, decoy)
      expect(yield* disagreements(strategy, root, kernel, gone)).toEqual([])
    }))

  it.scoped("is opened by a relative path, and the working directory changes", () =>
    Effect.gen(function*() {
      using directory = temporary()
      materialize(directory.path, [{ path: "/away", type: "dir" }])
      materialize(`${directory.path}/box`, tree)
      const before = process.cwd()
      yield* Effect.addFinalizer(() => Effect.sync(() => process.chdir(before)))
      process.chdir(directory.path)
      using kernel = new KernelRoot("box")
      const root = yield* makeRoot("box", strategy)
      process.chdir("away")
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
    }))

  it.scoped.each(["box/", "box//", "./box/.", "toBox", "toBox/", "up/../toBox", "box/inner/.."])(
    "is opened as %s",
    (name) =>
      Effect.gen(function*() {
        using directory = temporary()
        materialize(`${directory.path}/box`, tree)
        materialize(directory.path, [
          { path: "/far/away", type: "dir" },
          { path: "/toBox", type: "symlink", target: "up/../box" },
          { path: "/up", type: "symlink", target: "far" }
        ])
        const path = `${directory.path}/${name}`
        using kernel = new KernelRoot(path)
        const root = yield* makeRoot(path, strategy)
        expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
      })
  )

  it.scoped.each(["/", "//", "/.", "/proc/self/root", "/proc/self/root/", `/proc/${process.pid}/root`])(
    "is the root of the system, opened as %s",
    (path) =>
      Effect.gen(function*() {
        using kernel = new KernelRoot(path)
        const root = yield* makeRoot(path, strategy)
        expect(
          yield* disagreements(strategy, root, kernel, [
            "/",
            "..",
            "/etc/passwd",
            "/etc/mtab",
            "/bin",
            "/bin/sh",
            "/etc/nope",
            "/usr/../bin/.."
          ])
        )
          .toEqual([])
      })
  )
})
