/** Tests which trees can be on the disk after a power failure. */
import { describe, expect, it } from "vitest"
import * as MemoryTree from "../src/MemoryTree.js"
import * as OpenFlags from "../src/OpenFlags.js"
import * as Program from "../src/Program.js"
import { A, at, B, brief, bytesOf, open, rename, seen, shown, sync, write } from "./crashing.js"
import { memoryOf } from "./memory.js"

describe("a crash", () => {
  it("keeps the tree that the file system starts with", () => {
    const memory = open({ "/d/file": "old", "/d/link": MemoryTree.link("file"), "/e": MemoryTree.hardLink("/d/file") })
    expect(memory.crashes()).toEqual([memory.snapshot()])
  })

  it("can lose a new file, or leave it empty", () => {
    const memory = open({ "/d": MemoryTree.directory() })
    write(memory, "/d/file", "new")
    expect(seen(memory.crashes(), "/d/file")).toEqual(["", "-", "new"])
  })

  it("keeps a new file that was synced, with its name", () => {
    const memory = open({})
    memory.fileSystem.mkdir("/d", 0o755)
    write(memory, "/d/file", "new")
    sync(memory, "/d/file")
    expect(memory.crashes()).toEqual([memory.snapshot()])
  })

  it("can leave the old file, an empty file or the new file after a rename over it", () => {
    const memory = open({ "/file": "old" })
    write(memory, "/new", "new")
    rename(memory, "/new", "/file")
    expect(seen(memory.crashes(), "/file", "/new")).toEqual([" -", "new -", "old ", "old -", "old new"])
  })

  it("leaves the old file or the new file if the new one was synced before the rename", () => {
    const memory = open({ "/file": "old" })
    write(memory, "/new", "new")
    sync(memory, "/new")
    rename(memory, "/new", "/file")
    expect(seen(memory.crashes(), "/file", "/new")).toEqual(["new -", "old new"])
    sync(memory, "/")
    expect(seen(memory.crashes(), "/file", "/new")).toEqual(["new -"])
  })

  it("leaves a file under its old name or the new one, never both or neither", () => {
    const memory = open({ "/a/file": "text", "/b": MemoryTree.directory() })
    rename(memory, "/a/file", "/b/file")
    expect(seen(memory.crashes(), "/a/file", "/b/file")).toEqual(["- text", "text -"])
  })

  it("keeps the order of changes of names", () => {
    const memory = open({ "/a": "a", "/b": "b" })
    memory.fileSystem.link("/a", "/c")
    rename(memory, "/b", "/a")
    memory.fileSystem.mkdir("/b", 0o700)
    expect(seen(memory.crashes(), "/a", "/b", "/c")).toEqual(["a b -", "a b HardLink", "b - a", "b Directory a"])
    // All earlier changes are in the same transaction of the journal, or in an earlier one.
    sync(memory, "/b")
    expect(memory.crashes()).toEqual([memory.snapshot()])
  })

  it("can lose what was changed after the last change of the synced file", () => {
    const memory = open({ "/a": "a", "/d/b": "b", "/d/c": "c" })
    memory.fileSystem.chmod("/a", 0o600)
    rename(memory, "/d/b", "/d/x")
    sync(memory, "/a")
    expect(seen(memory.crashes(), "/d/b", "/d/x")).toEqual(["- b", "b -"])
  })

  it("keeps special files", () => {
    const tree = { "/fifo": MemoryTree.fifo({ mode: 0o600 }), "/null": MemoryTree.device("CharacterDevice", 1, 3) }
    const memory = open(tree)
    memory.fileSystem.rootDirectory.makeNode("/new", { type: "Socket" }, 0o600)
    Program.runSync(memory.fileSystem.remove("/fifo"))
    const [first, , last] = memory.crashes()
    expect(first).toMatchObject(tree)
    expect([first?.["/new"], last?.["/new"], last?.["/fifo"]]).toMatchObject([undefined, { type: "Socket" }, undefined])
  })

  it("can lose each attribute that was changed", () => {
    const changes: ReadonlyArray<(fs: MemoryTree.Memory["fileSystem"]) => void> = [
      (fs) => fs.chmod("/a", 0o600),
      (fs) => fs.chown("/a", 1, -1),
      (fs) => fs.chown("/a", -1, 1),
      (fs) => fs.utimes("/a", 1, 2)
    ]
    for (const change of changes) {
      const memory = open({ "/a": "a" })
      const before = memory.snapshot()["/a"]
      change(memory.fileSystem)
      expect(memory.crashes().map((tree) => tree["/a"])).toEqual([before, memory.snapshot()["/a"]])
    }
  })

  it("cuts a file off together with its new time", () => {
    const memory = open({ "/a": "long" })
    memory.now = 5_000
    Program.runSync(memory.fileSystem.truncate("/a", 1))
    const mtimeOf = (tree: MemoryTree.Tree) => Object(tree["/a"]).mtime
    expect(memory.crashes().map((tree) => [shown(tree["/a"] as MemoryTree.Entry), mtimeOf(tree)])) // only entries
      .toEqual([["long", new Date(0)], ["l", new Date(5_000)]])
  })

  it("keeps only what came before the synced change, no matter how much was synced earlier", () => {
    const memory = open({ "/a": "a", "/b": "b" })
    const { chmod } = memory.fileSystem
    for (const mode of [0o600, 0o640, 0o644]) chmod("/a", mode)
    memory.syncAll()
    chmod("/a", 0o711)
    chmod("/b", 0o722)
    chmod("/b", 0o733)
    sync(memory, "/a")
    const modes = memory.crashes().map((tree) => ["/a", "/b"].map((path) => Object(tree[path]).mode))
    expect(modes).toEqual([[0o711, 0o644], [0o711, 0o722], [0o711, 0o733]])
  })

  it("can store a block that was there before the file was cut off after it", () => {
    const memory = open({ "/file": A })
    at(memory, "/file", 4096, B + B)
    Program.runSync(memory.fileSystem.truncate("/file", 3 * 4096 - 1))
    at(memory, "/file", 4096, "C")
    // The new size is not on the disk, but the last write to the second block is.
    expect(seen(memory.crashes(), "/file")).toContain(brief(`${A}C${B.slice(1)}${B}`))
  })

  it("does not make a file longer by a block that is not part of it on the disk", () => {
    const memory = open({ "/file": A })
    at(memory, "/file", 8192, B)
    Program.runSync(memory.fileSystem.truncate("/file", 3 * 4096 - 1))
    at(memory, "/file", 8192, "C")
    expect(seen(memory.crashes(), "/file")).not.toContain(brief(A + "\0".repeat(4096)))
  })

  it("chooses each number of changes equally often", () => {
    const memory = open({ "/a": "a", "/b": "b" })
    for (const mode of [0o600, 0o640, 0o600, 0o640]) memory.fileSystem.chmod("/b", mode)
    memory.syncAll()
    memory.fileSystem.chmod("/a", 0o600)
    const kept = Array.from({ length: 200 }, (_, seed) => Object(memory.crash({ seed })["/a"]).mode === 0o600)
    expect(kept.filter((is) => is).length).toBeGreaterThan(70)
    expect(kept.filter((is) => !is).length).toBeGreaterThan(70)
  })

  it("refuses options that it does not know", () => {
    const memory = open({})
    const refused = (run: () => unknown, why: string) => expect(run).toThrow(new TypeError(why))
    const options: object = { sed: 1, limt: 1 }
    refused(() => memory.crash(options), "a crash has no field \"sed\"; it may have seed")
    refused(() => memory.crashes(options), "a list of crashes has no field \"sed\"; it may have limit")
    refused(() => memory.crashes({ limit: 0 }), "limit is 0, but it must be a whole number from 1")
    expect(memory.crashes({ limit: 1 })).toHaveLength(1)
  })

  it("keeps the last change of a name of a file that was synced afterwards", () => {
    const { runSync } = Program
    const changes: Readonly<Record<string, (fs: MemoryTree.Memory["fileSystem"]) => void>> = {
      "/a removed": (fs) => runSync(fs.remove("/a")),
      "/a linked": (fs) => fs.link("/a", "/d/new"),
      "/a moved": (fs) => fs.rename("/a", "/d/new"),
      "/a moved over another file": (fs) => fs.rename("/a", "/d/b"),
      "/d/b replaced": (fs) => fs.rename("/a", "/d/b"),
      "/a exchanged": (fs) => fs.rootDirectory.rename("/a", "/d/b", "exchange"),
      "/d/b exchanged": (fs) => fs.rootDirectory.rename("/a", "/d/b", "exchange")
    }
    for (const [name, change] of Object.entries(changes)) {
      const memory = open({ "/a": "a", "/d/b": "b" })
      const file = Program.valueOf(memory.fileSystem.open(name.split(" ")[0] ?? "", OpenFlags.fromFlag("r"), 0))
      change(memory.fileSystem)
      expect([name, memory.crashes().length > 1]).toEqual([name, true])
      runSync(file.sync())
      expect([name, memory.crashes()]).toEqual([name, [memory.snapshot()]])
    }
  })

  it("keeps attributes that were synced", () => {
    const memory = open({ "/a": "a" })
    memory.fileSystem.chmod("/a", 0o600)
    expect(memory.crashes().map((tree) => tree["/a"])).toMatchObject([{ mode: 0o644 }, { mode: 0o600 }])
    sync(memory, "/a")
    expect(memory.crashes().map((tree) => tree["/a"])).toMatchObject([{ mode: 0o600 }])
  })

  it("stores overwritten blocks in any order, each of them or not", () => {
    const memory = open({ "/file": A + A })
    at(memory, "/file", 0, "X")
    at(memory, "/file", 4096, "Y")
    rename(memory, "/file", "/renamed")
    expect(seen(memory.crashes(), "/file").filter((text) => text !== "-")).toEqual(
      [brief(A + A), brief(`X${A.slice(1)}${A}`), brief(`${A}Y${A.slice(1)}`), brief(`X${A.slice(1)}Y${A.slice(1)}`)]
        .toSorted()
    )
  })

  it("never shows the new content of a freed block before the truncation that freed it", () => {
    const memory = open({ "/file": A + A })
    write(memory, "/file", B)
    expect(seen(memory.crashes(), "/file")).toEqual(["", "a*8192", "b*4096"])
  })

  it("never shows it before the truncation even if the freed block was new", () => {
    const memory = open({ "/file": "" })
    at(memory, "/file", 0, A + A)
    write(memory, "/file", B)
    expect(seen(memory.crashes(), "/file")).toEqual(
      ["", "a*4096", "a*8192", "b*4096", brief(`${"\0".repeat(4096)}${A}`)].toSorted()
    )
  })

  it("can show the block after each write", () => {
    const memory = open({ "/file": "old" })
    at(memory, "/file", 0, "one")
    at(memory, "/file", 0, "two")
    expect(seen(memory.crashes(), "/file")).toEqual(["old", "one", "two"])
  })

  it("exchanges both names or neither", () => {
    const memory = open({ "/a": "a", "/b": "b" })
    memory.fileSystem.rootDirectory.rename("/a", "/b", "exchange")
    expect(seen(memory.crashes(), "/a", "/b")).toEqual(["a b", "b a"])
  })

  it("can keep the new times of a write that failed with ENOSPC", () => {
    const memory = open({ "/file": A })
    memory.limit({ freeBytes: 0 })
    memory.now = 1000
    expect(() => at(memory, "/file", 4096, "b")).toThrow(expect.objectContaining({ code: "ENOSPC" }))
    expect(memory.crashes()).toContainEqual(memory.snapshot())
  })

  it("can show zeros if a later block is stored before an earlier one", () => {
    const memory = open({ "/file": "" })
    at(memory, "/file", 0, A + B)
    expect(seen(memory.crashes(), "/file")).toEqual(["", brief(`${"\0".repeat(4096)}${B}`), "a*4096", "a*4096b*4096"])
  })

  it("does not show appended data until earlier changes of names are stored", () => {
    const memory = open({ "/log": "1", "/a": "" })
    rename(memory, "/a", "/b")
    at(memory, "/log", 1, "2")
    expect(seen(memory.crashes(), "/log", "/a", "/b")).toEqual(["1  -", "1 - ", "12 - "])
    sync(memory, "/log")
    expect(memory.crashes()).toEqual([memory.snapshot()])
  })

  it("can bring back what was cut off, but not after a sync", () => {
    const memory = open({ "/file": "long text" })
    Program.runSync(memory.fileSystem.truncate("/file", 4))
    expect(seen(memory.crashes(), "/file")).toEqual(["long", "long text"])
    sync(memory, "/file")
    at(memory, "/file", 6, "!")
    expect(seen(memory.crashes(), "/file")).toEqual(["long", "long\0\0!"])
  })

  it("can show zeros where a block was cut and stored before the new size", () => {
    const memory = open({ "/file": A })
    Program.runSync(memory.fileSystem.truncate("/file", 1))
    at(memory, "/file", 0, "X")
    expect(seen(memory.crashes(), "/file")).toEqual(["X", brief(`X${"\0".repeat(4095)}`), "a", "a*4096"])
  })

  it("lists a tree only once if several writes lead to it", () => {
    const memory = open({ "/file": "old" })
    for (let times = 0; times < 3; times++) at(memory, "/file", 0, "new")
    expect(memory.crashes()).toHaveLength(2)
  })

  it("loses a file without a name, even if it was synced", () => {
    const memory = open({ "/file": "old" })
    const file = Program.valueOf(memory.fileSystem.open("/file", OpenFlags.fromFlag("r+"), 0))
    memory.fileSystem.unlink("/file")
    Program.runSync(file.write(bytesOf("new")))
    Program.runSync(file.sync())
    expect(seen(memory.crashes(), "/file")).toEqual(["-"])
  })
})

