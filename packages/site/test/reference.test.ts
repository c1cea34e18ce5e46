/** Tests that the reference contains every public export that the compiler sees. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import ts from "typescript"
import { afterAll, describe, expect, it } from "vitest"
import { declarationAt, moduleComment } from "../src/reference/declaration.js"
import { entries, modulesOf } from "../src/packages.js"
import { repository } from "../src/repository.js"
import { pages, textOf } from "./dist.js"

const modules = entries.flatMap((
  entry
) => [...modulesOf(entry).map(({ name }) => ({ entry, name })), { entry, name: "index" }])

const fileOf = ({ entry, name }: (typeof modules)[number]): string => `${repository}/${entry.directory}/${name}.ts`

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  noLib: true,
  types: []
}
const program = ts.createProgram(modules.map(fileOf), options)
const checker = program.getTypeChecker()

/** The names of the exports, without the modules in an index, which have their own pages. */
const exportsOf = (file: string): ReadonlyArray<string> => {
  const source = program.getSourceFile(file)
  const symbol = source && checker.getSymbolAtLocation(source)
  if (symbol === undefined) throw new Error(`${file} is not a module`)
  return checker.getExportsOfModule(symbol)
    .filter(({ declarations }) => !declarations?.some((declaration) => ts.isNamespaceExport(declaration)))
    .map(({ name }) => name)
}

/** The section of an export, up to the next heading of the same level. */
const sectionOf = (html: string, name: string): string | undefined =>
  new RegExp(`<h3 id="${name.replaceAll("$", "\\$")}"[^]*?(?=<h[23] |<footer|$)`).exec(html)?.[0]

describe("the reference", () => {
  it("has a page for each module, with the declaration, version and source of each export", () => {
    const found = modules.flatMap((module) => {
      const html = textOf(`/${module.entry.pages}/${module.name}.html`)
      return exportsOf(fileOf(module)).map((name) => {
        const section = sectionOf(html, name) ?? ""
        const isWhole = /class="facts">.*since \d.*packages\/.*\.ts:\d+/.test(section) &&
          section.includes("language-ts")
        return {
          name: `${module.entry.entry}/${module.name}: ${name}`,
          there: isWhole || section.includes("The same as")
        }
      })
    })
    expect(found.length).toBeGreaterThan(700)
    expect(found.filter(({ there }) => !there).map(({ name }) => name)).toEqual([])
  })

  it("shows what an effect fails with, and an example", () => {
    const resolve = sectionOf(textOf("/reference/platform/Root.html"), "resolve")
    expect(resolve).toMatch(/Fails with: <a href="[^"]*ResolveError\.html#ResolveError"/)
    expect(sectionOf(textOf("/reference/effect4/Root.html"), "resolveStream")).toContain("Example")
    expect(sectionOf(textOf("/reference/effect4/Root.html"), "none")).toBeUndefined()
  })

  it("has no pages for internal modules", () => {
    expect(pages.filter((page) => page.startsWith("/reference/") && page.includes("internal"))).toEqual([])
  })
})

const text = `/**
 * Declarations that a test looks at.
 *
 * @since 0.1.0
 */

/** What is needed. */
export interface Options {
  /** Where. */
  readonly path: string
  /**
   * Reads.
   */
  readonly read: (path: string) => string
}

/** How many. */
export const limit: number = 2 + 2

export const join = (...parts: ReadonlyArray<string>): string => parts.join("/")

export const curried = (a: string) => (b: string): string => a + b

export class Place {
  readonly path = "/"
  /** How long. */
  get length(): number {
    return this.path.length
  }
  parent(): Place {
    return this
  }
}
`

describe("a declaration", () => {
  const directory = mkdtempSync(`${tmpdir()}/declarations-`)
  const file = `${directory}/declarations.ts`
  writeFileSync(file, text)
  afterAll(() => rmSync(directory, { recursive: true }))

  it("is shown without comments, values and bodies", () => {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
    const shown = source.statements.map((statement) => {
      const { character, line } = source.getLineAndCharacterOfPosition(statement.getStart())
      return declarationAt(file, line + 1, character)
    })
    expect(shown).toEqual([
      "interface Options {\n  readonly path: string\n  readonly read: (path: string) => string\n}",
      "const limit: number",
      "function join(...parts: ReadonlyArray<string>): string",
      "const curried = (a: string) => (b: string): string",
      "class Place {\n  readonly path = \"/\"\n  get length(): number\n  parent(): Place\n}"
    ])
  })

  it("is separate from the comment of its module", () => {
    expect(moduleComment(file)).toBe("Declarations that a test looks at.")
  })
})
