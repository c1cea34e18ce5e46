/** Tests the content of directories in images, and which names can differ between two of them. */
import { describe, expect, it } from "vitest"
import { Children, mostChanges, noChildren } from "../src/internal/memory/children.js"
import { type AnyImage, DirectoryImage, FileImage, stored } from "../src/internal/memory/image.js"

const attributes = { mode: 0o644, uid: 1, gid: 2, mtime: 3 }
const file = (linked = false): AnyImage => new FileImage(attributes, stored(new Uint8Array()), linked)
const directory = (children = noChildren): AnyImage => new DirectoryImage(attributes, children, false)

const [a, b, c] = [file(), file(), directory()]

const first = Children.of(new Map([["a", a], ["b", b], ["c", c]]))

const countsOf = ({ directories, linked, size }: Children) => ({ directories, linked, size })

/** Files with the names 0, 1, 2 and so on. */
const files = (count: number) => new Map(Array.from({ length: count }, (_, i) => [String(i), file()]))

describe("children", () => {
  it("are counted", () => {
    expect(countsOf(noChildren)).toEqual({ directories: 0, linked: 0, size: 0 })
    expect(countsOf(first)).toEqual({ directories: 1, linked: 0, size: 3 })
    const inside = directory(Children.of(new Map([["l", file(true)], ["m", file()]])))
    const all = first.with(new Map([["inside", inside], ["l", file(true)]]))
    expect(countsOf(all)).toEqual({ directories: 2, linked: 2, size: 5 })
    expect(countsOf(Children.of(all.toMap()))).toEqual({ directories: 2, linked: 2, size: 5 })
  })

  it("are those of before, with the changes", () => {
    const [replaced, added] = [directory(), file()]
    const second = first.with(new Map<string, AnyImage | undefined>([["a", replaced], ["b", undefined], ["d", added]]))
    expect([...second]).toEqual([["a", replaced], ["c", c], ["d", added]])
    expect([...second.toMap()]).toEqual([...second])
    expect(["a", "b", "c", "d", "e"].map((name) => second.get(name))).toEqual([
      replaced,
      undefined,
      c,
      added,
      undefined
    ])
    expect(countsOf(second)).toEqual({ directories: 2, linked: 0, size: 3 })
    expect([...first]).toEqual([["a", a], ["b", b], ["c", c]])
  })

  it("change again", () => {
    const second = first.with(new Map([["b", undefined]])).with(new Map([["b", b], ["a", undefined]]))
    expect([...second]).toEqual([["b", b], ["c", c]])
    expect(countsOf(second)).toEqual({ directories: 1, linked: 0, size: 2 })
    expect(countsOf(second.with(new Map([["x", undefined]])))).toEqual(countsOf(second))
  })

  it("differ only in names that were changed, as long as these are few", () => {
    const second = first.with(new Map([["a", undefined], ["d", file()]]))
    expect([...second.namesBeside(first)].toSorted()).toEqual(["a", "d"])
    expect([...first.namesBeside(second)].toSorted()).toEqual(["a", "d"])
    expect([...second.namesBeside(second.with(new Map([["e", file()]])))].toSorted()).toEqual(["a", "d", "e"])
    const other = Children.of(new Map([["x", a]]))
    expect([...other.namesBeside(second)].toSorted()).toEqual(["b", "c", "d", "x"])
  })

  it("are stored without an earlier state if many have changed", () => {
    expect([0, 64, 6_400, 64_000].map(mostChanges)).toEqual([64, 64, 100, 1_000])
    const few = first.with(files(64))
    expect([...few.namesBeside(first)]).toHaveLength(64)
    const many = first.with(files(65))
    expect([...many.namesBeside(first)]).toHaveLength(68)
    expect(countsOf(many)).toEqual({ directories: 1, linked: 0, size: 68 })
  })

  it("are copied to a map of their own", () => {
    for (const children of [first, first.with(new Map([["d", file()]]))]) {
      const map = children.toMap()
      map.clear()
      expect(children.toMap().size).toBe(children.size)
    }
  })
})
