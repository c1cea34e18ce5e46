/** Tests which values from the records of a runtime are used. */
import { describe, expect, it } from "vitest"
import { initIn, validInit, validPath } from "../../src/containers/facts.js"

describe("a recorded path", () => {
  const longest = `/${"a".repeat(4094)}`

  it("is used if it is absolute", () => {
    for (const path of ["/", "/srv/web", longest]) expect(validPath(path)).toBe(path)
  })

  it("is not used if it is anything else", () => {
    for (const path of ["", "srv", "../srv", "/a\0b", `${longest}a`, 1, null, ["/"]]) {
      expect(validPath(path)).toBeUndefined()
    }
  })
})

describe("a recorded process", () => {
  it("is used if it has a PID", () => {
    expect([validInit(7), validInit(0), validInit(7, 700), validInit(7, "700")]).toEqual([
      { pid: 7 },
      { pid: 0 },
      { pid: 7, startTime: 700 },
      { pid: 7 }
    ])
    expect([initIn("7"), initIn("4711\n")]).toEqual([{ pid: 7 }, { pid: 4711 }])
  })

  it("is not used if it has anything else", () => {
    for (const pid of [-1, 1.5, 2 ** 53, Number.NaN, "7", null, undefined]) expect(validInit(pid)).toBeUndefined()
    for (const text of [undefined, "", "0", "x7", "7x", "-7", "7\n8"]) expect(initIn(text)).toBeUndefined()
  })
})
