/** Tests that mistakes in the data of a test are reported. */
import { describe, expect, it } from "vitest"
import { checkFields, checkWhole } from "../src/internal/memory/data.js"

describe("the fields of data", () => {
  it("are refused if they have other names", () => {
    expect(checkFields("the limit", { freeBytes: 1 }, ["freeBytes", "inodes"])).toBeUndefined()
    expect(() => checkFields("the limit", { inodes: 1, bytes: 2 }, ["freeBytes", "inodes"]))
      .toThrow(new TypeError("the limit has no field \"bytes\"; it may have freeBytes, inodes"))
  })
})

describe("a number", () => {
  it("is refused if it is not whole or out of range", () => {
    for (const value of [1, 2, 3]) expect(checkWhole("nth", value, 1, 3)).toBeUndefined()
    for (const value of [0, 4, 1.5, NaN, Infinity]) {
      expect(() => checkWhole("nth", value, 1, 3))
        .toThrow(new TypeError(`nth is ${value}, but it must be a whole number from 1 to 3`))
    }
  })

  it("has no upper limit unless one is given", () => {
    expect(checkWhole("nth", Number.MAX_SAFE_INTEGER, 1)).toBeUndefined()
    expect(() => checkWhole("nth", 0, 1)).toThrow(new TypeError("nth is 0, but it must be a whole number from 1"))
  })
})
