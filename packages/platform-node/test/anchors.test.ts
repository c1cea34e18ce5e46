/** Short names for deep directories, and their descriptors. */
import { describe, expect, it } from "@effect/vitest"
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, readdirSync, readlinkSync } from "node:fs"
import { fsCalls } from "../../node/src/internal/procfs/lookupCalls.js"
import { Anchors } from "../../node/src/internal/walk/anchors.js"

const far = (parent: string): string => {
  const path = `${parent}/${"d".repeat(200)}/${"e".repeat(200)}`
  mkdirSync(path, { recursive: true })
  return path
}

/** How many descriptors of this process refer to `path`. */
const open = (path: string): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path
    } catch {
      return false // the descriptor by which the list was read
    }
  }).length

describe("a directory that is opened for its short name", () => {
  it("stays open until the anchors are disposed", () => {
    using directory = temporary()
    const path = far(directory.path)
    const anchors = new Anchors("/", fsCalls)
    expect(readlinkSync(anchors.shorten(path))).toBe(path)
    expect(open(path)).toBe(1)
    anchors[Symbol.dispose]()
    expect(open(path)).toBe(0)
  })
})
