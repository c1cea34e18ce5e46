/** Lets textlint read TypeScript: keeps the comments, strings and templates of a file, and blanks out the code. */
import { ASTNodeTypes, type TxtDocumentNode } from "@textlint/ast-node-types"
import ts from "typescript"

/** After one of these tokens, a slash is a division. After any other token, it starts a regular expression. */
const operands = new Set([
  ts.SyntaxKind.Identifier,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.CloseParenToken,
  ts.SyntaxKind.CloseBracketToken,
  ts.SyntaxKind.ThisKeyword
])

const isText = (kind: ts.SyntaxKind): boolean =>
  kind === ts.SyntaxKind.StringLiteral || kind >= ts.SyntaxKind.FirstTemplateToken && kind <= ts.SyntaxKind.TemplateTail

/** Blanks out comment marks, examples and code in backquotes. The length stays the same, and so do all positions. */
const withoutMarks = (comment: string): string =>
  comment
    .replace(/^\s*\* @example\n(?:(?!\s*\*(?:\/| @)).*\n)*/gm, (code) => code.replace(/\S/g, "."))
    .replace(/\*\/$|`[^`\n]+`/g, (code) => ".".repeat(code.length))
    .replace(/^\s*(?:\/\*\*?|\/\/|\*)/gm, (mark) => " ".repeat(mark.length))

/** Replaces code with dots, so that no phrase matches across it. */
export const proseOf = (text: string): string => {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text)
  /** The number of open braces in the expression of each template around the current token. */
  const braces: Array<number> = []
  const parts: Array<string> = []
  let previous = ts.SyntaxKind.Unknown
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.SlashToken && !operands.has(previous)) kind = scanner.reScanSlashToken()
    const open = braces.at(-1)
    if (kind === ts.SyntaxKind.CloseBraceToken && open === 0) kind = scanner.reScanTemplateToken(false)
    if (kind === ts.SyntaxKind.TemplateHead) braces.push(0)
    else if (kind === ts.SyntaxKind.TemplateTail) braces.pop()
    else if (open !== undefined && kind === ts.SyntaxKind.OpenBraceToken) braces.splice(-1, 1, open + 1)
    else if (open !== undefined && kind === ts.SyntaxKind.CloseBraceToken) braces.splice(-1, 1, open - 1)
    const token = scanner.getTokenText()
    const isComment = kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia
    // A template is text here, so its backquotes are removed: in other text they mark code.
    const text = token.replace(isText(kind) ? /^`|`$/g : /\S/g, ".")
    parts.push(isComment ? withoutMarks(token) : text)
    if (kind > ts.SyntaxKind.LastTriviaToken) previous = kind
  }
  return parts.join("")
}

/** A document with the whole file as one paragraph. */
const documentOf = (raw: string): TxtDocumentNode => {
  const lines = raw.split("\n")
  const end = { line: lines.length, column: lines.at(-1)?.length ?? 0 }
  const place = { raw, range: [0, raw.length], loc: { start: { line: 1, column: 0 }, end } } as const
  return { type: ASTNodeTypes.Document, ...place, children: [{ type: ASTNodeTypes.Paragraph, ...place, children: [] }] }
}

/** The text that textlint reads instead of the file, and its syntax tree. */
export const parse = (source: string): { readonly text: string; readonly ast: TxtDocumentNode } => {
  const text = proseOf(source)
  return { text, ast: documentOf(text) }
}
