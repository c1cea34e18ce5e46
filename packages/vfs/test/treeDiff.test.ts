import { describe, expect, it } from "vitest"
import { unified } from "../src/internal/memory/diff/lines.js"
import * as MemoryTree from "../src/MemoryTree.js"
import * as Program from "../src/Program.js"
import * as TreeDiff from "../src/TreeDiff.js"
import { memoryOf } from "./memory.js"

declare module "vitest" {
  interface Matchers<T> extends TreeDiff.Matchers<T> {}
}

expect.extend(TreeDiff.matchers)

const { directory, fifo, file, hardLink, link } = MemoryTree

const write = ({ fileSystem }: MemoryTree.Memory, path: string, text: string): void =>
  Program.runSync(fileSystem.writeFile(path, new TextEncoder().encode(text), "w", 0o644))

const print = (before: MemoryTree.Tree, after: MemoryTree.Tree): string => TreeDiff.print(TreeDiff.diff(before, after))

describe("a diff", () => {
  it("has one path per line", () => {
    const before = {
      "/etc/hosts": "a\nb\nc\nd\ne\nf\n",
      "/etc/rc": link("rc.d"),
      "/etc/shadow": file("secret\n", { mode: 0o644 }),
      "/old": directory(),
      "/pipe": "no pipe",
      "/data": new Uint8Array([0, 1, 255]),
      "/one": "1",
      "/two": hardLink("/one")
    }
    const after = {
      "/etc/hosts": "a\nb\nc\nD\ne\nf",
      "/etc/rc": link("../rc"),
      "/etc/shadow": file("secret\n", { mode: 0o4600, uid: 1000, mtime: new Date(1000) }),
      "/new name": file("x"),
      "/pipe": fifo(),
      "/data": new Uint8Array([0, 1, 254, 3]),
      "/one": "1",
      "/two": "1"
    }
    expect(print(before, after)).toBe(
      `~ /data
    bytes differ from offset 2: 3 bytes → 4 bytes
~ /etc/hosts
    @@ -1,6 +1,6 @@
     a
     b
     c
    -d
    +D
     e
    -f
    +f
    \\ No newline at end of file
~ /etc/rc -> rc.d → -> ../rc
~ /etc/shadow mode 0644 → 4600, owner 0:0 → 1000:0, mtime 1970-01-01T00:00:00.000Z → 1970-01-01T00:00:01.000Z
+ "/new name" file 0644 0:0 1 byte
- /old directory 0755 0:0
~ /pipe file 0644 0:0 7 bytes → fifo 0644 0:0
~ /two = /one → file 0644 0:0 1 byte`
    )
  })

  it("escapes everything that could garble a terminal", () => {
    expect(print({ "/a": "x\n" }, { "/a": "\u001b[2J\u202e\n", "/b\n": "" })).toBe(
      "~ /a\n    @@ -1 +1 @@\n    -x\n    +\\u001b[2J\\u202e\n+ \"/b\\n\" file 0644 0:0 0 bytes"
    )
  })

  it("does not ignore an attribute that does not exist", () => {
    const misspelt: TreeDiff.Options = JSON.parse(`{ "ignore": ["mtim"] }`)
    const error = new TypeError("there is no attribute \"mtim\" to ignore; there are mode, uid, gid, mtime")
    expect(() => TreeDiff.diff({}, {}, misspelt)).toThrow(error)
    expect(() => TreeDiff.print([], misspelt)).toThrow(error)
  })

  it("leaves out the attributes that are ignored", () => {
    const [before, after] = [{ "/a": file("", { uid: 1 }) }, { "/a": file("", { mode: 0o600, mtime: new Date(1) }) }]
    expect(TreeDiff.diff(before, after, { ignore: ["uid", "mode", "mtime"] })).toEqual([])
    expect(TreeDiff.diff(before, after, { ignore: ["uid", "mode"] })).toHaveLength(1)
    const options = { ignore: ["uid", "mtime"] } as const
    expect(TreeDiff.print(TreeDiff.diff(before, after, options), options)).toBe("~ /a mode 0644 → 0600")
    expect(TreeDiff.matchers.toEqualTree(after, before, options).message()).toMatch(/\n~ \/a mode 0644 → 0600$/)
  })

  it("throws a TypeError for an invalid tree", () => {
    expect(() => TreeDiff.diff({}, { "a": "" })).toThrow(TypeError)
  })
})

