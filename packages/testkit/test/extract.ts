/** Finds the examples of the documentation: every `@example` of a public module and every `ts` block of a document. */
import { type Example, exampleAt, inDocument } from "@procfsroot/testkit/documentation"
import { readFileSync } from "node:fs"
import ts from "typescript"
import { repository } from "./repository.js"

/**
 * Looks for examples in the text, since the compiler drops the indentation of tags. A tag ends
 * where the next one begins.
 */
const inModule = (file: string, text: string): ReadonlyArray<Example> => {
  const lines = text.split("\n")
  return lines.flatMap((line, at) => {
    if (!/^\s*\* @example\s*$/.test(line)) return []
    const end = lines.findIndex((other, index) => index > at && /^\s*(\* @|\*\/)/.test(other))
    return [exampleAt(file, at + 1, lines.slice(at + 1, end).map((code) => code.replace(/^\s*\* ?/, "")))]
  })
}

export const examplesIn = (file: string): ReadonlyArray<Example> => {
  const text = readFileSync(repository + file, "utf8")
  return file.endsWith(".md") ? inDocument(file, text) : inModule(file, text)
}

export interface Claim {
  readonly line: number
  readonly value: string
}

/**
 * The values that an example claims to have. A claim is an expression statement with its value as a comment on the same
 * line, such as `f(x) // "y"`. In `code`, each of these statements appends its value to `__values` instead.
 */
export const claimsOf = (example: Example): { readonly code: string; readonly claims: ReadonlyArray<Claim> } => {
  const source = ts.createSourceFile("example.ts", example.code, ts.ScriptTarget.Latest, true)
  const code: Array<string> = []
  const claims: Array<Claim> = []
  for (const statement of source.statements) {
    const end = statement.getEnd()
    const value = /^[ \t]*\/\/(.*)/.exec(example.code.slice(end))?.[1]?.trim()
    if (!ts.isExpressionStatement(statement) || value === undefined) code.push(statement.getFullText())
    else {
      claims.push({ line: source.getLineAndCharacterOfPosition(end).line + 1, value })
      code.push(`\n;__values.push(${statement.expression.getText()})`)
    }
  }
  return { code: code.join(""), claims }
}
