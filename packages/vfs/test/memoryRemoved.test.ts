/** Tests that a directory in memory that was removed gets no more names, even from those that still use it. */
import type { ParentAndName } from "@procfsroot/vfs/InodeOperations"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import type { Node } from "../src/internal/memory/inode.js"
import { inodeOperations } from "../src/internal/memory/inodeOperations.js"
import { worldOf } from "../src/internal/memory/world.js"
import { flagsOf } from "../src/internal/openFlags.js"
import { codeOf } from "./failing.js"
import { built, lookedUp, type Operations } from "./handles.js"
import { memoryOf, nodeAt, observing, placeAt } from "./memory.js"

const { runSync } = Program

const tree: MemoryTree.Tree = {
  "/file": "text",
  "/d": MemoryTree.directory(),
  "/gone": MemoryTree.directory({ mode: 0o755 }),
  "/locked": MemoryTree.directory({ mode: 0o700 })
}

/** Operations of a user, and a place in a directory that is removed after it was found. */
const scene = (directory: string, name: string, user: MemoryTree.User = { uid: 0, gid: 0 }) => {
  const { operations, root, world } = built(tree)
  const gone = placeAt(root, `${directory}/${name}`)
  operations.rmdir(placeAt(root, directory))
  return { gone, operations: inodeOperations(worldOf(world.shared, user), root), root, world }
}

type Scene = ReturnType<typeof scene>

const calls: Readonly<Record<string, (scene: Scene) => unknown>> = {
  create: ({ gone, operations }) => operations.create(gone, flagsOf("w"), 0o600),
  mkdir: ({ gone, operations }) => operations.mkdir(gone, 0o700),
  mknod: ({ gone, operations }) => operations.mknod(gone, { type: "FIFO" }, 0o600),
  symlink: ({ gone, operations }) => operations.symlink("target", gone),
  link: ({ gone, operations, root }) => operations.link(placeAt(root, "/file"), gone),
  "rename of a file": ({ gone, operations, root }) => operations.rename(placeAt(root, "/file"), gone, "replace"),
  "rename of a directory": ({ gone, operations, root }) => operations.rename(placeAt(root, "/d"), gone, "replace"),
  "rename that replaces nothing": ({ gone, operations, root }) =>
    operations.rename(placeAt(root, "/file"), gone, "noreplace"),
  exchange: ({ gone, operations, root }) => operations.rename(placeAt(root, "/file"), gone, "exchange"),
  "rename to another place": ({ gone, operations, root }) => operations.rename(gone, placeAt(root, "/new"), "replace"),
  unlink: ({ gone, operations }) => operations.unlink(gone),
  rmdir: ({ gone, operations }) => operations.rmdir(gone),
  readlink: ({ gone, operations }) => operations.readlink(gone),
  child: ({ gone, operations }) => operations.child(gone.directory, gone.name)
}

describe.each(Object.entries(calls))("in a removed directory, %s", (name, call) => {
  it("fails with ENOENT, whatever else is wrong", () => {
    expect(codeOf(() => call(scene("/gone", "x")))).toBe("ENOENT")
    // The kernel asks no file system about a name in it, so it does not know that the name is too long.
    expect(codeOf(() => call(scene("/gone", "n".repeat(256))))).toBe("ENOENT")
    // `open` refuses a slash before it looks at the directory (`open_last_lookups`).
    expect(codeOf(() => call(scene("/gone", "x/")))).toBe(name === "create" ? "EISDIR" : "ENOENT")
    expect(codeOf(() => call(scene("/gone", "x", { uid: 7, gid: 7 })))).toBe("ENOENT")
    expect(codeOf(() => call(scene("/locked", "x", { uid: 7, gid: 7 })))).toBe("EACCES")
  })
})

describe("a removed directory", () => {
  const gone = (): { readonly operations: Operations<Node>; readonly gone: ParentAndName<Node> } => scene("/gone", "x")

  it("is empty, has no links, and is itself found as `.`", () => {
    const { gone: { directory, name }, operations } = gone()
    const asked = (name: string) => lookedUp(operations, directory, name)
    expect(asked(".")).toMatchObject({ _tag: "Directory", handle: directory })
    expect([asked(name), asked("n".repeat(256))]).toEqual([{ _tag: "Missing" }, { _tag: "Missing" }])
    expect(operations.peek({ directory, name, slash: false })).toBeUndefined()
    expect(operations.readdir(directory)).toEqual([])
    expect(operations.getattr(directory).nlink).toBe(0)
    expect(operations.getattrExact(directory).nlink).toBe(0)
  })

  it("that a rename has replaced is the same", () => {
    const { operations, root } = built(tree)
    const place = placeAt(root, "/gone/x")
    operations.rename(placeAt(root, "/d"), placeAt(root, "/gone"), "replace")
    expect(codeOf(() => operations.mkdir(place, 0o700))).toBe("ENOENT")
    expect(operations.getattr(place.directory).nlink).toBe(0)
    expect(operations.getattr(nodeAt(root, "/gone")).nlink).toBe(2)
  })
})

describe("a directory that is removed while it is copied to", () => {
  const source: MemoryTree.Tree = {
    "/from/a": "a",
    "/from/d/e/f": "f",
    "/from/d/l": MemoryTree.link("e"),
    "/from/z": MemoryTree.directory()
  }

  /** Copies a tree, removes the copy before one of the steps, and returns whether there was such a step. */
  const copiedUntil = (at: number) => {
    const memory = memoryOf(source, { limits: { freeBytes: 1 << 20, freeInodes: 100 } })
    const { fileSystem: fs, steps } = memory
    const space = () => [fs.rootDirectory.statfs("/").freeBlocks, fs.rootDirectory.statfs("/").freeInodes]
    const remove = () => runSync(fs.remove("/to", { recursive: true, force: true }))
    const before = space()
    let count = 0
    const listener = observing(() => {
      if (count++ !== at) return
      steps.listener = undefined
      remove()
      steps.listener = listener
    })
    steps.listener = listener
    const code = codeOf(() => runSync(fs.copy("/from", "/to")))
    steps.listener = undefined
    remove()
    return { code, isRemoved: count > at, leak: before.map((free, i) => free - (space()[i] ?? 0n)) }
  }

  it("keeps nothing, and the copy fails unless it was finished", () => {
    const codes = new Set<string>()
    for (let at = 0, isRemoved = true; isRemoved; at++) {
      const copied = copiedUntil(at)
      expect([at, copied.leak]).toEqual([at, [0n, 0n]])
      if (copied.isRemoved) codes.add(copied.code)
      isRemoved = copied.isRemoved
    }
    expect([...codes].toSorted()).toEqual(["ENOENT", "ok"])
  })
})
