import { asked, type Case, optionsOf, type Suite, suites } from "@procfsroot/testkit/cases"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"
import { lines, run } from "./command.js"

const flagsOf = (testCase: Case): ReadonlyArray<string> => {
  const { containment, lastComponent, maxSymlinks, missing, symlinks } = optionsOf(testCase)
  return [
    `--containment=${containment}`,
    `--missing=${missing}`,
    ...(lastComponent === "keep" ? ["--keep-last"] : []),
    ...(symlinks === "forbid" ? ["--no-symlinks"] : []),
    ...(maxSymlinks === undefined ? [] : ["--max-symlinks", String(maxSymlinks)])
  ]
}

const answers = (root: string, flags: ReadonlyArray<string>, cases: ReadonlyArray<Case>): ReadonlyArray<unknown> => {
  const input = cases.map((testCase) => `${asked(testCase)}\0`).join("")
  const { stderr, stdout } = run(["resolve", "--root", root, "--stdin", "-z", "--json", ...flags], input)
  expect(stderr).toBe("")
  return lines(stdout).map((line) => {
    const { error, path, resolved } = JSON.parse(line)
    return { path, expect: error === undefined ? { ok: resolved } : { errno: error.code } }
  })
}

const byFlags = ({ cases }: Suite): ReadonlyArray<readonly [flags: ReadonlyArray<string>, ReadonlyArray<Case>]> =>
  Array.from(new Set(cases.map((testCase) => flagsOf(testCase).join(" "))), (flags) => [
    flags.split(" "),
    cases.filter((testCase) => flagsOf(testCase).join(" ") === flags)
  ])

describe("the command resolves all cases of the conformance table", () => {
  it.for(suites)("$name", (suite) => {
    using root = temporary()
    materialize(root.path, suite.tree)
    for (const [flags, cases] of byFlags(suite)) {
      expect(answers(root.path, flags, cases))
        .toEqual(cases.map((testCase) => ({ path: asked(testCase), expect: testCase.expect })))
    }
  })

  it("contains all 495 cases", () => {
    expect(suites.flatMap(({ cases }) => cases).length).toBe(495)
  })
})
