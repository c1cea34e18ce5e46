/** Tests the order of names in a directory in memory, against that of their bytes. */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it, vi } from "vitest"
import { Order } from "../src/internal/memory/order.js"
import { memoryOf } from "./memory.js"

/** What `Buffer.compare` says of the bytes. */
const byBytes = (names: Iterable<string>): ReadonlyArray<string> =>
  Array.from(names, (name) => Buffer.from(SurrogateEscape.encode(name) ?? new Uint8Array()))
    .toSorted(Buffer.compare).map((bytes) => SurrogateEscape.decode(bytes))

const parts = ["a", "b", "Z", "10", "9", "_", "\u00e9", "\uffff", "\u{1f600}", "\ue000", "\udc80", "\udcff"]

const nameOf = (number: number): string =>
  `${parts[number % 12]}${parts[Math.trunc(number / 12) % 12]}${parts[Math.trunc(number / 144) % 12]}`

describe("the order of names", () => {
  it("is that of their bytes, whatever text they are", () => {
    for (
      const names of [
        [],
        ["b", "a", "B", "\u00e9", "a\u00e9"],
        parts,
        Array.from({ length: 500 }, (_, i) => nameOf(i * 7))
      ]
    ) {
      expect(new Order().of(new Map(names.map((name) => [name, 0])))).toEqual(byBytes(new Set(names)))
    }
  })

  it("is right after any number of changes", () => {
    const [children, order] = [new Map<string, number>(), new Order()]
    let state = 1
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    for (const changes of [3, 500, 0, 1, 64, 2, 65, 200, 30, 1_000, 5, 5, 5]) {
      for (let i = 0; i < changes; i++) {
        const name = nameOf(random(1_728))
        if (random(3) === 0) children.delete(name)
        else children.set(name, i)
        order.note(name)
      }
      expect(order.of(children)).toEqual(byBytes(children.keys()))
    }
  })
  it("is not made again because files are looked up, or a few names change", () => {
    const { fileSystem: fs } = memoryOf(
      Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`/d/${(i * 7) % 1_000}`, ""]))
    )
    const list = () => Program.runSync(fs.readDirectory("/d", false))
    const sorting = vi.spyOn(Array.prototype, "toSorted")
    try {
      const names = list()
      const before = sorting.mock.calls.length
      expect(before).toBeGreaterThan(0)
      for (const name of names) fs.stat(`/d/${name}`)
      fs.rename("/d/1", "/d/new")
      expect(list()).toEqual([...names.filter((name) => name !== "1"), "new"])
      expect(sorting.mock.calls.length).toBe(before)
    } finally {
      sorting.mockRestore()
    }
  })
})
