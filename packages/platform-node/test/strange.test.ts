/** Rare files and names, and the rows of the table in the project's semantics that are not tested elsewhere. */
import { afterAll, describe, expect, it } from "@effect/vitest"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import { closeSync, mkdirSync, openSync, rmdirSync, rmSync, unlinkSync } from "node:fs"
import { createServer } from "node:net"
import { load } from "./binding.js"
import { disagreements } from "./judge.js"
import { ask, makeRoot, strategies } from "./strategies.js"

const openat2 = load()

const directory = temporary()
materialize(directory.path, [
  { path: "/d/e", type: "dir" },
  { path: "/d/g", type: "file" },
  { path: "/f", type: "file" },
  { path: "/ld", type: "symlink", target: "d" },
  { path: "/lf", type: "symlink", target: "f" },
  { path: "/lfs", type: "symlink", target: "f/" },
  { path: "/dang", type: "symlink", target: "nope" },
  { path: "/up", type: "symlink", target: "../../d" },
  { path: "/self", type: "symlink", target: "self" },
  { path: "/toRoot", type: "symlink", target: "/" },
  { path: "/c/k1", type: "symlink", target: "../f" },
  ...Array.from({ length: 40 }, (_, i) => ({
    path: `/c/k${i + 2}`,
    type: "symlink" as const,
    target: `k${i + 1}`
  })),
  { path: "/x (deleted)", type: "file" },
  { path: "/x (deleted)(deleted)", type: "file" },
  { path: "/d (deleted)/x (deleted)", type: "dir" },
  { path: "/toDeleted", type: "symlink", target: "x (deleted)" },
  { path: "/...", type: "dir" },
  { path: "/.../..x", type: "file" },
  { path: "/a b", type: "dir" },
  { path: "/ ", type: "dir" },
  { path: "/new\nline", type: "dir" },
  { path: "/toNewline", type: "symlink", target: "new\nline/../ " },
  { path: "/-", type: "file" },
  { path: "/\\", type: "dir" },
  { path: "/%2e%2e", type: "dir" },
  { path: "/C:", type: "file" },
  { path: "/fifo", type: "fifo" },
  { path: "/toFifo", type: "symlink", target: "fifo" }
])
const server = createServer().listen(`${directory.path}/socket`)
afterAll(() => {
  server.close()
  directory[Symbol.dispose]()
})

const behind = (name: string) => [name, `${name}/`, `${name}/x`, `${name}/..`, `${name}/.`]

const questions: Readonly<Record<string, ReadonlyArray<string>>> = {
  "names that end like the kernel's mark of a removed file": [
    "x (deleted)",
    "x (deleted)(deleted)",
    "x (deleted)/..",
    "x",
    "d (deleted)",
    "d (deleted)/x (deleted)",
    "d (deleted)/x (deleted)/..",
    "toDeleted"
  ],
  "dots, blanks and names that are special in other systems": [
    "...",
    ".../..x",
    ".../...",
    ".../..",
    "....",
    "a b",
    "a b/../ ",
    " ",
    "  ",
    "new\nline",
    "new\nline/..",
    "new",
    "toNewline",
    "-",
    "\\",
    "\\/..",
    "d\\e",
    "%2e%2e",
    "%2e%2e/..",
    "C:",
    "~"
  ],
  "a fifo and a socket in the middle are not directories, and are not opened": [
    ...behind("fifo"),
    ...behind("toFifo"),
    ...behind("socket")
  ],
  "S1: `..` above the root": ["/..", "/d/../..", "/up", "/up/..", "/../../d/../..", "toRoot/..", "/.."],
  "S2, S3: the first error from left to right": [
    "/../nope",
    "/nope/../../x",
    "/f/../..",
    "/nope/..",
    "/f/..",
    "/d/g/../e"
  ],
  "S4, S5, S6: the limit on links, before errors after it": [
    "/c/k40",
    "/c/k41",
    "/ld/../c/k40",
    "/c/k41/",
    "/c/k40/",
    "/c/k41/x"
  ],
  "S7: the empty path": [""],
  "S8, S9: a last name that is missing or too long": [
    "nope",
    "d/nope",
    "dang",
    "dang/",
    "n".repeat(256),
    `d/${"n".repeat(256)}`
  ],
  "a trailing slash follows the last link": [
    "/ld/",
    "/lf/",
    "/dang/",
    "/self/",
    "/lfs",
    "/ld/.",
    "/ld/..",
    "/lf/.",
    "/self"
  ],
  "`..` after a link, and slashes": ["ld/e/..", "ld/../f", "//ld//e//", "ld/./e/.", "toRoot/toRoot/ld"]
}

