import { describe, expect, it } from "vitest"
import { read } from "../src/options.js"

describe("options of the benchmark", () => {
  it("have defaults", () => {
    expect(read([])).toMatchObject({ quick: false, json: false, tolerance: 0.1, seed: 1, compare: undefined })
    expect(read([])).toMatchObject({ plot: expect.stringMatching(/\/docs\/benchmark\.svg$/) })
    expect(read(["--quick"])).toMatchObject({ plot: undefined })
  })

  it("are read", () => {
    const args = ["--compare", "saved.json", "--tolerance", "25", "--html", "report.html", "--seed", "7", "--json"]
    expect(read(args)).toMatchObject({
      compare: "saved.json",
      tolerance: 0.25,
      html: "report.html",
      seed: 7,
      json: true
    })
    expect(read(["--quick", "--rounds", "3"])).toMatchObject({ quick: true, rounds: 3 })
    expect(read(["--help"])).toBe("help")
  })

  it("are refused if they are wrong", () => {
    expect(() => read(["--tolerance", "many"])).toThrow("--tolerance takes a number from 1 on, not \"many\"")
    expect(() => read(["--rounds", "0"])).toThrow("--rounds takes a number from 1 on")
    expect(() => read(["--nonsense"])).toThrow("--nonsense")
  })
})
