/** Tests errors that are created without running the constructors of their classes. */
import { MethodError } from "@procfsroot/vfs"
import { describe, expect, it } from "vitest"

interface Fields {
  readonly code: string
  readonly cause?: unknown
}

class Slow extends Error {
  static constructed = 0
  readonly code: string
  constructor({ cause, code }: Fields) {
    super("slow", { cause })
    this.code = code
    Slow.constructed++
  }
}

const construct = (fields: Fields) => new Slow(fields)
const sample: Fields = { code: "sample", cause: "sample" }

const imitate = ({ cause, code }: Fields): Slow => {
  const error = Reflect.construct(Error, ["slow", { cause }], Slow) as Slow // created without its constructor
  return Object.assign(error, { code })
}

describe("imitating", () => {
  it("runs the constructor only once, to compare", () => {
    const make = MethodError.imitating(construct, imitate, sample)
    const before = Slow.constructed
    const errors = [make({ code: "a", cause: 1 }), make({ code: "b", cause: 2 })]
    expect(Slow.constructed).toBe(before + 1)
    expect(errors.map(({ cause, code }) => [code, cause])).toEqual([["a", 1], ["b", 2]])
    expect(errors[0]).toBeInstanceOf(Slow)
    expect(Object.keys(errors[0] ?? {})).toEqual(Object.keys(construct(sample)))
  })

  it.each<readonly [string, (fields: Fields) => Slow]>([
    ["lacks a property", ({ cause }) => Reflect.construct(Error, ["slow", { cause }], Slow) as Slow], // without it, too
    ["has another property", (fields) => Object.assign(imitate(fields), { other: 1 })],
    ["has another value", (fields) => imitate({ ...fields, code: "other" })],
    ["has another message", (fields) => Object.assign(imitate(fields), { message: "other" })],
    ["has its properties in another order", ({ cause, code }) => {
      const error = Reflect.construct(Error, ["slow"], Slow) as Slow // without it, too
      Object.defineProperty(error, "code", { value: code, enumerable: true, writable: true, configurable: true })
      return Object.defineProperty(error, "cause", { value: cause, writable: true, configurable: true })
    }],
    ["cannot be changed", (fields) => Object.defineProperty(imitate(fields), "code", { writable: false })],
    ["can never be changed", (fields) => Object.defineProperty(imitate(fields), "code", { configurable: false })],
    ["shows the cause", (fields) => Object.defineProperty(imitate(fields), "cause", { enumerable: true })],
    ["is of another class", (fields) => Object.setPrototypeOf(imitate(fields), Error.prototype) as Slow] // on purpose
  ])("uses the constructor if the imitation %s", (_, wrong) => {
    const make = MethodError.imitating(construct, wrong, sample)
    const before = Slow.constructed
    for (const code of ["a", "b"]) expect(make({ code })).toMatchObject({ code, message: "slow" })
    expect(Slow.constructed).toBe(before + 3)
  })

  /** Whether a cause is like that of the sample. */
  const isAlike = (cause: unknown, sampleCause: unknown): boolean => {
    const make = MethodError.imitating(construct, (fields) => imitate({ ...fields, cause }), {
      code: "sample",
      cause: sampleCause
    })
    const before = Slow.constructed
    make({ code: "a", cause })
    return Slow.constructed === before + 1
  }

  it("compares objects by their properties", () => {
    const nested = () => ({ a: { b: { c: 1 } }, n: null })
    expect(isAlike(nested(), nested())).toBe(true)
    expect(isAlike(Object.assign(new Error("cause"), { code: "x" }), Object.assign(new Error("cause"), { code: "x" })))
      .toBe(true)
    expect(isAlike({ a: { b: 1 } }, { a: { b: 2 } })).toBe(false)
    expect(isAlike({ a: { b: { c: 1 } } }, { a: { b: { c: 2 } } })).toBe(false)
    for (const other of [null, "a", undefined, 1]) {
      expect([isAlike(other, {}), isAlike({}, other), isAlike(other, other)]).toEqual([false, false, true])
    }
  })

  it("compares only as deep as errors are", () => {
    const deep = (value: object) => ({ a: { b: { c: value } } })
    const same = {}
    expect(isAlike(deep(same), deep(same))).toBe(true)
    expect(isAlike(deep({}), deep({}))).toBe(false)
  })
})
