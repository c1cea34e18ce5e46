import { SurrogateEscape } from "@procfsroot/path"
import { Limits } from "@procfsroot/vfs"
import { describe, expect, it } from "vitest"

/** Characters of one, two, three and four bytes, and a byte that is not UTF-8. */
const pieces = ["a", "é", "€", "😀", "\udcff"]

describe.each([
  { what: "a path", most: 4_095, isTooLong: Limits.isPathTooLong },
  { what: "a name", most: 255, isTooLong: Limits.isNameTooLong }
])("$what", ({ isTooLong, most }) => {
  it.each(pieces.flatMap((first) => pieces.map((second) => [first, second] as const)))(
    `of %j and %j can have at most ${most} bytes`,
    (first, second) => {
      const both = first + second
      const times = Math.floor(most / SurrogateEscape.byteLength(both)) - 1
      const text = both.repeat(times)
      const left = most - SurrogateEscape.byteLength(text)
      expect(isTooLong(text + "a".repeat(left))).toBe(false)
      expect(isTooLong(text + "a".repeat(left + 1))).toBe(true)
      expect(isTooLong("a".repeat(left) + text)).toBe(false)
      expect(isTooLong("a".repeat(left + 1) + text)).toBe(true)
    }
  )
})

describe("the number of lookups that a batch caches", () => {
  it.each([[undefined, 100_000], [0, 0], [7, 7], [Infinity, Infinity]])("%s is %s", (given, remembered) => {
    expect(Limits.remembered(given)).toBe(remembered)
  })

  it.each([NaN, -1, 1.5, -Infinity])("cannot be %s", (given) => {
    expect(() => Limits.remembered(given)).toThrow(
      new RangeError(`maxRemembered must be a whole number of at least 0, not ${given}`)
    )
  })
})
