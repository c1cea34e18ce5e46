import { describe, expect, it } from "vitest"
import { compare, isRegression, parse } from "../src/compare.js"
import { names } from "../src/contestants.js"
import { comparisonText } from "../src/report.js"
import { listsTitle } from "../src/targets.js"
import { run } from "./runs.js"

const verdicts = (verdict: "worse" | "better", comparison: ReturnType<typeof compare>) =>
  comparison.changes.filter((change) => change.verdict === verdict).map(({ what }) => what)

const resolved = [`Lists, a: ${names.kernel}`, `Lists, m: ${names.kernel}`]

describe("a comparison with a saved run", () => {
  it("finds no change between a run and the same run after saving it", () => {
    const comparison = compare(parse(JSON.stringify(run())), run(), 0.1)
    expect(comparison.changes.map(({ change }) => change)).toEqual(comparison.changes.map(() => 1))
    expect(comparison.changes.length).toBeGreaterThan(5)
    expect(isRegression(comparison)).toBe(false)
    expect(comparisonText(comparison)).toContain("Nothing changed.")
  })

  it("finds only the rows that became slower", () => {
    const comparison = compare(run(), run({ resolve: 3.6 }), 0.1)
    expect(verdicts("worse", comparison)).toEqual(resolved)
    expect(verdicts("better", comparison)).toEqual([])
    expect(isRegression(comparison)).toBe(true)
    expect(comparisonText(comparison)).toMatch(/^worse +Lists, a: .*0\.50 +0\.60 +\+20 %$/m)
  })

  it("finds rows that became faster, which is not a regression", () => {
    const comparison = compare(run(), run({ resolve: 2.4 }), 0.1)
    expect(verdicts("better", comparison).toSorted()).toEqual(resolved)
    expect(isRegression(comparison)).toBe(false)
  })

  it("ignores the speed of the machine", () => {
    expect(verdicts("worse", compare(run(), run({ machine: 3 }), 0.1))).toEqual([])
  })

  it("ignores a change within the tolerance", () => {
    expect(verdicts("worse", compare(run(), run({ resolve: 3.6 }), 0.25))).toEqual([])
  })

  it("ignores a change within the spread", () => {
    const others = run().tables.slice(1)
    const wide = (value: number) => ({
      tables: [
        {
          title: listsTitle,
          note: "",
          unit: "µs",
          base: names.floor,
          rows: [
            { name: names.floor, cells: [{ column: "a", rounds: [1, 1, 1, 1, 1] }] },
            { name: names.kernel, cells: [{ column: "a", rounds: [0.5, 0.6, 1, 1.4, 1.5].map((at) => at * value) }] }
          ]
        },
        ...others
      ]
    })
    expect(verdicts("worse", compare(run({}, wide(1)), run({}, wide(1.2)), 0.1))).toEqual([])
    expect(verdicts("worse", compare(run({}, wide(1)), run({}, wide(4)), 0.1))).toEqual([resolved[0]])
  })

  it("compares memory by its values, since it has no base", () => {
    expect(verdicts("worse", compare(run(), run({ memory: 60 }), 0.1))).toEqual(["Memory of batches, 1000: resolveAll"])
  })

  it("reports how the runs differ, and what was not measured again", () => {
    const now = run()
    const { warnings } = compare(
      run({}, { machine: { ...now.machine, versions: { node: "v22.0.0" } } }),
      run({}, { plan: { ...now.plan, rounds: 2 }, tables: now.tables.slice(0, 2) }),
      0.1
    )
    expect(warnings).toEqual([
      "A run of fewer than 3 rounds has no spread: most of its changes mean nothing.",
      "Not the same in both runs: node, v22.0.0 and v20.20.0.",
      "Not the same in both runs: plan's rounds, 5 and 2.",
      "Not the same in both runs: koffi, nothing and 3.3.4.",
      "Only in the saved run: Memory of batches, 1: resolveAll.",
      "Only in the saved run: Memory of batches, 1000: resolveAll."
    ])
    expect(compare(now, now, 0.1).warnings).toEqual([])
  })

  it("refuses a file that is not a run", () => {
    expect(() => parse("[]")).toThrow("not a run")
    expect(() => parse("not JSON")).toThrow(SyntaxError)
  })
})
