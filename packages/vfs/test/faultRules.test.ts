/** Tests which faults are refused, which operations and paths they match, and when they strike. */
import type { Fault } from "@procfsroot/vfs/MemoryFaults"
import { describe, expect, it } from "vitest"
import { matchOf } from "../src/internal/memory/matching.js"
import { checkAllStruck, Rule } from "../src/internal/memory/rules.js"
import { thrownBy } from "../src/internal/memory/strikes.js"

const methods = ["readFile", "stat", "writeFile"]

type AnyFault = Fault<number, string>

const rule = (fault: AnyFault) => new Rule<number, string>(fault, methods)

describe("a fault is refused", () => {
  it.each<readonly [why: string, fault: object]>([
    ["a fault with no method in its list never strikes", { method: [], code: "EIO" }],
    ["a fault with no step in its list never strikes", { step: [], code: "EIO" }],
    ["there is no method \"redFile\" for a fault", { method: "redFile", code: "EIO" }],
    ["there is no method \"redFile\" for a fault", { method: ["stat", "redFile"], code: "EIO" }],
    ["there is no step \"opne\" for a fault", { step: "opne", code: "EIO" }],
    ["a fault at \"/a/../b\" never strikes: the path must not contain \".\" or \"..\"", {
      path: "/a/../b",
      code: "EIO"
    }],
    ["a fault at \"/a/.\" never strikes: the path must not contain \".\" or \"..\"", { path: "/a/.", code: "EIO" }],
    ["there is no errno \"EWHAT\" for a fault", { code: "EWHAT" }],
    ["nth is 0, but it must be a whole number from 1", { nth: 0, code: "EIO" }],
    ["from is 0.5, but it must be a whole number from 1", { from: 0.5, code: "EIO" }],
    ["to is 0, but it must be a whole number from 1", { to: 0, code: "EIO" }],
    ["every is -1, but it must be a whole number from 1", { every: -1, code: "EIO" }],
    ["short is -1, but it must be a whole number from 0", { short: -1 }],
    ["a fault from 3 to 2 never strikes", { from: 3, to: 2, code: "EIO" }],
    ["a fault from 3 to 3 with every 2 never strikes", { from: 3, to: 3, every: 2, code: "EIO" }],
    ["a fault from 1 to 4 with every 5 never strikes", { to: 4, every: 5, code: "EIO" }],
    ["a fault with nth 1 never strikes with these other fields", { nth: 1, from: 2, code: "EIO" }],
    ["a fault with nth 3 never strikes with these other fields", { nth: 3, to: 2, code: "EIO" }],
    ["a fault with nth 3 never strikes with these other fields", { nth: 3, every: 2, code: "EIO" }],
    ["probability is 0, but it must be above 0 and at most 1", { probability: 0, code: "EIO" }],
    ["probability is 1.5, but it must be above 0 and at most 1", { probability: 1.5, code: "EIO" }],
    ["probability is NaN, but it must be above 0 and at most 1", { probability: Number.NaN, code: "EIO" }],
    ["a fault needs a code, a delay, a short, a hang or a defect", { method: "stat" }],
    ["a fault needs a code, a delay, a short, a hang or a defect", { hang: false }]
  ])("because %s: %j", (why, fault) => {
    expect(() => rule(fault)).toThrow(new TypeError(why))
  })

  it("because of a field that no fault has", () => {
    const known =
      "code, defect, delay, every, from, hang, method, nth, path, probability, seed, short, step, to, withoutCause"
    expect(() => rule({ code: "EIO", methd: "stat" } as AnyFault)) // as in JavaScript
      .toThrow(new TypeError(`a fault has no field "methd"; it may have ${known}`))
  })

  it("unless it could strike", () => {
    const faults: ReadonlyArray<AnyFault> = [
      { code: "EIO" },
      { delay: 0 },
      { short: 0 },
      { hang: true },
      { defect: undefined },
      { code: "EIO", from: 2, to: 2, nth: 2, every: 2, probability: 1 },
      { code: "EIO", nth: 3, to: 3 },
      { code: "EIO", path: "/...", method: ["stat", "readFile"], step: ["open"] },
      { code: "EIO", path: /^\/\.\.$/, probability: 0.1 }
    ]
    for (const fault of faults) expect(rule(fault).fault).toBe(fault)
  })
})