describe("the matcher", () => {
  it("fails with the diff", () => {
    expect({ "/a": "1\n" }).toEqualTree({ "/a": "1\n" })
    expect({ "/a": "1\n" }).not.toEqualTree({ "/a": "2\n" })
    expect(() => expect({ "/a": "1\n" }).toEqualTree({ "/a": "2\n" })).toThrow("    -2\n    +1")
    expect(() => expect({}).not.toEqualTree({})).toThrow("which was not expected")
  })
})

describe("the lines of a text", () => {
  it("are shown as all replaced if hardly any are the same", () => {
    const many = (letter: string) => Array.from({ length: 2_000 }, (_, i) => `${letter}${i}\n`).join("")
    expect(unified(`a\n${many("x")}`, `a\n${many("y")}`)).toHaveLength(4_002)
  })
})

describe("a snapshot", () => {
  const tree = (directories: number, files: number): MemoryTree.Tree =>
    Object.fromEntries(
      Array.from({ length: directories * files }, (_, i) => [`/d${i % directories}/f${i}`, `content ${i}`])
    )

  it("does not change when the tree changes later", () => {
    const memory = memoryOf({ "/d/a": "a", "/d/b": hardLink("/d/a"), "/e/x/y": "y", "/l": link("d") })
    const { fileSystem } = memory
    const before = memory.snapshot()
    write(memory, "/d/a", "longer than it was")
    write(memory, "/e/new", "new")
    fileSystem.rename("/e/x", "/d/x")
    fileSystem.chmod("/d", 0o700)
    Program.runSync(fileSystem.remove("/l"))
    expect(before).toEqualTree({ "/d/a": "a", "/d/b": hardLink("/d/a"), "/e/x/y": "y", "/l": link("d") })
    expect(memory.snapshot()).toEqualTree({
      "/d": directory({ mode: 0o700 }),
      "/d/a": "longer than it was",
      "/d/b": hardLink("/d/a"),
      "/d/x/y": "y",
      "/e/new": "new"
    })
  })

  it("contains all hard links, in any directory", () => {
    const memory = memoryOf({ "/a/f": "1", "/d": directory() })
    const first = memory.snapshot()
    memory.fileSystem.link("/a/f", "/d/f")
    const second = memory.snapshot()
    memory.fileSystem.rename("/a", "/z")
    const changes = (before: MemoryTree.Tree, after: MemoryTree.Tree) =>
      TreeDiff.print(TreeDiff.diff(before, after, { ignore: ["mtime"] })).split("\n")
    expect(changes(first, second)).toEqual(["+ /d/f = /a/f"])
    expect(changes(second, memory.snapshot())).toEqual([
      "- /a directory 0755 0:0",
      "- /a/f file 0644 0:0 1 byte",
      "~ /d/f = /a/f → file 0644 0:0 1 byte",
      "+ /z directory 0755 0:0",
      "+ /z/f = /d/f"
    ])
  })

  it("can be used as the tree of several file systems", () => {
    const snapshot = memoryOf({ "/d/a": "a", "/d/b": hardLink("/d/a"), "/e/c": "c" }).snapshot()
    const [one, other] = [memoryOf(snapshot), memoryOf(snapshot)]
    write(one, "/d/b", "one")
    write(other, "/e/c", "other")
    expect(print(snapshot, one.snapshot())).toBe(
      "~ /d/a\n    @@ -1 +1 @@\n    -a\n    \\ No newline at end of file\n    +one\n    \\ No newline at end of file"
    )
    expect(TreeDiff.diff(snapshot, other.snapshot()).map(({ path }) => path)).toEqual(["/e/c"])
    expect(one.fileSystem.stat("/d/a").nlink).toBe(2)
  })

  it("has the right link counts of directories, even after changes", () => {
    const memory = memoryOf({ "/d/a": "a", "/d/b": directory(), "/d/c": directory() })
    memory.snapshot()
    memory.fileSystem.rename("/d/b", "/b")
    memory.fileSystem.mkdir("/d/c/e", 0o755)
    const middle = memoryOf(memory.snapshot()).fileSystem
    expect([middle.stat("/").nlink, middle.stat("/d").nlink, middle.stat("/d/c").nlink]).toEqual([4, 3, 3])
    memory.fileSystem.rmdir("/d/c/e")
    memory.fileSystem.rmdir("/d/c")
    memory.fileSystem.unlink("/d/a")
    const last = memoryOf(memory.snapshot()).fileSystem
    expect([last.stat("/").nlink, last.stat("/d").nlink]).toEqual([4, 2])
    last.rmdir("/d")
    expect(last.stat("/").nlink).toBe(3)
  })

  it("looks like a plain object", () => {
    const snapshot = memoryOf({ "/a": "a" }).snapshot()
    expect({ ...snapshot }).toEqual({ "/": directory(), "/a": file("a") })
    expect(Object.keys(snapshot)).toEqual(["/", "/a"])
    expect("/a" in snapshot).toBe(true)
    expect(snapshot["/a"]).toEqual(file("a"))
    expect(snapshot).not.toEqual(memoryOf({ "/a": "b" }).snapshot())
    expect(() => Object.assign(snapshot, { "/b": file("") })).toThrow(TypeError)
  })

  it("is compared with the same result as a plain copy", () => {
    let state = 7
    const random = (n: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % n
    const memory = memoryOf(tree(3, 40))
    const path = () => `/d${random(3)}/f${random(120)}`
    const steps = [
      () => write(memory, path(), `${random(1_000)}`),
      () => memory.fileSystem.rename(path(), path()),
      () => memory.fileSystem.link(path(), path()),
      () => memory.fileSystem.chmod(path(), random(0o777)),
      () => memory.fileSystem.rename(`/d${random(3)}`, `/d${random(3)}/d${random(3)}`),
      () => Program.runSync(memory.fileSystem.remove(path()))
    ]
    let before = memory.snapshot()
    for (let i = 0; i < 150; i++) {
      for (let k = random(20); k >= 0; k--) {
        try {
          steps[random(steps.length)]?.()
        } catch { /* many of these paths do not exist */ }
      }
      const after = memory.snapshot()
      // Copies have no image, so they are built and compared completely.
      expect(TreeDiff.diff(before, after)).toEqual(TreeDiff.diff({ ...before }, { ...after }))
      expect(memoryOf(after).snapshot()).toEqualTree({ ...after })
      before = after
    }
  })

  it("shares everything that has not changed with the tree", () => {
    const memory = memoryOf(tree(100, 100))
    const before = memory.snapshot()
    for (let i = 0; i < 10; i++) write(memory, `/d${i}/f${i}`, "changed")
    const after = memory.snapshot()
    const changed = (from: MemoryTree.Tree, to: MemoryTree.Tree): number => {
      const start = performance.now()
      expect(TreeDiff.diff(from, to, { ignore: ["mtime"] })).toHaveLength(10)
      return performance.now() - start
    }
    const inCopies = changed({ ...before }, { ...after })
    // Plain copies take a hundred times as long. The quickest of ten counts, since other processes can only slow it down.
    expect(Math.min(...Array.from({ length: 10 }, () => changed(before, after)))).toBeLessThan(inCopies / 5)
  })
})

describe("a lazy file", () => {
  it("is read once, when it is needed", () => {
    let reads = 0
    const read = () => {
      reads++
      return new TextEncoder().encode("text")
    }
    const memory = memoryOf({ "/a": MemoryTree.lazyFile(4, read, { mode: 0o600 }) })
    expect(memory.fileSystem.stat("/a").size).toBe(4)
    memory.fileSystem.chmod("/a", 0o640)
    memory.snapshot()
    expect(reads).toBe(0)
    expect(memory.snapshot()).toEqualTree({ "/a": file("text", { mode: 0o640 }) })
    expect(Program.runSync(memory.fileSystem.readFile("/a"))).toEqual(read())
    expect(reads).toBe(2)
  })
})
