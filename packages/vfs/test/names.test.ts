/**
 * Tests operations on names that not every `FileSystem` has: modes of renames, special files, policies, and what a file
 * system lacks.
 */
import * as Errno from "@procfsroot/vfs/Errno"
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import type { NewNode, RenameMode } from "@procfsroot/vfs/InodeOperations"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import type { Node } from "../src/internal/memory/inode.js"
import { type Fs, options } from "./failing.js"
import { built, type Operations } from "./handles.js"

const user = { uid: 1_000, gid: 1_000 }

const tree: MemoryTree.Tree = {
  "/": MemoryTree.directory(user),
  "/d": MemoryTree.directory(user),
  "/d/f": MemoryTree.file("f", user),
  "/g": MemoryTree.file("g", user),
  "/closed": MemoryTree.directory({ mode: 0o700 }),
  "/unsearchable": MemoryTree.directory({ ...user, mode: 0o600 }),
  "/l": MemoryTree.link("d", user)
}

const open = (change: Partial<Operations<Node>> = {}): Fs =>
  FileSystem.make({ ...built(tree, user).operations, ...change }, options)

const outcome = (run: () => void): string => {
  try {
    run()
    return "ok"
  } catch (thrown) {
    if (Errno.isErrno(thrown)) return `${thrown.code} ${thrown.syscall} ${thrown.paths.join(" ")}`
    if (Errno.isBadArgument(thrown)) return thrown.message
    throw thrown
  }
}

it("a rename of a path that does not end in a name fails as in `do_renameat2`", () => {
  const rename = (from: string, to: string, mode?: RenameMode) =>
    outcome(() => open().rootDirectory.rename(from, to, mode ?? "replace")).split(" ")[0]
  const modes = ["replace", "noreplace", "exchange"] as const
  for (const path of ["/d/..", "/d/.", "/"]) {
    expect(modes.map((mode) => rename(path, "/g", mode))).toEqual(["EBUSY", "EBUSY", "EBUSY"])
    expect(modes.map((mode) => rename("/g", path, mode))).toEqual(["EBUSY", "EEXIST", "EBUSY"])
    expect(modes.map((mode) => rename(path, path, mode))).toEqual(["EBUSY", "EBUSY", "EBUSY"])
  }
  // The directory of the other name must be searchable, and the first path is checked before the second.
  expect([rename("/d/..", "/unsearchable/f"), rename("/unsearchable/f", "/d/..")]).toEqual(["EACCES", "EACCES"])
  expect([rename("/unsearchable/f", "/none/f"), rename("/g", "/none/f")]).toEqual(["EACCES", "ENOENT"])
})

it("a second path in the directory of the first is checked too", () => {
  const directory = `/d/${"./".repeat(2_040)}`
  for (const call of ["rename", "link"] as const) {
    const refused = outcome(() => open()[call](`${directory}f`, `${directory}a-longer-name`))
    expect(refused.split(" ").slice(0, 2)).toEqual(["ENAMETOOLONG", call])
    expect(outcome(() => open()[call]("/d/f", "/d/g/"))).toMatch(call === "rename" ? /^ENOTDIR/ : /^ENOENT/)
    expect(outcome(() => open()[call]("/d/f", "/d/.."))).toMatch(call === "rename" ? /^EBUSY/ : /^EEXIST/)
    expect(outcome(() => open()[call]("/d/f", "/g/f"))).toMatch(/^ENOTDIR/)
  }
})

it("a rename replaces a file, fails if one exists, or exchanges both", () => {
  const rename = (mode: RenameMode) => {
    const fs = open()
    return [outcome(() => fs.rootDirectory.rename("/d/f", "/g", mode)), fs.exists("/d/f"), fs.exists("/g")]
  }
  expect([rename("replace"), rename("noreplace"), rename("exchange")]).toEqual([
    ["ok", false, true],
    ["EEXIST rename /d/f /g", true, true],
    ["ok", true, true]
  ])
  const asked: Array<string> = []
  open({ rename: (_, __, mode) => void asked.push(mode) }).rename("/d/f", "/g")
  expect(asked).toEqual(["replace"])
})