describe("a fault matches", () => {
  it("the methods in its list, and those that are based on them", () => {
    const matching = (fault: AnyFault) =>
      ["readFile", "readFileString", "stat", "exists", undefined].map((method) => rule(fault).isOf(method))
    expect(matching({ code: "EIO" })).toEqual([true, true, true, true, true])
    expect(matching({ code: "EIO", method: "readFile" })).toEqual([true, true, false, false, false])
    expect(matching({ code: "EIO", method: ["stat"] })).toEqual([false, false, true, false, false])
  })

  it("a path, a pattern or a predicate at one of the places", () => {
    const matching = (path: AnyFault["path"], ...places: ReadonlyArray<string>) =>
      rule({ code: "EIO", ...(path === undefined ? {} : { path }) }).isAt(places)
    expect([matching(undefined, "/a"), matching(undefined)]).toEqual([true, true])
    expect([matching("/a/b", "/a/b"), matching("a//b/", "/x", "/a/b"), matching("/a/b", "/a"), matching("/a/b")])
      .toEqual([true, true, false, false])
    expect([matching("/", "/"), matching("", "/"), matching("/", "/a")]).toEqual([true, true, false])
    const pattern = /b/g
    expect([matching(pattern, "/abc"), matching(pattern, "/abc"), matching(pattern, "/a")]).toEqual([true, true, false])
    const isLong = (path: string) => path.length > 3
    expect([matching(isLong, "/a", "/abc"), matching(isLong, "/a")]).toEqual([true, false])
  })

  it("whole operations if it names no step, and a method or no path", () => {
    const ofOperations = (fault: object) => rule({ code: "EIO", ...fault }).isOfOperations
    expect([ofOperations({}), ofOperations({ method: "stat" }), ofOperations({ method: "stat", path: "/a" })])
      .toEqual([true, true, true])
    expect([
      ofOperations({ path: "/a" }),
      ofOperations({ step: "open" }),
      ofOperations({ step: "open", method: "stat" })
    ])
      .toEqual([false, false, false])
    expect([rule({ short: 1 }).isOfOperations, rule({ short: 1 }).steps]).toEqual([false, ["read", "write"]])
    expect([rule({ short: 1, step: "read" }).steps, rule({ code: "EIO" }).steps]).toEqual([["read"], undefined])
  })
})

describe("a fault strikes", () => {
  /** The matches at which it strikes, counted from 1. */
  const strikes = (fault: object, count = 8): ReadonlyArray<number> => {
    const made = rule({ code: "EIO", ...fault })
    const struck = Array.from({ length: count }, (_, i) => made.strikes() ? i + 1 : 0).filter((number) => number > 0)
    expect(made.report).toEqual({ fault: made.fault, matched: count, struck: 0 })
    return struck
  }

  it("each time, at the nth, from one on, up to one, or at each nth", () => {
    expect(strikes({})).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(strikes({ nth: 3 })).toEqual([3])
    expect(strikes({ from: 6 })).toEqual([6, 7, 8])
    expect(strikes({ to: 2 })).toEqual([1, 2])
    expect(strikes({ from: 3, to: 5 })).toEqual([3, 4, 5])
    expect(strikes({ every: 3 })).toEqual([3, 6])
    expect(strikes({ every: 2, from: 3, to: 6 })).toEqual([4, 6])
  })

  it("with a probability, in the same way for the same seed", () => {
    const half = strikes({ probability: 0.5 }, 1_000)
    expect(half.length).toBeGreaterThan(400)
    expect(half.length).toBeLessThan(600)
    expect(strikes({ probability: 0.5 }, 1_000)).toEqual(half)
    expect(strikes({ probability: 0.5, seed: 0 }, 1_000)).toEqual(half)
    expect(strikes({ probability: 0.5, seed: 1 }, 1_000)).not.toEqual(half)
    expect(strikes({ probability: 0.01 }, 1_000).length).toBeLessThan(50)
  })
})

describe("faults that strike together", () => {
  it("fail with the first failure, wait for all delays, and are cut to the shortest", () => {
    const [delay, short, code, hang, shorter] = [
      rule({ delay: 1 }),
      rule({ short: 9 }),
      rule({ code: "ENOSPC", delay: 2 }),
      rule({ hang: true }),
      rule({ short: 3 })
    ]
    expect(matchOf([delay, short, code, hang, shorter], [])).toEqual({ delays: [1, 2], failing: code, most: 3 })
    expect([delay, short, code, hang, shorter].map(({ struck }) => struck)).toEqual([1, 1, 1, 0, 1])
    expect(matchOf([], [delay, hang])).toEqual({ delays: [], failing: hang, most: undefined })
    expect([delay.struck, hang.struck]).toEqual([1, 0])
    expect(matchOf([delay], [])).toEqual({ delays: [1], failing: undefined, most: undefined })
    const defect = rule({ defect: undefined })
    expect(matchOf([defect], []).failing).toBe(defect)
  })

  it("throw an errno, a defect, or what makes an operation hang", () => {
    expect(thrownBy({ code: "ENOSPC" })).toMatchObject({ code: "ENOSPC" })
    expect(thrownBy({ short: 1 })).toMatchObject({ code: "EIO" })
    expect(thrownBy({ defect: "broken", code: "EIO" })).toBe("broken")
    expect(thrownBy({ hang: true, defect: "broken" })).toEqual(expect.any(Symbol))
  })
})

describe("faults that have never struck", () => {
  it("are listed with their fields", () => {
    const report = (fault: AnyFault, matched: number, struck: number) => ({ fault, matched, struck })
    const reports = [
      report({ code: "EIO", path: "/a", nth: 2 }, 1, 0),
      report({ code: "EIO" }, 3, 1),
      report({ method: ["stat", "readFile"], path: /x/, hang: true }, 0, 0)
    ]
    expect(checkAllStruck(reports.slice(1, 2))).toBeUndefined()
    expect(() => checkAllStruck(reports)).toThrow(
      new Error(
        "2 of 3 faults never struck:\n" +
          "  { code: \"EIO\", path: \"/a\", nth: 2 } matched 1 time\n" +
          "  { method: [\"stat\",\"readFile\"], path: /x/, hang: true } matched 0 times"
      )
    )
  })
})
