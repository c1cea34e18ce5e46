import { readFileSync } from "node:fs"
import ts from "typescript"
import { afterAll, describe, expect, it } from "vitest"
import { forgetSources, programOf, publicModules, repository } from "./repository.js"

const tagsOf = (node: ts.Node): ReadonlySet<string> => new Set(ts.getJSDocTags(node).map(({ tagName }) => tagName.text))

/** The node that has the comment. The comment of a constant is before its whole statement. */
const documentedNode = (declaration: ts.Declaration): ts.Node =>
  ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration

/**
 * The declarations with the comments of an export. What another public module declares is re-exported without a
 * comment: editors and the reference show that of its declaration.
 */
const declarationsOf = (symbol: ts.Symbol, checker: ts.TypeChecker): ReadonlyArray<ts.Declaration> => {
  const declarations = symbol.declarations ?? []
  const isOfAnother = declarations.some((declaration) =>
    ts.isExportSpecifier(declaration) && tagsOf(declaration).size === 0
  )
  return isOfAnother ? checker.getAliasedSymbol(symbol).declarations ?? [] : declarations
}

/** The missing tags of an export. A re-exported namespace has its tags at the `export`. */
const untagged = (file: string, symbol: ts.Symbol, checker: ts.TypeChecker): ReadonlyArray<string> => {
  const wanted = file.endsWith("/index.ts") ? ["since"] : ["since", "category"]
  return declarationsOf(symbol, checker).flatMap((declaration) => {
    const node = ts.isNamespaceExport(declaration) ? declaration.parent : documentedNode(declaration)
    const source = node.getSourceFile()
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    const tags = tagsOf(node)
    return wanted.filter((tag) => !tags.has(tag)).map((tag) => `${file}:${line + 1}: ${symbol.name} has no @${tag}`)
  })
}

const hasModuleComment = (source: ts.SourceFile): boolean => {
  const comment = ts.getLeadingCommentRanges(source.text, 0)?.[0]
  return comment !== undefined && /^\/\*\*[^]*@since \d/.test(source.text.slice(comment.pos, comment.end))
}

const complaintsAbout = (
  files: ReadonlyArray<string>,
  virtual?: ReadonlyMap<string, string>
): ReadonlyArray<string> => {
  const program = programOf(files, virtual)
  const checker = program.getTypeChecker()
  return [...files, ...(virtual?.keys() ?? [])].flatMap((file) => {
    const source = program.getSourceFile(repository + file)
    const module = source && checker.getSymbolAtLocation(source)
    if (source === undefined || module === undefined) return [`${file}: no module`]
    return [
      ...(hasModuleComment(source) ? [] : [`${file}:1: the module has no comment with @since`]),
      ...checker.getExportsOfModule(module).flatMap((symbol) => untagged(file, symbol, checker))
    ]
  })
}

/** The modules in the rows of a README's tables, each of which begins with the name of a module. */
const listedIn = (readme: string): ReadonlyArray<string> =>
  [...readme.matchAll(/^\| `([A-Z]\w+)` /gm)].flatMap(([, name]) => name ?? [])

const modulesIn = (directory: string): ReadonlyArray<string> =>
  publicModules.flatMap((file) =>
    file.startsWith(`${directory}/`) ? /\/src\/(?:node\/)?([A-Z]\w+)\.ts$/.exec(file)?.[1] ?? [] : []
  )

afterAll(forgetSources)

describe("the README of", () => {
  it.each([...new Set(publicModules.map((file) => file.split("/src/")[0] ?? ""))])(
    "%s lists its modules",
    (directory) => {
      const listed = listedIn(readFileSync(`${repository}${directory}/README.md`, "utf8"))
      expect(new Set(listed)).toEqual(new Set(modulesIn(directory)))
    }
  )
})

describe("public modules", () => {
  it("have @since and @category for every export", () => {
    expect(complaintsAbout(publicModules)).toEqual([])
  })

  it("are reported if a tag is missing", () => {
    const code = "/** @since 0.1.0 */\nexport const a = 1\n\n/** @category b */\nexport interface B {}\n"
    expect(complaintsAbout([], new Map([["packages/path/src/none.ts", code]]))).toEqual([
      "packages/path/src/none.ts:2: a has no @category",
      "packages/path/src/none.ts:5: B has no @since"
    ])
  })

  it("are reported if they come from an internal module without a comment", () => {
    const comment = "/** @since 0.1.0 */\n"
    const code = `${comment}export { a } from "./internal/none.js"\n`
    const internal = `${comment}\n/** @internal */\nexport const a = 1\n`
    const modules = new Map([["packages/path/src/none.ts", code], ["packages/path/src/internal/none.ts", internal]])
    expect(complaintsAbout([], modules)).toEqual([
      "packages/path/src/none.ts:4: a has no @since",
      "packages/path/src/none.ts:4: a has no @category",
      "packages/path/src/internal/none.ts:4: a has no @since",
      "packages/path/src/internal/none.ts:4: a has no @category"
    ])
  })
})
