/** Short names for directories that are far down, and their descriptors. */
import { describe, expect, it } from "@effect/vitest"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, readdirSync, readlinkSync } from "node:fs"
import { Anchors } from "../../node/src/internal/walk/anchors.js"

const far = (parent: string): string => {
  const path = `${parent}/${"d".repeat(200)}/${"e".repeat(200)}`
  mkdirSync(path, { recursive: true })
  return path
}

/** How many descriptors of this process are of `path`. */
const open = (path: string): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path
    } catch {
      return false // the descriptor by which the list was read
    }
  }).length

describe("a directory that is opened for its short name", () => {
  it("is held until it is given up", async () => {
    using directory = temporary()
    const path = far(directory.path)
    const anchors = new Anchors("/")
    expect(readlinkSync(await anchors.shortenAsync(path))).toBe(path)
    expect(readlinkSync(anchors.shorten(path))).toBe(path)
    expect(open(path)).toBe(2)
    anchors[Symbol.dispose]()
    expect(open(path)).toBe(0)
  })

  it("is closed at once where it was given up before it came", async () => {
    using directory = temporary()
    const path = far(directory.path)
    const anchors = new Anchors("/")
    const name = anchors.shortenAsync(path)
    anchors[Symbol.dispose]()
    await name
    expect(open(path)).toBe(0)
    expect(anchors.size).toBe(0)
  })
})
