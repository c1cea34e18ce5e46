/** Tests the holes of a file against a list of its blocks. */
import { describe, expect, it } from "vitest"
import { Holes } from "../src/internal/memory/holes.js"

describe("holes", () => {
  it("are counted, and data is found between them, after any changes", () => {
    let state = 1
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    const holes = new Holes()
    /** Whether each block is in a hole. */
    const blocks: Array<boolean> = []
    const among = (from: number, to: number) => blocks.slice(from, to).filter((isHole) => isHole).length
    const next = (isHole: boolean, from: number) => blocks.findIndex((is, block) => block >= from && is === isHole)
    /** The first blocks of data, of which the last ones may be after the end. */
    const dataFrom = (block: number) => {
      const start = blocks[block] === true ? next(false, block) : block
      const from = start === -1 ? blocks.length : start
      const to = next(true, from)
      return [from, to === -1 ? undefined : to]
    }
    for (let i = 0; i < 2_000; i++) {
      const from = random(blocks.length + 3)
      const to = from + random(8)
      switch (random(3)) {
        case 0:
          holes.add(blocks.length, to)
          while (blocks.length < to) blocks.push(true)
          break
        case 1:
          holes.fill(from, to)
          holes.add(blocks.length, from)
          while (blocks.length < from) blocks.push(true)
          blocks.fill(false, from, to)
          while (blocks.length < to) blocks.push(false)
          break
        default:
          holes.fill(from, blocks.length)
          blocks.length = Math.min(blocks.length, from)
          break
      }
      expect([i, holes.count, holes.within(from, to)]).toEqual([i, among(0, blocks.length), among(from, to)])
      expect([i, ...holes.dataFrom(from)]).toEqual([i, ...dataFrom(from)])
    }
  })
})