it("makeNode accepts the numbers that the kernel accepts", () => {
  const make = (node: NewNode, path = "/new", change: Partial<Operations<Node>> = {}, mode = 0o600) =>
    outcome(() => open(change).rootDirectory.makeNode(path, node, mode))
  const device = (major: number, minor: number): NewNode => ({ type: "CharacterDevice", major, minor })
  expect([make({ type: "FIFO" }), make({ type: "Socket" })]).toEqual(["ok", "ok"])
  expect([make({ type: "FIFO" }, "/g"), make({ type: "FIFO" }, "/d/.."), make({ type: "FIFO" }, "/new/")])
    .toEqual(["EEXIST mknod /g", "EEXIST mknod /d/..", "ENOENT mknod /new/"])
  const range = (name: string, most: number, value: number) =>
    `The value of "${name}" must be a whole number from 0 to ${most}, not ${value}`
  expect([device(0xfff, 0xf_ffff), device(0x1000, 0), device(0, 0x10_0000), device(-1, 0), device(0, 0.5)]
    .map((node) => make(node))).toEqual([
      "EPERM mknod /new",
      range("major", 0xfff, 0x1000),
      range("minor", 0xf_ffff, 0x10_0000),
      range("major", 0xfff, -1),
      range("minor", 0xf_ffff, 0.5)
    ])
  expect(make({ type: "FIFO" }, "/new", {}, -1)).toBe(range("mode", 0x7fff_ffff, -1))
})

it("what a file system cannot do fails with ENOTSUP, unless the path does not resolve", () => {
  const { extendedAttributes: _, mknod: __, ...rest } = built(tree, user).operations
  const { rootDirectory } = FileSystem.make(rest, options)
  expect([
    outcome(() => rootDirectory.makeNode("/new", { type: "FIFO" }, 0o600)),
    outcome(() => rootDirectory.makeNode("/none/new", { type: "FIFO" }, 0o600)),
    outcome(() => rootDirectory.getExtendedAttribute("/g", "user.x")),
    outcome(() => rootDirectory.listExtendedAttributes("/none"))
  ]).toEqual(["ENOTSUP mknod /new", "ENOENT mknod /none/new", "ENOTSUP getxattr /g", "ENOENT listxattr /none"])
})

it("readLink of a link with a slash after it fails, because it follows the link", () => {
  const fs = open()
  expect(fs.readLink("/l")).toBe("d")
  expect([
    outcome(() => void fs.readLink("/l/")),
    outcome(() => void fs.readLink("/none/")),
    outcome(() => void fs.readLink("/g/")),
    outcome(() => void fs.readLink("/d/.."))
  ]).toEqual(["EINVAL readlink /l/", "ENOENT readlink /none/", "ENOTDIR readlink /g/", "EINVAL readlink /d/.."])
})

it("makeDirectories creates neither the directory `from` nor the target of a dangling link", () => {
  const { operations } = built({ ...tree, "/dang": MemoryTree.link("gone", user) }, user)
  const make = (path: string, from?: string) => {
    const fs = FileSystem.make(operations, { ...options, policy: { from } })
    return outcome(() => void fs.makeDirectories(path, 0o777))
  }
  expect([make("a", "/none/x"), make("a/b", "/none"), make("dang/x"), make("dang"), make("../new", "/d")]).toEqual([
    "ENOENT mkdir a",
    "ENOENT mkdir a/b",
    "ENOTDIR mkdir dang/x",
    "ENOENT mkdir dang",
    "ok"
  ])
  const fs = FileSystem.make(operations, options)
  expect([fs.exists("/none"), fs.exists("/gone"), fs.exists("/new")]).toEqual([false, false, true])
})

it("no directory is created for a temporary file with an invalid name", () => {
  const { operations } = built(tree, user)
  const fs = FileSystem.make(operations, options)
  expect(() => Program.runSync(fs.makeTemporaryFile("/d/t", "\0"))).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARG_VALUE" })
  )
  expect(Program.runSync(fs.readDirectory("/d", false))).toEqual(["f"])
})