describe("the recording of changes", () => {
  it("starts again after a sync of everything", () => {
    const memory = open({ "/file": "old" })
    write(memory, "/file", "new")
    rename(memory, "/file", "/other")
    memory.syncAll()
    expect(memory.crashes()).toEqual([memory.snapshot()])
    at(memory, "/other", 0, "N")
    expect(seen(memory.crashes(), "/other")).toEqual(["New", "new"])
  })

  it("is off by default", () => {
    const memory = memoryOf({})
    expect(() => memory.crash()).toThrow("create the file system with `crashes: true`")
    expect(() => memory.crashes()).toThrow(TypeError)
    memory.syncAll()
  })

  it("does not count what was stored again without a change", () => {
    const memory = open({ "/file": A.repeat(12), "/other": "----" })
    at(memory, "/file", 0, A.repeat(11) + B)
    for (let i = 0; i < 1100; i++) at(memory, "/other", 0, ["same", "----"][i % 2] ?? "")
    expect(seen(memory.crashes(), "/file")).toEqual([`a*${11 * 4096}b*4096`, `a*${12 * 4096}`])
    expect(seen(memory.crashes(), "/other")).toEqual(["----", "same"])
    expect(memory.crashes()).toHaveLength(4)
  })

  it("throws a TypeError if more trees are possible than the limit", () => {
    const memory = open({ "/file": "" })
    at(memory, "/file", 0, A.repeat(40))
    expect(() => memory.crashes()).toThrow("than the limit, 1000:")
    const small = open({ "/file": "old" })
    write(small, "/file", "new")
    const count = small.crashes().length
    expect(small.crashes({ limit: count })).toHaveLength(count)
    expect(() => small.crashes({ limit: count - 1 })).toThrow(TypeError)
  })
})
