/** Reads declarations from the sources, without comments, values and bodies. */
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

const isArrow = (node: ts.Node | undefined): node is ts.ArrowFunction => node !== undefined && ts.isArrowFunction(node)

/** The body or value of a function, variable or field, which is left out if a type describes it. */
const implementation = (node: ts.Node): Range | undefined => {
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) {
    const { initializer, type } = node
    return type === undefined || initializer === undefined ? undefined : [type.end, initializer.end]
  }
  if (!isArrow(node) && !ts.isMethodDeclaration(node) && !ts.isAccessor(node) && !ts.isConstructorDeclaration(node)) {
    return undefined
  }
  const { body, type } = node
  if (body === undefined || isArrow(body)) return undefined
  const begin = type?.end ?? (isArrow(node) ? node.equalsGreaterThanToken.pos : body.pos)
  return [begin, body.end]
}

const leftOut = (declaration: ts.Node, source: ts.SourceFile): ReadonlyArray<Range> => {
  const ranges: Array<Range> = []
  const visit = (node: ts.Node): void => {
    const [comment] = ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []
    if (node !== declaration && comment !== undefined) ranges.push([comment.pos, node.getStart()])
    const range = implementation(node)
    if (range !== undefined) ranges.push(range)
    ts.forEachChild(node, visit)
  }
  visit(declaration)
  return ranges.toSorted(([a], [b]) => a - b)
}

const textOf = (node: ts.Node, source: ts.SourceFile): string => {
  const begin = node.getStart()
  let text = ""
  let at = begin
  for (const [from, to] of leftOut(node, source)) {
    if (from < at) continue
    text += source.text.slice(at, from)
    at = to
  }
  text += source.text.slice(at, node.end)
  // Lines of a class member or field of an interface are indented like those of a top-level declaration.
  const { character } = source.getLineAndCharacterOfPosition(begin)
  return text.replaceAll(`\n${" ".repeat(character)}`, "\n")
}

const isDeclaration = (node: ts.Node): boolean =>
  (ts.isStatement(node) && !ts.isBlock(node)) || ts.isTypeElement(node) || ts.isClassElement(node)

/** Whether a constant is a function, written as `(…): T => …`. It is easier to read as a function declaration. */
const isFunction = (node: ts.Node): boolean => {
  const initializer = ts.isVariableStatement(node) ? node.declarationList.declarations[0]?.initializer : undefined
  return isArrow(initializer) && initializer.type !== undefined
}

/** The declaration at a position in a file. Lines count from 1. */
export const declarationAt = (file: string, line: number, character: number): string => {
  const source = sourceOf(file)
  const position = source.getPositionOfLineAndCharacter(line - 1, character)
  let found: ts.Node | undefined
  const visit = (node: ts.Node): void => {
    if (position < node.getStart() || position >= node.end) return
    if (isDeclaration(node)) found = node
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(source, visit)
  if (found === undefined) throw new Error(`nothing is declared in line ${line} of ${file}`)
  const text = textOf(found, source).replace(/^export (?:declare )?/, "")
  return isFunction(found) ? text.replace(/^const (\w+) = /, "function $1") : text
}

/** The comment of a module: the first comment in its file, without tags. */
export const moduleComment = (file: string): string => {
  const source = sourceOf(file)
  const [first] = source.statements
  const comments = ts.getLeadingCommentRanges(source.text, 0) ?? []
  if (comments[0] === undefined || first === undefined) return ""
  // A single comment belongs to the declaration after it, if there is one.
  if (comments.length === 1 && !ts.isImportDeclaration(first) && !ts.isExportDeclaration(first)) return ""
  const text = source.text.slice(comments[0].pos + "/**".length, comments[0].end - "*/".length)
  return text.replace(/^ *\* ?/gm, "").replace(/^@.*/ms, "").trim()
}
