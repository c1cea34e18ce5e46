/** Tests which differences of two trees are found, and how they are printed. */
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as TreeDiff from "@procfsroot/vfs/TreeDiff"
import { describe, expect, it } from "vitest"
import { unified } from "../src/internal/memory/diff/lines.js"
import { common, lists } from "./lists.js"

const { device, directory, fifo, file, hardLink, link, mount, socket } = MemoryTree

/** The printed differences of two trees with one more entry each. */
const printed = (before: MemoryTree.Entry, after: MemoryTree.Entry, options?: TreeDiff.Options): string => {
  const [old, now] = [{ "/f": "text", "/x": before }, { "/f": "text", "/x": after }]
  return TreeDiff.print(TreeDiff.diff(old, now, options), options)
}

describe("a file that has changed", () => {
  it.each<readonly [before: MemoryTree.Entry, after: MemoryTree.Entry, expected: string]>([
    [fifo(), fifo(), ""],
    [fifo(), socket(), "~ /x fifo 0644 0:0 → socket 0644 0:0"],
    [device("BlockDevice", 8, 1), device("BlockDevice", 8, 1), ""],
    [device("BlockDevice", 8, 1), device("BlockDevice", 8, 2), "~ /x numbers 8:1 → 8:2"],
    [device("BlockDevice", 8, 1), device("BlockDevice", 9, 1), "~ /x numbers 8:1 → 9:1"],
    [
      device("BlockDevice", 8, 1),
      device("CharacterDevice", 8, 1),
      "~ /x block device 8:1 0644 0:0 → character device 8:1 0644 0:0"
    ],
    [directory(), mount(), "~ /x no mount → mount"],
    [mount(), directory(), "~ /x mount → no mount"],
    [mount(), mount(), ""],
    [directory(), file("a"), "~ /x directory 0755 0:0 → file 0644 0:0 1 byte"],
    [mount(), link("f"), "~ /x directory 0755 0:0 mount → -> f"],
    [link("f"), link("g"), "~ /x -> f → -> g"],
    [link("f"), link("f"), ""],
    [link("f"), hardLink("/f"), "~ /x -> f → = /f"],
    [hardLink("/f"), link("f"), "~ /x = /f → -> f"],
    [hardLink("/f"), hardLink("/f"), ""],
    [file("text"), hardLink("/f"), "~ /x file 0644 0:0 4 bytes → = /f"],
    [hardLink("/f"), file("text"), "~ /x = /f → file 0644 0:0 4 bytes"],
    [fifo({ mode: 0o600 }), fifo({ uid: 1 }), "~ /x mode 0600 → 0644, owner 0:0 → 1:0"],
    [link("f"), link("g", { gid: 2 }), "~ /x -> f → -> g, owner 0:0 → 0:2"],
    [
      directory({ mtime: new Date(0) }),
      directory({ mtime: new Date(1_000) }),
      "~ /x mtime 1970-01-01T00:00:00.000Z → 1970-01-01T00:00:01.000Z"
    ],
    [file("a\n"), file("b\n"), "~ /x\n    @@ -1 +1 @@\n    -a\n    +b"],
    [file("a\n", { mode: 0o600 }), file("a\n"), "~ /x mode 0600 → 0644"],
    [file(Uint8Array.of(1, 255)), file(Uint8Array.of(1, 255), { uid: 3 }), "~ /x owner 0:0 → 3:0"],
    [file("ab"), file(Uint8Array.of(0x61, 255)), "~ /x\n    bytes differ from offset 1: 2 bytes → 2 bytes"],
    [file(Uint8Array.of(0x61, 255)), file("a"), "~ /x\n    bytes differ from offset 1: 2 bytes → 1 byte"],
    [file("a\0"), file("a\0b"), "~ /x\n    bytes differ from offset 2: 2 bytes → 3 bytes"],
    [file("\0"), file("a"), "~ /x\n    bytes differ from offset 0: 1 byte → 1 byte"],
    [file("same"), file(new TextEncoder().encode("same")), ""]
  ])("%j and %j", (before, after, expected) => {
    expect(printed(before, after)).toBe(expected)
  })

  it("is shown without what is ignored", () => {
    const [before, after] = [
      file("a", { uid: 1, gid: 2 }),
      file("a", { mode: 0o600, uid: 3, gid: 4, mtime: new Date(5) })
    ]
    expect(printed(before, after, { ignore: ["mode", "mtime"] })).toBe("~ /x owner 1:2 → 3:4")
    expect(printed(before, after, { ignore: ["mtime", "uid"] })).toBe("~ /x mode 0644 → 0600, owner 2 → 4")
    expect(printed(before, after, { ignore: ["mode", "gid"] }))
      .toBe("~ /x owner 1 → 3, mtime 1970-01-01T00:00:00.000Z → 1970-01-01T00:00:00.005Z")
    expect(printed(before, after, { ignore: ["mode", "uid", "gid", "mtime"] })).toBe("")
  })

  it("has at most a hundred lines", () => {
    const lines = (count: number) => printed(file(""), file("a\n".repeat(count))).split("\n")
    expect([lines(99).length, lines(99).at(-1)]).toEqual([101, "    +a"])
    expect([lines(100).length, lines(100).at(-1)]).toEqual([102, "    … and 1 more lines"])
    expect([lines(300).length, lines(300).at(-1)]).toEqual([102, "    … and 201 more lines"])
  })
})

