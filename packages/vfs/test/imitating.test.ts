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
    ["shows the cause", (fields) => Object.defineProperty(imitate(fields), "cause", { enumerable: true })],
    ["is of another class", (fields) => Object.setPrototypeOf(imitate(fields), Error.prototype) as Slow] // on purpose
  ])("uses the constructor if the imitation %s", (_, wrong) => {
    const make = MethodError.imitating(construct, wrong, sample)
    const before = Slow.constructed
    for (const code of ["a", "b"]) expect(make({ code })).toMatchObject({ code, message: "slow" })
    expect(Slow.constructed).toBe(before + 3)
  })
})
