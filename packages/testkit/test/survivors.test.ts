import { compare, type Listed, merge, missed, noticed, type Report } from "@procfsroot/testkit/mutation/survivors"
import { existsSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { repository } from "./repository.js"

const source = "const less = (a, b) => {\n  return a < b\n}\n"

const report = (source: string, status: string): Report => {
  const line = source.split("\n").findIndex((line) => line.includes("a < b")) + 1
  const location = { start: { line, column: 10 }, end: { line, column: 15 } }
  return { files: { "packages/path/src/less.ts": { source, mutants: [{ location, replacement: "a <= b", status }] } } }
}

const listed: Listed = {
  file: "packages/path/src/less.ts",
  line: "return a < b",
  becomes: ["return a <= b"],
  reason: "They are never equal."
}

it("reports a change that no test notices, unless it is listed", () => {
  expect(compare(report(source, "Survived"), [])).toEqual([
    "No test notices this change:\n  packages/path/src/less.ts\n    return a < b\n    return a <= b"
  ])
  expect(compare(report(source, "NoCoverage"), [])).toHaveLength(1)
  expect(compare(report(source, "Survived"), [listed])).toEqual([])
  for (const status of ["Killed", "Timeout"]) {
    expect([compare(report(source, status), []), compare(report(source, status), [listed])]).toEqual([[], []])
  }
})

it("finds a listed line that has moved, and reports one that is gone", () => {
  expect(compare(report(`\n\n${source}`, "Survived"), [listed])).toEqual([])
  expect(compare(report(source, "Survived"), [{ ...listed, line: "return b < a" }])).toHaveLength(2)
  expect(compare(report(source, "Killed"), [{ ...listed, file: "packages/path/src/more.ts" }])).toEqual([])
})

it("shows a change of several lines as one line", () => {
  const block = { location: { start: { line: 1, column: 24 }, end: { line: 3, column: 2 } }, replacement: "{}" }
  const files = { "packages/path/src/less.ts": { source, mutants: [{ ...block, status: "Survived" }] } }
  expect(compare({ files }, [])).toEqual([expect.stringContaining("\n    const less = (a, b) => {}")])
})

it("counts killed mutants and timeouts as noticed", () => {
  expect(["Killed", "Timeout", "Survived", "NoCoverage"].map((status) => noticed(report(source, status))))
    .toEqual([100, 100, 0, 0])
})

it("finds the place of what was missed, and takes what became of it when it was judged again", () => {
  const first = report(source, "NoCoverage")
  const place = "packages/path/src/less.ts:2:9-2:14"
  expect(["NoCoverage", "Survived", "Killed"].map((status) => missed(report(source, status))))
    .toEqual([[place], [place], []])
  expect(merge(first, report(source, "Killed"))).toEqual(report(source, "Killed"))
  expect(merge(report(source, "Timeout"), report(source, "Survived"))).toEqual(report(source, "Timeout"))
  expect(merge(first, { files: {} })).toEqual(first)
})

it("lists only lines that still exist", () => {
  const all: ReadonlyArray<Listed> = JSON.parse(
    readFileSync(`${repository}packages/testkit/mutation/survivors.json`, "utf8")
  )
  const linesOf = (file: string) =>
    existsSync(repository + file) ? readFileSync(repository + file, "utf8").split("\n").map((line) => line.trim()) : []
  expect(all.filter(({ file, line }) => !linesOf(file).includes(line))).toEqual([])
})
