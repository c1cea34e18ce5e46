/** Tests lookups, permissions and attributes of a tree in memory, where the kernel has a rule of its own. */
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { describe, expect, it } from "vitest"
import type { Node } from "../src/internal/memory/inode.js"
import { codeOf, thrownBy } from "./failing.js"
import { built, lookedUp } from "./handles.js"
import { memoryOf } from "./memory.js"

const owner = { uid: 7, gid: 7 }
const other = { uid: 8, gid: 8 }

const tree: MemoryTree.Tree = {
  "/plain": MemoryTree.file("", { mode: 0o666 }),
  "/program": MemoryTree.file("", { mode: 0o010, ...owner }),
  "/d": MemoryTree.directory({ mode: 0o600, ...owner }),
  "/d/f": "",
  "/fifo": MemoryTree.fifo({ mode: 0o600, ...owner }),
  "/link": MemoryTree.link("plain")
}

const scene = (user?: MemoryTree.User) => {
  const { operations, root } = built(tree, user)
  return { operations, root, at: (name: string) => operations.child(root, name) }
}

describe("a lookup", () => {
  it("checks search permission first, then the length of the name", () => {
    const long = "n".repeat(256)
    const denied = scene(other)
    expect(lookedUp(denied.operations, denied.at("d"), long)).toMatchObject({
      _tag: "Fault",
      cause: { code: "EACCES" }
    })
    const { at, operations, root } = scene()
    expect(lookedUp(operations, root, long)).toMatchObject({ _tag: "Fault", cause: { code: "ENAMETOOLONG" } })
    expect(lookedUp(operations, root, "n".repeat(255))).toEqual({ _tag: "Missing" })
    expect(lookedUp(operations, at("d"), ".")).toEqual({ _tag: "Directory", handle: at("d") })
    expect(lookedUp(operations, at("d"), "f")).toMatchObject({ _tag: "Other", mounted: false })
    expect(lookedUp(operations, at("plain"), "x")).toEqual({ _tag: "Missing" })
  })

  it("denies a link only in a sticky directory that everybody can write to, if the kernel protects links", () => {
    const files = {
      "/target": "",
      "/sticky": MemoryTree.directory({ mode: 0o1777 }),
      "/sticky/link": MemoryTree.link("/target", owner),
      "/open": MemoryTree.directory({ mode: 0o777 }),
      "/open/link": MemoryTree.link("/target", owner)
    }
    const reading = (path: string, symlinks: 0 | 1) => {
      const { fileSystem } = memoryOf(files, { user: other, protection: { symlinks } })
      return codeOf(() => fileSystem.stat(path))
    }
    expect([reading("/sticky/link", 1), reading("/open/link", 1)]).toEqual(["EACCES", "ok"])
    expect([reading("/sticky/link", 0), reading("/open/link", 0)]).toEqual(["ok", "ok"])
  })
})

describe("access", () => {
  const access = (user: MemoryTree.User | undefined, name: string, executable: boolean): string => {
    const { at, operations } = scene(user)
    return codeOf(() => operations.access(at(name), { readable: false, writable: false, executable }))
  }

  it("to execute a file is given to the superuser only if somebody may execute it", () => {
    expect(["plain", "program", "d", "fifo"].map((name) => access(undefined, name, true)))
      .toEqual(["EACCES", "ok", "ok", "EACCES"])
    expect(["plain", "program", "d"].map((name) => access(owner, name, true))).toEqual(["EACCES", "EACCES", "EACCES"])
    expect(access({ uid: 8, gid: 8, groups: [7] }, "program", true)).toBe("ok")
  })

  it("that asks for nothing is always given", () => {
    for (const user of [undefined, owner, other]) expect(access(user, "fifo", false)).toBe("ok")
  })
})

describe("what is not a directory", () => {
  it("cannot be listed, nor contain names", () => {
    const { at, operations } = scene()
    const calls: ReadonlyArray<(node: Node) => unknown> = [
      (node) => operations.readdir(node),
      (node) => operations.readEntries(node),
      (node) => operations.openDirectory(node),
      (node) => operations.child(node, "x"),
      (node) => operations.mayCreate(node)
    ]
    for (const name of ["plain", "fifo", "link"]) {
      for (const call of calls) expect(thrownBy(() => call(at(name))).code).toBe("ENOTDIR")
    }
  })
})

describe("a directory", () => {
  it("can be listed with permission to read it, and is searched for a name with permission for that", () => {
    const { at, operations } = scene(owner)
    expect(operations.readdir(at("d"))).toEqual(["f"])
    expect(thrownBy(() => operations.child(at("d"), "f")).code).toBe("EACCES")
    expect(thrownBy(() => operations.mayCreate(at("d"))).code).toBe("EACCES")
    const others = scene(other)
    expect(thrownBy(() => others.operations.readdir(others.at("d"))).code).toBe("EACCES")
    const superuser = scene()
    expect(superuser.operations.mayCreate(superuser.at("d"))).toBeUndefined()
    expect(thrownBy(() => superuser.operations.child(superuser.at("d"), "x")).code).toBe("ENOENT")
  })
})

describe("a root", () => {
  it("can be held, which does nothing", () => {
    const { operations, root } = scene()
    expect(operations.top()).toBe(root)
    expect(operations.retain()()).toBeUndefined()
  })
})

describe("statfs", () => {
  it("is that of tmpfs without limits", () => {
    const { at, operations } = scene()
    expect(operations.statfs(at("plain"))).toEqual({
      type: 0x0102_1994n,
      blockSize: 4_096n,
      fragmentSize: 4_096n,
      blocks: 0n,
      freeBlocks: 0n,
      availableBlocks: 0n,
      inodes: 0n,
      freeInodes: 0n
    })
  })
})
