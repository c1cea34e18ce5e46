import { evaluate, type Example, inDocument } from "@procfsroot/testkit/documentation"
import { nextTurn } from "@procfsroot/testkit/nextTurn"
import { createRequire } from "node:module"
import ts from "typescript"
import { afterAll, describe, expect, it } from "vitest"
import { claimsOf, examplesIn } from "./extract.js"
import { documents, forgetSources, type Paths, programOf, publicModules, repository } from "./repository.js"

const examples = [...publicModules, ...documents].flatMap(examplesIn)

/** A version of Effect. The tests of `package` depend on everything that a reader has to install with it. */
interface Edition {
  readonly package: string
  readonly paths: Paths
  /** Imports a module for an example. */
  readonly load: (specifier: string) => Promise<unknown>
}

const effect3: Edition = { package: "platform", paths: {}, load: (specifier) => import(specifier) }

const effect4Require = createRequire(`${repository}packages/effect4/package.json`)

const effect4: Edition = {
  package: "effect4",
  load: (specifier) => import(specifier.startsWith("@procfsroot/") ? specifier : effect4Require.resolve(specifier)),
  // Examples import `@effect/platform-node`. The installed package with the same file system also works with Node 20.
  paths: { "@effect/platform-node": ["packages/effect4/node_modules/@effect/platform-node-shared/dist/index.d.ts"] }
}

/** An example is for Effect 3, unless it is in `effect4` or imports it. */
const editionOf = ({ code, file }: Example): Edition =>
  file.startsWith("packages/effect4/") || code.includes("from \"@procfsroot/effect4") ? effect4 : effect3

const complaintsOf = async (
  edition: Edition,
  list: ReadonlyArray<Example>
): Promise<ReadonlyArray<string>> => {
  if (list.length === 0) return []
  const virtualName = (index: number) => `packages/${edition.package}/example${index}.ts`
  const program = programOf([], new Map(list.map(({ code }, index) => [virtualName(index), code])), edition.paths)
  const complaints: Array<string> = []
  for (const [index, { file }] of list.entries()) {
    // Checking all of them takes many seconds on a busy machine, and Vitest has to hear from its workers.
    await nextTurn()
    const source = program.getSourceFile(repository + virtualName(index))
    if (source === undefined) throw new Error(`${file} is not compiled.`)
    for (const diagnostic of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
      const { line } = source.getLineAndCharacterOfPosition(diagnostic.start ?? 0)
      complaints.push(`${file}:${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`)
    }
  }
  return complaints
}

const complaintsAbout = async (list: ReadonlyArray<Example>): Promise<ReadonlyArray<string>> => [
  ...await complaintsOf(effect3, list.filter((example) => editionOf(example) === effect3)),
  ...await complaintsOf(effect4, list.filter((example) => editionOf(example) === effect4))
]

/** Runs code that appends to `__values`, and returns them. */
const valuesOf = async (edition: Edition, code: string): Promise<ReadonlyArray<unknown>> =>
  // The added code returns this array.
  await evaluate(`const __values = []\n${code}\nreturn __values`, edition.load) as ReadonlyArray<unknown>

/** The values that an example claims to have, and the values that it has. */
const told = async (example: Example) => {
  const { claims, code } = claimsOf(example)
  const edition = editionOf(example)
  const lines = (values: ReadonlyArray<unknown>) => claims.map(({ line }, index) => ({ line, value: values[index] }))
  const expected = await valuesOf(edition, claims.map(({ value }) => `;__values.push(${value})`).join("\n"))
  return { actual: lines(await valuesOf(edition, code)), expected: lines(expected) }
}

afterAll(forgetSources)

describe("examples", () => {
  it("exist in modules and in documents", () => {
    expect(examples.filter(({ file }) => file.endsWith(".ts")).length).toBeGreaterThan(15)
    expect(examples.filter(({ file }) => file.endsWith(".md")).length).toBeGreaterThan(10)
  })

  it("compile with the compiler options of this project", async () => {
    expect(await complaintsAbout(examples)).toEqual([])
  })

  it("are reported with their file and line if they do not compile", async () => {
    const code = "\n\nimport { Policy } from \"@procfsroot/path\"\nPolicy.make({ missing: \"all\" })\nexport {}"
    expect(await complaintsAbout([{ file: "docs/none.md", code, line: 3 }])).toEqual([
      expect.stringMatching(/^docs\/none\.md:4: Type '"all"' is not assignable/)
    ])
  })

  it("are compiled with the version of Effect that they are for", async () => {
    const imports = "import * as Either from \"effect/Either\"\nEither.right(1)\nexport {}"
    const effect4 = `import { Root } from "@procfsroot/effect4"\n${imports}`
    const list = [imports, effect4].map((code, index) => ({ file: `docs/${index + 3}.md`, code, line: 1 }))
    expect(await complaintsAbout(list)).toEqual([
      expect.stringMatching(/^docs\/4\.md:2: Cannot find module 'effect\/Either'/)
    ])
  })

  it("are joined if one continues the other", () => {
    const text = "```ts\nimport \"a\"\n```\n```ts continued\nimport \"b\"\n```\n```ts\nimport \"c\"\n```\n"
    expect(inDocument("docs/none.md", text).map(({ code, line }) => ({ code: code.trim(), line }))).toEqual([
      { code: "import \"a\"\n\n\nimport \"b\"\nexport {}", line: 2 },
      { code: "import \"c\"\nexport {}", line: 8 }
    ])
  })

  it("in a tab continue the same edition, and after tabs continue each edition", () => {
    const block = (code: string) => `\`\`\`ts\n${code}\n\`\`\`\n`
    const tab = (title: string, code: string) =>
      `<details>\n<summary>${title}</summary>\n\n${block(code)}\n</details>\n`
    const text = tab("Effect 3", "import \"a\"") + tab("Promises", "import \"b\"") + block("both") +
      tab("Effect 3", "onlyA") + block("onlyA2") + tab("Effect 4", "first")
    const found = inDocument("docs/none.md", text).map(({ code }) => code.split("\n"))
    expect(found.map((lines) => lines.filter((line) => line !== ""))).toEqual([
      ["import \"a\"", "both", "onlyA", "onlyA2", "export {}"],
      ["import \"b\"", "both", "export {}"],
      ["first", "export {}"]
    ])
    expect(found.map((lines) => lines.indexOf("both") + 1)).toEqual([18, 18, 0])
  })

  it("are compared with the value at their line, so that wrong claims are found", async () => {
    const code = "let a = 1\na // 1\na = 2\na // 1\nexport {}"
    expect(await told({ file: "docs/none.md", code, line: 1 })).toEqual({
      actual: [{ line: 2, value: 1 }, { line: 4, value: 2 }],
      expected: [{ line: 2, value: 1 }, { line: 4, value: 1 }]
    })
  })

  for (const example of examples) {
    if (claimsOf(example).claims.length === 0) continue
    it(`${example.file}:${example.line} has the values that it shows`, async () => {
      const { actual, expected } = await told(example)
      expect(actual).toStrictEqual(expected)
    })
  }
})
