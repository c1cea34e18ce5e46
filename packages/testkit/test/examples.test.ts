import ts from "typescript"
import { describe, expect, it } from "vitest"
import { claimsOf, type Example, examplesIn } from "./extract.js"
import { documents, programOf, publicModules, repository } from "./repository.js"

const examples = [...publicModules, ...documents].flatMap(examplesIn)

/** They are compiled as if they stood in the package whose tests depend on all that a reader is told to install. */
const virtualName = (index: number) => `packages/platform/example${index}.ts`

const complaintsAbout = (list: ReadonlyArray<Example>): ReadonlyArray<string> => {
  const program = programOf([], new Map(list.map(({ code }, index) => [virtualName(index), code])))
  return list.flatMap(({ file }, index) => {
    const source = program.getSourceFile(repository + virtualName(index))
    if (source === undefined) return [`${file}: not compiled`]
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((diagnostic) => {
      const { line } = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0)
      return `${file}:${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`
    })
  })
}

const AsyncFunction = (async () => undefined).constructor as new(
  ...args: ReadonlyArray<string>
) => (require: (specifier: string) => unknown, exports: object) => Promise<ReadonlyArray<unknown>>

/** Evaluates expressions behind the code that they need, whose imports come from wherever this test's come from. */
const evaluate = async (setup: string, expressions: ReadonlyArray<string>): Promise<ReadonlyArray<unknown>> => {
  const source = ts.createSourceFile("example.ts", setup, ts.ScriptTarget.Latest, true)
  const specifiers = source.statements.filter(ts.isImportDeclaration).map(({ moduleSpecifier }) =>
    (moduleSpecifier as ts.StringLiteral).text // the grammar permits nothing else
  )
  const modules = new Map(
    await Promise.all(specifiers.map(async (specifier) => [specifier, await import(specifier)] as const))
  )
  const code = ts.transpile(`${setup}\n;__values = [${expressions.join(",")}]`, {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022
  })
  return new AsyncFunction("require", "exports", `let __values\n${code}\nreturn __values`)(
    (specifier) => modules.get(specifier),
    {}
  )
}

describe("examples", () => {
  it("there are some in the modules and in the documents", () => {
    expect(examples.filter(({ file }) => file.endsWith(".ts")).length).toBeGreaterThan(15)
    expect(examples.filter(({ file }) => file.endsWith(".md")).length).toBeGreaterThan(10)
  })

  it("compile under the project's own options", () => {
    expect(complaintsAbout(examples)).toEqual([])
  })

  it("that do not compile are reported where they stand", () => {
    const code = "\n\nimport { Policy } from \"@procfsroot/path\"\nPolicy.make({ missing: \"all\" })\nexport {}"
    expect(complaintsAbout([{ file: "docs/none.md", code, line: 3 }])).toEqual([
      expect.stringMatching(/^docs\/none\.md:4: Type '"all"' is not assignable/)
    ])
  })

  for (const example of examples) {
    const { claims, setup } = claimsOf(example)
    if (claims.length === 0) continue
    it(`${example.file}:${example.line} is right about its values`, async () => {
      const actual = await evaluate(setup, claims.map(({ expression }) => expression))
      const told = await evaluate("", claims.map(({ value }) => value))
      const lines = (values: ReadonlyArray<unknown>) =>
        claims.map(({ line }, index) => ({ line, value: values[index] }))
      expect(lines(actual)).toStrictEqual(lines(told))
    })
  }
})
