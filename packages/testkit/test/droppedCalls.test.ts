/**
 * No code drops a `Call` or a program: it would never begin, and what it releases at its end would stay open.
 * TypeScript does not notice, since a function that returns a call may be used where one returns nothing. `void` says
 * that a call is dropped on purpose.
 */
import ts from "typescript"
import { afterAll, expect, it } from "vitest"
import { forgetSources, programOf, publicModules, repository } from "./repository.js"

/** The classes and types of `vfs` whose values do nothing until somebody runs them. */
const LAZY: ReadonlyArray<string | undefined> = ["Call", "Now", "Program", "Immediate"]

const isLazy = (type: ts.Type): boolean =>
  LAZY.includes(type.aliasSymbol?.name) || LAZY.includes(type.getSymbol()?.name) ||
  (type.isUnion() && type.types.some(isLazy))

const returnsNothing = (type: ts.Type | undefined): boolean =>
  type?.getCallSignatures().some((signature) => (signature.getReturnType().flags & ts.TypeFlags.Void) !== 0) === true

/** The expression whose value a node drops, if any. */
const droppedBy = (node: ts.Node, checker: ts.TypeChecker): ts.Expression | undefined => {
  if (ts.isExpressionStatement(node)) return ts.isBinaryExpression(node.expression) ? undefined : node.expression
  const isDropping = ts.isArrowFunction(node) && !ts.isBlock(node.body) &&
    returnsNothing(checker.getContextualType(node))
  return isDropping ? node.body as ts.Expression : undefined // a body is a block or an expression
}

const complaintsAbout = (source: ts.SourceFile, checker: ts.TypeChecker): ReadonlyArray<string> => {
  const found: Array<string> = []
  const visit = (node: ts.Node): void => {
    const dropped = droppedBy(node, checker)
    if (dropped !== undefined && isLazy(checker.getTypeAtLocation(dropped))) {
      const { line } = source.getLineAndCharacterOfPosition(dropped.getStart())
      found.push(`${source.fileName.slice(repository.length)}:${line + 1}: ${dropped.getText()}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const complaints = (files: ReadonlyArray<string>, virtual?: ReadonlyMap<string, string>): ReadonlyArray<string> => {
  const program = programOf(files, virtual)
  const checker = program.getTypeChecker()
  const isOwn = ({ fileName }: ts.SourceFile) =>
    fileName.startsWith(`${repository}packages/`) && !fileName.includes("/node_modules/")
  return program.getSourceFiles().filter(isOwn).flatMap((source) => complaintsAbout(source, checker))
}

afterAll(forgetSources)

it("no call and no program is dropped", () => {
  expect(complaints(publicModules)).toEqual([])
}, 60_000)

const dropping = `
import { type Now, type Program, sync } from "@procfsroot/vfs/Program"

declare const rename: (from: string, to: string) => Now<void>
declare const remove: (path: string) => Program<void>
declare const each: (use: (path: string) => void) => void

export function* both(): Program<void> {
  rename("a", "b")
  remove("a")
  each((path) => remove(path))
  void rename("a", "b")
  yield* remove("a")
  yield* sync(() => rename("a", "b"))
}
`

it("dropped ones are found", () => {
  const file = "packages/vfs/src/dropping.ts"
  const found = complaints([], new Map([[file, dropping]])).filter((line) => line.startsWith(file))
  expect(found).toEqual([`${file}:9: rename("a", "b")`, `${file}:10: remove("a")`, `${file}:11: remove(path)`])
}, 60_000)
