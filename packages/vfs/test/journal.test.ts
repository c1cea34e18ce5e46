/** Tests how operations are printed, and compared with those that a test expects. */
import * as MemoryJournal from "@procfsroot/vfs/MemoryJournal"
import { describe, expect, it } from "vitest"
import { common, lists } from "./lists.js"

const { check, format } = MemoryJournal

const ok = (method: string, path: string): MemoryJournal.Operation => ({ method, path, outcome: "ok" })

describe("a printed operation", () => {
  it("has a line with what is known of it", () => {
    const operations: ReadonlyArray<MemoryJournal.Operation> = [
      ok("stat", "/a b"),
      { method: "readFile", path: "/f", outcome: "ok", read: 6 },
      { method: "writeFile", path: "/f", outcome: "ok", written: 1, fiber: 0 },
      { method: "copyFile", path: "/f", to: "/g", outcome: "failed", code: "ENOSPC", read: 1, written: 2, fiber: 12 },
      { method: "rename", path: "/f", to: "/\n", root: "/box", outcome: "interrupted" },
      { method: "open", path: "/f", outcome: "pending" }
    ]
    expect(format(operations).split("\n")).toEqual([
      "stat \"/a b\": ok",
      "readFile \"/f\": ok, 6 bytes read",
      "#0 writeFile \"/f\": ok, 1 byte written",
      "#12 copyFile \"/f\" -> \"/g\": ENOSPC, 1 byte read, 2 bytes written",
      "rename \"/f\" -> \"/\\n\" in \"/box\": interrupted",
      "open \"/f\": pending"
    ])
    expect(format([])).toBe("")
  })
})

describe("operations that are expected", () => {
  const all = [ok("stat", "/a"), ok("readFile", "/b"), ok("stat", "/c")]

  /** What is printed if the operations differ. */
  const difference = (expected: ReadonlyArray<MemoryJournal.Expected>, operations = all): ReadonlyArray<string> => {
    try {
      check(operations, expected)
      return []
    } catch (error) {
      return String(error).split("\n")
    }
  }

  const heading = "Error: the operations differ (- expected, + actual):"

  it("may leave out fields", () => {
    expect(difference(all)).toEqual([])
    expect(difference([{ method: "stat" }, {}, { path: "/c", outcome: "ok" }])).toEqual([])
    expect(difference([], [])).toEqual([])
  })

  it("have the same order and number", () => {
    expect(difference([])).toEqual([heading, "+ stat \"/a\": ok", "+ readFile \"/b\": ok", "+ stat \"/c\": ok"])
    expect(difference([{ method: "stat" }], [])).toEqual([heading, "- stat"])
    expect(difference(all.slice(0, 2))).toEqual([
      heading,
      "  stat \"/a\": ok",
      "  readFile \"/b\": ok",
      "+ stat \"/c\": ok"
    ])
    expect(difference([...all, {}])).toEqual([
      heading,
      "  stat \"/a\": ok",
      "  readFile \"/b\": ok",
      "  stat \"/c\": ok",
      "- any method"
    ])
  })

  it("are shown without the fields that may have any value", () => {
    expect(difference([{ path: "/x" }, { code: "EIO", read: 2 }, { written: 1, fiber: 3, root: "/r", to: "/t" }], []))
      .toEqual([
        heading,
        "- any method \"/x\"",
        "- any method: EIO, 2 bytes read",
        "- #3 any method -> \"/t\" in \"/r\": 1 byte written"
      ])
  })

  it("are matched so that as many as possible are the same", () => {
    expect(difference([ok("stat", "/c"), ok("stat", "/a"), ok("readFile", "/b")])).toEqual([
      heading,
      "- stat \"/c\": ok",
      "  stat \"/a\": ok",
      "  readFile \"/b\": ok",
      "+ stat \"/c\": ok"
    ])
    expect(difference([ok("readFile", "/b"), ok("stat", "/x"), ok("stat", "/c")])).toEqual([
      heading,
      "+ stat \"/a\": ok",
      "  readFile \"/b\": ok",
      "- stat \"/x\": ok",
      "  stat \"/c\": ok"
    ])
    expect(difference([ok("stat", "/a"), ok("stat", "/x"), ok("stat", "/c")])).toEqual([
      heading,
      "  stat \"/a\": ok",
      "- stat \"/x\": ok",
      "+ readFile \"/b\": ok",
      "  stat \"/c\": ok"
    ])
    const long = [1, 2, 3, 4, 5, 6].map((i) => ok("stat", `/${i}`))
    const shown = difference([5, 6, 1, 2, 3, 9].map((i) => ok("stat", `/${i}`)), long)
    expect(shown.filter((line) => line.startsWith("  "))).toEqual([
      "  stat \"/1\": ok",
      "  stat \"/2\": ok",
      "  stat \"/3\": ok"
    ])
  })

  it("are the same in as many places as in the longest common list", () => {
    for (const actual of lists(3)) {
      for (const wanted of lists(3).filter((list) => list !== actual)) {
        const operations = (list: string) => Array.from(list, (name) => ok("stat", `/${name}`))
        const kept = difference(operations(wanted), operations(actual)).filter((line) => line.startsWith("  "))
        expect([actual, wanted, kept.length]).toEqual([actual, wanted, common(actual, wanted)])
      }
    }
  })
})
