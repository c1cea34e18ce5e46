/** Declarations as they stand in the sources, but without comments, values and bodies. */
import { readFileSync } from "node:fs"
import ts from "typescript"

const sources = new Map<string, ts.SourceFile>()

const sourceOf = (file: string): ts.SourceFile => {
  const known = sources.get(file)
  if (known !== undefined) return known
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
  sources.set(file, source)
  return source
}

type Range = readonly [begin: number, end: number]

/** What is left out of a declaration: the comments before each part of it, what a constant is, what functions do. */
const leftOut = (node: ts.Node, source: ts.SourceFile): ReadonlyArray<Range> => {
  const ranges: Array<Range> = []
  const visit = (part: ts.Node): void => {
    if (part !== node && ts.getLeadingCommentRanges(source.text, part.getFullStart())?.[0] !== undefined) {
      const [comment] = ts.getLeadingCommentRanges(source.text, part.getFullStart()) ?? []
      if (comment !== undefined) ranges.push([comment.pos, part.getStart()])
    }
    if ((ts.isVariableDeclaration(part) || ts.isPropertyDeclaration(part)) && part.type && part.initializer) {
      ranges.push([part.type.end, part.initializer.end])
    } else if (
      ts.isFunctionLike(part) && "body" in part && part.body !== undefined && ts.isBlock(part.body as ts.Node)
    ) {
      const body = part.body as ts.Block
      ranges.push([(part.type ?? body).end, body.end])
    } else ts.forEachChild(part, visit)
  }
  visit(node)
  return ranges
}

/** The lines of a part of a class or interface are as far to the left as those of a declaration. */
const unindented = (text: string, column: number): string => text.replaceAll(`\n${" ".repeat(column)}`, "\n")

const textOf = (node: ts.Node, source: ts.SourceFile): string => {
  const begin = node.getStart()
  let text = ""
  let at = begin
  for (const [from, to] of leftOut(node, source).toSorted(([a], [b]) => a - b)) {
    if (from < at) continue
    text += source.text.slice(at, from)
    at = to
  }
  text += source.text.slice(at, node.end)
  return unindented(text, source.getLineAndCharacterOfPosition(begin).character)
}

const isDeclaration = (node: ts.Node): boolean =>
  ts.isStatement(node) || ts.isTypeElement(node) || ts.isClassElement(node)

/** The declaration whose name stands at a place of a file; lines count from 1. */
export const declarationAt = (file: string, line: number, character: number): string => {
  const source = sourceOf(file)
  const position = source.getPositionOfLineAndCharacter(line - 1, character)
  let found: ts.Node | undefined
  const visit = (node: ts.Node): void => {
    if (position < node.getStart() || position >= node.end) return
    if (isDeclaration(node) && !ts.isBlock(node)) found = node
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(source, visit)
  if (found === undefined) throw new Error(`nothing is declared in line ${line} of ${file}`)
  return textOf(found, source).replace(/^export /, "")
}
