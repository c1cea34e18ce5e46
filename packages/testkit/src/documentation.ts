/** Finds the `ts` blocks of a document, as examples that can be compiled and run. */
import ts from "typescript"

export interface Example {
  /** Its file, relative to the repository. */
  readonly file: string
  /** The code, at the same lines as in the file, so that the line numbers of the compiler are correct. */
  readonly code: string
  readonly line: number
}

export const exampleAt = (file: string, lineIndex: number, lines: ReadonlyArray<string>): Example => ({
  file,
  code: "\n".repeat(lineIndex) + lines.join("\n") + "\nexport {}\n",
  line: lineIndex + 1
})

/** The last line of the block whose fence is on the line `begin`. */
const endOfBlock = (file: string, lines: ReadonlyArray<string>, begin: number, fence: string): number => {
  const end = lines.findIndex((line, index) => index > begin && line.trim() === fence)
  if (end < 0) throw new Error(`${file}:${begin + 1}: this code block does not end`)
  return end
}

interface Begun {
  readonly begin: number
  readonly code: Array<string>
}

/**
 * The examples in a document. A block that imports nothing continues the block before it, so both are one example. A
 * block with imports does so if its fence is "```ts continued". In a tab of an edition, a block continues the last
 * block of the same edition. After tabs, it continues each of them, since it is the same for all these editions.
 */
export const inDocument = (file: string, text: string): ReadonlyArray<Example> => {
  const lines = text.split("\n")
  const examples: Array<Begun> = []
  const ofEdition = new Map<string, Begun>()
  /** The examples that a block outside tabs continues. */
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

/** Runs code with the modules that `load` returns for its imports, and returns its result. */
export const evaluate = async (code: string, load: (specifier: string) => Promise<unknown>): Promise<unknown> => {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true)
  const specifiers = source.statements.filter(ts.isImportDeclaration).map(({ moduleSpecifier }) =>
    (moduleSpecifier as ts.StringLiteral).text // the grammar allows nothing else
  )
  const modules = new Map(
    await Promise.all(specifiers.map(async (specifier) => [specifier, await load(specifier)] as const))
  )
  const script = ts.transpile(code, { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 })
  return new AsyncFunction("require", "exports", script)((specifier) => modules.get(specifier), {})
}
