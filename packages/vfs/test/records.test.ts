/** Tests how the journal stores operations, few of them and many. */
import type { Operation } from "@procfsroot/vfs/MemoryJournal"
import { describe, expect, it } from "vitest"
import { Records } from "../src/internal/memory/records.js"

const outcomes = ["ok", "failed", "interrupted", "defect"] as const

/** An operation whose fields depend on its number, and are there or not in many combinations. */
const operation = (i: number): Operation => ({
  method: `method${i % 5}`,
  path: `/path/${i}`,
  outcome: outcomes[i % 4] ?? "ok",
  ...(i % 2 === 0 && { fiber: i % 7 }),
  ...(i % 3 === 0 && { to: `/to/${i}` }),
  ...(i % 11 === 0 && { root: `/root/${i}` }),
  ...(i % 4 === 1 && { code: `E${i}` }),
  ...(i % 5 === 0 && { read: i + 1 }),
  ...(i % 6 === 0 && { written: 2 * (i + 1) })
})

describe("Records", () => {
  it("returns every operation with the fields that it has", () => {
    const records = new Records()
    const all = Array.from({ length: 1_000 }, (_, i) => operation(i))
    const numbers = all.map(({ fiber, method, path, root, to }) => records.add(method, path, fiber, to, root))
    for (const [i, { code, outcome, read = 0, written = 0 }] of all.entries()) {
      const number = numbers[i] ?? -1
      records.count(number, read, 0)
      records.count(number, 0, written)
      records.end(number, outcome, code)
    }
    expect(records.all()).toStrictEqual(all)
  })

  it("adds up the bytes of an operation", () => {
    const records = new Records()
    const number = records.add("copyFile", "/a", undefined, "/b", undefined)
    records.count(number, 3, 0)
    records.count(number, 4, 5)
    records.count(number, 0, 6)
    expect(records.all()).toStrictEqual([
      { method: "copyFile", path: "/a", to: "/b", outcome: "pending", read: 7, written: 11 }
    ])
  })

  it("returns what is known at the moment, which later operations do not change", () => {
    const records = new Records()
    const number = records.add("stat", "/a", undefined, undefined, undefined)
    const before = records.all()
    records.end(number, "failed", "ENOENT")
    records.add("stat", "/b", undefined, undefined, undefined)
    expect(before).toStrictEqual([{ method: "stat", path: "/a", outcome: "pending" }])
    expect(records.all()).toStrictEqual([
      { method: "stat", path: "/a", outcome: "failed", code: "ENOENT" },
      { method: "stat", path: "/b", outcome: "pending" }
    ])
  })
})