describe("trees", () => {
  it("differ at their roots, too", () => {
    expect(TreeDiff.print(TreeDiff.diff({ "/": directory({ mode: 0o700 }) }, { "/": directory() })))
      .toBe("~ / mode 0700 → 0755")
    expect(TreeDiff.diff({ "/a/b": "" }, { "/a/b": "" })).toEqual([])
  })

  it("have hard links to the first of the other names", () => {
    const before = { "/a": "x", "/b": hardLink("/a"), "/d/c": hardLink("/a") }
    const after = { "/b": "x", "/d/c": hardLink("/b") }
    expect(TreeDiff.print(TreeDiff.diff(before, after))).toBe(
      "- /a file 0644 0:0 1 byte\n~ /b = /a → file 0644 0:0 1 byte\n~ /d/c = /a → = /b"
    )
    expect(TreeDiff.print(TreeDiff.diff({}, before))).toContain("+ /d/c = /a")
  })

  it("must be valid", () => {
    expect(() => TreeDiff.diff({ x: "" }, {})).toThrow(
      new TypeError("The tree's entry \"x\" cannot be created: it does not begin with a slash.")
    )
  })
})

/** A text after the hunks of a unified diff. Throws if they do not fit the text, or their headers are wrong. */
const patched = (before: string, hunks: ReadonlyArray<string>): string => {
  const split = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const lines = split(before)
  const result: Array<string> = []
  let [from, at] = [0, 0]
  const take = (text: string) => {
    expect([from, lines[from]]).toEqual([from, text])
    from++
  }
  while (at < hunks.length) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@$/.exec(hunks[at++] ?? "")
    if (header === null) throw new Error(`not a header: ${hunks[at - 1]}`)
    const [old = 0, removed = 1, now = 0, added = 1] = header.slice(1).map((text) =>
      text === undefined ? 1 : Number(text)
    )
    for (const start = removed === 0 ? old : old - 1; from < start; from++) result.push(lines[from] ?? "")
    expect([from, result.length]).toEqual([removed === 0 ? old : old - 1, added === 0 ? now : now - 1])
    const [first, written] = [from, result.length]
    const changed: Array<boolean> = []
    for (; at < hunks.length && !hunks[at]?.startsWith("@@"); at++) {
      const hunk = hunks[at] ?? ""
      const isLast = hunks[at + 1]?.startsWith("\\") === true
      const text = hunk.slice(1) + (isLast ? "" : "\n")
      if (!hunk.startsWith("+")) take(text)
      if (!hunk.startsWith("-")) result.push(text)
      changed.push(!hunk.startsWith(" "))
      if (isLast) at++
    }
    expect([from - first, result.length - written]).toEqual([removed, added])
    // Up to three lines before the first change and after the last one, and at most six between two changes.
    const [begin, end] = [changed.indexOf(true), changed.length - 1 - changed.lastIndexOf(true)]
    expect([begin, end]).toEqual([Math.min(3, first + begin), Math.min(3, lines.length - from + end)])
    expect(changed.map((is) => is ? "x" : " ").join("")).not.toMatch(/x {7,}x/)
  }
  return result.join("") + lines.slice(from).join("")
}

const editsIn = (hunks: ReadonlyArray<string>): number => hunks.filter((line) => /^[-+]/.test(line)).length

describe("a unified diff", () => {
  const check = (a: ReadonlyArray<string>, b: ReadonlyArray<string>, ends = true) => {
    const [before, after] = [a, b].map((lines) => lines.map((line) => `${line}\n`).join("")) as [string, string] // two
    const [old, now] = ends ? [before, after] : [before.slice(0, -1), after]
    const hunks = unified(old, now)
    expect(patched(old, hunks)).toBe(now)
    if (ends) expect([a, b, editsIn(hunks)]).toEqual([a, b, a.length + b.length - 2 * common(a, b)])
  }

  it("changes the one text to the other with as few lines as possible", () => {
    const all = lists(4).map((list) => [...list])
    for (const a of all) for (const b of all) check(a, b)
    expect(all).toHaveLength(121)
  })

  it("has a hunk for each group of changes that are more than six lines apart", () => {
    for (let count = 0; count < 12; count++) {
      const between = Array.from({ length: count }, (_, i) => `line ${i}`)
      check(["a", ...between, "b"], ["x", ...between, "y"])
      check([...between, "b", ...between], [...between, ...between])
      check([...between, ...between], [...between, "new", ...between, "last"])
      expect(
        unified(`a\n${between.join("\n")}\nb\n`, `x\n${between.join("\n")}\ny\n`).filter((line) =>
          line.startsWith("@@")
        )
      )
        .toHaveLength(count > 6 ? 2 : 1)
    }
  })

  it("tells that the last line has no end", () => {
    check(["a", "b"], ["a", "b"], false)
    check(["a", "b", "c"], ["x", "b", "c"], false)
    expect(unified("a", "b")).toEqual([
      "@@ -1 +1 @@",
      "-a",
      "\\ No newline at end of file",
      "+b",
      "\\ No newline at end of file"
    ])
    expect([unified("", ""), unified("a", "a"), unified("a\n", "a\n")]).toEqual([[], [], []])
    expect(unified("", "a\n")).toEqual(["@@ -0,0 +1 @@", "+a"])
    expect(unified("a\nb\n", "")).toEqual(["@@ -1,2 +0,0 @@", "-a", "-b"])
  })

  it("replaces everything between the ends if there are more than a thousand edits", () => {
    const many = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix} ${i}`)
    const edited = (count: number) => {
      const [a, b] = [many("a", count), many("b", count)]
      const text = (lines: ReadonlyArray<string>) =>
        ["start", ...lines.slice(1), "same", lines[0], "end", ""].join("\n")
      return editsIn(unified(text(a), text(b)))
    }
    expect([edited(500), edited(501)]).toEqual([1_000, 1_004])
  })
})
