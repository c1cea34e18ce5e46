/** The examples of the documentation: every `@example` of a public module, every `ts` block of a document. */
import { readFileSync } from "node:fs"
import ts from "typescript"
import { repository } from "./repository.js"

export interface Example {
  /** The file it stands in, relative to the repository. */
  readonly file: string
  /** Its code on the lines on which it stands there, so that whatever the compiler says needs no translation. */
  readonly code: string
  readonly line: number
}

const exampleAt = (file: string, lineIndex: number, lines: ReadonlyArray<string>): Example => ({
  file,
  code: "\n".repeat(lineIndex) + lines.join("\n") + "\nexport {}\n",
  line: lineIndex + 1
})

/** Where the block ends whose fence is on the line `begin`. */
const endOfBlock = (file: string, lines: ReadonlyArray<string>, begin: number, fence: string): number => {
  const end = lines.findIndex((line, index) => index > begin && line.trim() === fence)
  if (end < 0) throw new Error(`${file}:${begin + 1}: a code block that does not end`)
  return end
}

/** A block that imports nothing goes on where the block before it ended: together they are one example. */
const inDocument = (file: string): ReadonlyArray<Example> => {
  const lines = readFileSync(repository + file, "utf8").split("\n")
  const examples: Array<{ readonly begin: number; readonly code: Array<string> }> = []
  for (let at = 0; at < lines.length; at++) {
    const [, fence, language] = /^\s*(`{3,})\s*(\w*)/.exec(lines[at] ?? "") ?? []
    if (fence === undefined) continue
    const begin = at + 1
    at = endOfBlock(file, lines, at, fence)
    if (language !== "ts") continue
    const block = lines.slice(begin, at)
    const before = examples.at(-1)
    if (before === undefined || block.some((line) => line.startsWith("import "))) examples.push({ begin, code: block })
    else before.code.push(...lines.slice(before.begin + before.code.length, begin).map(() => ""), ...block)
  }
  return examples.map(({ begin, code }) => exampleAt(file, begin, code))
}

/** Found in the text, not by the compiler, whose tags lose their indentation; a tag ends where the next begins. */
const inModule = (file: string): ReadonlyArray<Example> => {
  const lines = readFileSync(repository + file, "utf8").split("\n")
  return lines.flatMap((line, at) => {
    if (!/^\s*\* @example\s*$/.test(line)) return []
    const end = lines.findIndex((other, index) => index > at && /^\s*(\* @|\*\/)/.test(other))
    return [exampleAt(file, at + 1, lines.slice(at + 1, end).map((code) => code.replace(/^\s*\* ?/, "")))]
  })
}

export const examplesIn = (file: string): ReadonlyArray<Example> =>
  file.endsWith(".md") ? inDocument(file) : inModule(file)

export interface Claim {
  readonly line: number
  readonly expression: string
  readonly value: string
}

/**
 * What an example says of itself: a statement that is an expression, with its value as a comment on the same line, as in
 * `f(x) // "y"`. `setup` is the code that the claims need.
 */
export const claimsOf = (example: Example): { readonly setup: string; readonly claims: ReadonlyArray<Claim> } => {
  const source = ts.createSourceFile("example.ts", example.code, ts.ScriptTarget.Latest, true)
  const setup: Array<string> = []
  const claims: Array<Claim> = []
  for (const statement of source.statements) {
    const end = statement.getEnd()
    const value = /^[ \t]*\/\/(.*)/.exec(example.code.slice(end))?.[1]?.trim()
    if (!ts.isExpressionStatement(statement) || value === undefined) setup.push(statement.getFullText())
    else {
      const line = source.getLineAndCharacterOfPosition(end).line + 1
      claims.push({ line, expression: statement.expression.getText(), value })
    }
  }
  return { setup: setup.join(""), claims }
}
