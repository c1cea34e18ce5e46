/** The `ts` blocks of a document, as examples that can be compiled and run. */
import ts from "typescript"

export interface Example {
  /** The file it stands in, relative to the repository. */
  readonly file: string
  /** Its code on the lines on which it stands there, so that whatever the compiler says needs no translation. */
  readonly code: string
  readonly line: number
}

export const exampleAt = (file: string, lineIndex: number, lines: ReadonlyArray<string>): Example => ({
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

interface Begun {
  readonly begin: number
  readonly code: Array<string>
}

/**
 * A block that imports nothing goes on where the block before it ended: together they are one example. One that imports
 * something does so if its fence is "```ts continued". In a tab of an edition, that is the block before it of the same
 * edition. After tabs, it is each of them: the block is the same in all these editions.
 */
export const inDocument = (file: string, text: string): ReadonlyArray<Example> => {
  const lines = text.split("\n")
  const examples: Array<Begun> = []
  const ofEdition = new Map<string, Begun>()
  /** What a block outside of tabs goes on with. */
  let last = new Set<Begun>()
  let edition: string | undefined
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ""
    const title = /^<summary>(Effect [34]|Promises)\b/.exec(line)?.[1]
    if (title !== undefined) {
      edition = title
      if (lines[at - 2] !== "</details>") last = new Set()
    } else if (line === "</details>") edition = undefined
    const [, fence, language, rest] = /^\s*(`{3,})\s*(\w*)\s*(.*)/.exec(line) ?? []
    if (fence === undefined) continue
    const begin = at + 1
    at = endOfBlock(file, lines, at, fence)
    if (language !== "ts") continue
    const block = lines.slice(begin, at)
    const continues = rest === "continued" || !block.some((line) => line.startsWith("import "))
    const own = edition === undefined ? undefined : ofEdition.get(edition)
    const before = edition === undefined ? [...last] : own === undefined ? [] : [own]
    if (!continues || before.length === 0) {
      const begun = { begin, code: block }
      examples.push(begun)
      if (edition === undefined) last = new Set([begun])
      else {
        last.add(begun)
        ofEdition.set(edition, begun)
      }
    } else {
      for (const example of before) {
        last.add(example)
        example.code.push(...lines.slice(example.begin + example.code.length, begin).map(() => ""), ...block)
      }
    }
  }
  return examples.map(({ begin, code }) => exampleAt(file, begin, code))
}

const AsyncFunction = (async () => undefined).constructor as new(
  ...args: ReadonlyArray<string>
) => (require: (specifier: string) => unknown, exports: object) => Promise<unknown>

/** Runs code, with the modules that `load` finds for its imports, and returns what it returns. */
export const evaluate = async (code: string, load: (specifier: string) => Promise<unknown>): Promise<unknown> => {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true)
  const specifiers = source.statements.filter(ts.isImportDeclaration).map(({ moduleSpecifier }) =>
    (moduleSpecifier as ts.StringLiteral).text // the grammar permits nothing else
  )
  const modules = new Map(
    await Promise.all(specifiers.map(async (specifier) => [specifier, await load(specifier)] as const))
  )
  const script = ts.transpile(code, { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 })
  return new AsyncFunction("require", "exports", script)((specifier) => modules.get(specifier), {})
}
