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

/**
 * A block that imports nothing goes on where the block before it ended: together they are one example. One that imports
 * something does so if its fence is "```ts continued".
 */
export const inDocument = (file: string, text: string): ReadonlyArray<Example> => {
  const lines = text.split("\n")
  const examples: Array<{ readonly begin: number; readonly code: Array<string> }> = []
  for (let at = 0; at < lines.length; at++) {
    const [, fence, language, rest] = /^\s*(`{3,})\s*(\w*)\s*(.*)/.exec(lines[at] ?? "") ?? []
    if (fence === undefined) continue
    const begin = at + 1
    at = endOfBlock(file, lines, at, fence)
    if (language !== "ts") continue
    const block = lines.slice(begin, at)
    const before = examples.at(-1)
    const continues = rest === "continued" || !block.some((line) => line.startsWith("import "))
    if (before === undefined || !continues) examples.push({ begin, code: block })
    else before.code.push(...lines.slice(before.begin + before.code.length, begin).map(() => ""), ...block)
  }
  return examples.map(({ begin, code }) => exampleAt(file, begin, code))
}

/** Found in the text, not by the compiler, whose tags lose their indentation; a tag ends where the next begins. */
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
 * What an example says of itself: a statement that is an expression, with its value as a comment on the same line, as in
 * `f(x) // "y"`. `code` is the example, in which each of these statements appends its value to `__values`.
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
