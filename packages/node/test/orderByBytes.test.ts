/** Compares the order with that of JavaScript's own sort. */
import { describe, expect, it } from "vitest"
import { orderByBytes } from "../src/internal/native/orderByBytes.js"

/** Makes the same choices for the same seed. */
const choices = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor(state / 2 ** 31 * below)
  }
}

/** Each kind has names that are alike in another way. The first and the last byte are among them. */
const kinds: Readonly<Record<string, (choose: (below: number) => number) => string>> = {
  "with the same start": (choose) => `file-${choose(5_000)}`,
  "with few characters": (choose) =>
    Array.from({ length: choose(9) }, () => "\u0001a\u007f\u0080\u00ff"[choose(5)]).join(""),
  "with two starts": (choose) => `${["liba-long-", "libb-long-"][choose(2)]}${choose(900)}`,
  "that begin with each other": (choose) => "x".repeat(choose(255)),
  "that are the same": () => "same"
}

const sorted = (names: ReadonlyArray<string>) => Array.from(orderByBytes(names), (i) => names[i])

describe.each(Object.entries(kinds))("names %s", (_, make) => {
  it.each([0, 1, 2, 255, 256, 257, 1_000, 7_000])("are sorted, if there are %i", (count) => {
    for (let seed = 1; seed <= 5; seed++) {
      const choose = choices(seed + count)
      const names = Array.from({ length: count }, () => make(choose))
      expect([seed, sorted(names)]).toEqual([seed, names.toSorted()])
    }
  })

  it("have one index each", () => {
    const choose = choices(1)
    const names = Array.from({ length: 500 }, () => make(choose))
    expect(Array.from(orderByBytes(names)).toSorted((i, j) => i - j)).toEqual(Array.from(names.keys()))
  })
})