describe.skipIf(without("openat2")).each(strategies)("strange things: $name", (strategy) => {
  it.scoped.each(Object.entries(questions))("%s", ([, paths]) =>
    Effect.gen(function*() {
      using kernel = new KernelRoot(directory.path)
      const root = yield* makeRoot(directory.path, strategy)
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
    }))

  it.scoped("a device in the middle is not a directory", () =>
    Effect.gen(function*() {
      using kernel = new KernelRoot("/dev")
      const root = yield* makeRoot("/dev", strategy)
      const paths = [...behind("null"), ...behind("tty"), ...behind("ptmx")]
      expect(yield* disagreements(strategy, root, kernel, paths)).toEqual([])
    }))

  it.scoped("a file that is removed while it is open, and one with the name that the kernel then shows", () =>
    Effect.gen(function*() {
      using box = temporary()
      const fd = openSync(`${box.path}/x`, "w")
      unlinkSync(`${box.path}/x`)
      using kernel = new KernelRoot(box.path)
      const root = yield* makeRoot(box.path, strategy)
      expect(yield* disagreements(strategy, root, kernel, ["x", "x (deleted)"])).toEqual([])
      materialize(box.path, [{ path: "/x (deleted)", type: "file" }])
      expect(yield* disagreements(strategy, root, kernel, ["x", "x (deleted)"])).toEqual([])
      closeSync(fd)
    }))

  it.scoped("S10: directories that are removed while they are open", () =>
    Effect.gen(function*() {
      using box = temporary()
      mkdirSync(`${box.path}/d`)
      using kernel = new KernelRoot(box.path)
      const root = yield* makeRoot(box.path, strategy)
      expect(yield* ask(strategy, root, ["d"], {})).toEqual([{ ok: "/d" }])
      rmdirSync(`${box.path}/d`)
      expect(yield* disagreements(strategy, root, kernel, ["d", "d/..", "d/x"])).toEqual([])
    }))

  it.scoped("S14: a root that is missing, a file, or a dangling link cannot be opened", () =>
    Effect.gen(function*() {
      const failures = yield* Effect.forEach(["nope", "f", "dang", "self", "f/", "nope/x", "x\0y", "x\ud800"], (name) =>
        Effect.flip(makeRoot(`${directory.path}/${name}`, strategy)))
      expect(failures.map(({ _tag, code }) => [_tag, code])).toEqual([
        ["RootUnavailable", "ENOENT"],
        ["RootUnavailable", "ENOTDIR"],
        ["RootUnavailable", "ENOENT"],
        ["RootUnavailable", "ELOOP"],
        ["RootUnavailable", "ENOTDIR"],
        ["RootUnavailable", "ENOENT"],
        ["RootUnavailable", "EINVAL"],
        ["RootUnavailable", "EILSEQ"]
      ])
    }))
})

describe.skipIf(without("koffi"))("a file that is removed between the two calls of the kernel", () => {
  it.scoped("is missing, and does not have the name that the kernel then shows", () =>
    Effect.gen(function*() {
      using box = temporary()
      materialize(box.path, [{ path: "/x", type: "file" }, { path: "/l", type: "symlink", target: "x" }])
      const kernel = openat2 && {
        ...openat2,
        open: (...asked: Parameters<typeof openat2.open>) => {
          const fd = openat2.open(...asked)
          if (fd >= 0) rmSync(`${box.path}/x`)
          return fd
        }
      }
      const root = yield* makeRoot(box.path, { name: "a file is removed", openat2: kernel })
      expect(yield* Effect.flip(root.resolve("/l"))).toMatchObject({ _tag: "PathNotFound", at: "/x" })
    }))
})
