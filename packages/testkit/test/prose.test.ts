/** Tests that each prose rule finds its phrase in the text of documents and sources, and reports nothing else. */
import { lint } from "@procfsroot/testkit/prose/lint"
import { phrases } from "@procfsroot/testkit/prose/phrases"
import { describe, expect, it } from "vitest"

const found = async (text: string, extension: string) =>
  (await lint(text, extension)).map(({ column, line, ruleId }) => `${line}:${column} ${ruleId}`)

describe("a phrase", () => {
  it.each(phrases)("$id is reported, and its plain version is not", async ({ bad, good, id }) => {
    expect((await lint(bad, ".md")).map(({ ruleId }) => ruleId)).toEqual([id])
    expect(await found(good, ".md")).toEqual([])
  })

  it("is reported even if it is wrapped, with what to write instead", async () => {
    expect(await lint("It prints one line\na path.", ".md")).toMatchObject([
      { line: 1, column: 15, message: "\"line a path\": write \"per\"." }
    ])
  })
})

describe("in a document, phrases are found", () => {
  it.each([
    ["in headings", "# Whoever reads", ["1:3 whoever"]],
    ["in lists", "- whoever\n  reads", ["1:3 whoever"]],
    ["in tables", "| a | b |\n| - | - |\n| c | whoever |", ["3:7 whoever"]],
    ["but not in code", "`whoever`\n\n```ts\n// whoever\n```\n", []]
  ])("%s", async (_, text, expected) => {
    expect(await found(text, ".md")).toEqual(expected)
  })
})

describe("in a source, phrases are found", () => {
  it.each([
    ["in comments", "const whoever = 1 // whoever\n/* whoever */", ["1:22 whoever", "2:4 whoever"]],
    ["in wrapped comments", "/**\n * It is of\n * outside.\n */", ["2:10 of-outside"]],
    ["in comments on several lines", "// It is of\n// outside.", ["1:10 of-outside"]],
    ["in strings", "it(\"is of outside\")", ["1:8 of-outside"]],
    ["in templates", "`${`${{ a: \"whoever\" }}`} whoever`; whoever", ["1:13 whoever", "1:27 whoever"]],
    ["after regular expressions", "/[`'\"]/.test(1 / 2) // whoever", ["1:24 whoever"]],
    ["but not in code or examples", "/**\n * `whoever`\n * @example\n * whoever\n */\nwhoever()", []]
  ])("%s", async (_, text, expected) => {
    expect(await found(text, ".ts")).toEqual(expected)
  })
})