describe("a temporary file that cannot be created", () => {
  const leaves = (suffix: string, change: (operations: Operations<Node>) => Partial<Operations<Node>> = () => ({})) => {
    const { operations } = built(tree, user)
    const fs = FileSystem.make({ ...operations, ...change(operations) }, options)
    const failed = outcome(() => void Program.runSync(fs.makeTemporaryFile("/d/t", suffix)))
    return [failed, Program.runSync(fs.readDirectory("/d", true))]
  }

  const fail = (): never => {
    throw Errno.make("EIO")
  }

  it("leaves no directory", () => {
    const long = "x".repeat(300)
    expect(leaves(long)).toEqual([`ENAMETOOLONG open /d/tXXXXXX/name${long}`, ["f"]])
    expect(leaves("/x")).toEqual(["ENOENT open /d/tXXXXXX/name/x", ["f"]])
  })

  it("leaves no file that could not be closed", () => {
    const failed = "EIO close "
    expect(leaves("", ({ files }) => ({ files: { ...files, close: fail } }))).toEqual([failed, ["f"]])
  })

  it("leaves what may not be removed, and reports the first failure", () => {
    const failed = "ENOENT open /d/tXXXXXX/name/x"
    expect(leaves("/x", () => ({ rmdir: fail }))).toEqual([failed, ["f", "tXXXXXX"]])
  })
})

it("links that the policy does not allow fail with ELOOP, and absolute paths with EXDEV", () => {
  const stat = (policy: PathPolicy) => {
    const fs = FileSystem.make(built(tree, user).operations, { ...options, policy })
    return outcome(() => void fs.stat("/l"))
  }
  expect([stat({}), stat({ symlinks: "forbid" }), stat({ maxSymlinks: 0 }), stat({ containment: "beneath" })])
    .toEqual(["ok", "ELOOP stat /l", "ELOOP stat /l", "EXDEV stat /l"])
})

it("a failure contains the reason why the path did not resolve", () => {
  const thrown = (path: string, change: Partial<Operations<Node>> = {}): unknown => {
    try {
      return open(change).stat(path)
    } catch (thrown) {
      return thrown
    }
  }
  const outcome = { at: "/none", reason: { _tag: "Missing" } }
  expect(thrown("/none")).toMatchObject({ code: "ENOENT", unresolved: { path: "/none", outcome }, cause: undefined })
  expect(thrown("/unsearchable/f")).toMatchObject({ code: "EACCES", cause: { code: "EACCES" } })
  expect(thrown("")).toMatchObject({ code: "ENOENT", unresolved: { path: "", outcome: undefined } })
  const long = "x".repeat(4_096)
  expect(thrown(long)).toMatchObject({ code: "ENAMETOOLONG", unresolved: { path: long, outcome: undefined } })
  const { lookup } = built(tree, user).operations
  const magic: Partial<Operations<Node>> = {
    lookup: (asked, own) => {
      const entry = lookup(asked, own)
      return entry._tag === "SymbolicLink" ? { ...entry, magic: true } : entry
    }
  }
  expect(thrown("/l", magic)).toMatchObject({
    code: "EXDEV",
    unresolved: { outcome: { reason: { _tag: "MagicLink" } } }
  })
})

it("creating a name that existed fails with EEXIST, even if it was removed before its mount is checked", () => {
  const operations = built(tree, user).operations
  const create = () => {
    throw Errno.make("EEXIST")
  }
  const release = (found: Node) => {
    if (Errno.isErrno(found)) throw new TypeError("that is a failure")
  }
  const fs = FileSystem.make({ ...operations, create, release }, { ...options, policy: { mounts: "forbid" } })
  expect(outcome(() => void fs.open("/new", "wx", 0o666))).toBe("EEXIST open /new")
})

it("mounts are found even if handles need no release, and a file system can have none", () => {
  const { operations } = built({ ...tree, "/d/m": MemoryTree.mount(user) }, user)
  const policy = { mounts: "forbid" } as const
  const fs = FileSystem.make(operations, { ...options, policy })
  expect(fs.readLink("/l")).toBe("d")
  expect(outcome(() => void Program.runSync(fs.readDirectory("/d", true)))).toBe("EXDEV scandir /d/m")
  expect(outcome(() => void fs.open("/d/m", "wx", 0o666))).toBe("EXDEV open /d/m")
  expect(outcome(() => void fs.open("/d/f", "wx", 0o666))).toBe("EEXIST open /d/f")
  const { mount: _, ...rest } = built(tree, user).operations
  expect(Program.runSync(FileSystem.make(rest, { ...options, policy }).readDirectory("/d", true))).toEqual(["f"])
})
