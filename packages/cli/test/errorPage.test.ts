/**
 * Checks that docs/errors/command.md contains every message with which the command ends or refuses a file, and that its
 * examples are correct.
 */
import { temporary } from "@procfsroot/testkit/temporary"
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { shell } from "./command.js"

const page = readFileSync(fileURLToPath(new URL("../../../docs/errors/command.md", import.meta.url)), "utf8")

const sourceDirectory = fileURLToPath(new URL("../src/", import.meta.url))

const sources = readdirSync(sourceDirectory, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ts.createSourceFile(name, readFileSync(sourceDirectory + name, "utf8"), ts.ScriptTarget.Latest, true))

const textsIn = (node: ts.Node): ReadonlyArray<string> => [
  ...ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)
    ? [node.text]
    : [],
  ...node.getChildren().flatMap(textsIn)
]

const errors = /^(?:WrongUsage|Unusable|Broken|Refused|CannotPin|super)$/

/** The texts in the error messages for the user. */
const thrownIn = (node: ts.Node): ReadonlyArray<string> => {
  const isCall = ts.isNewExpression(node) || ts.isCallExpression(node)
  const isThrown = isCall && errors.test(node.expression.getText())
  return isThrown ? node.arguments?.flatMap(textsIn) ?? [] : node.getChildren().flatMap(thrownIn)
}

/** Shorter texts, such as " and ", are not specific enough to find a message. */
const isTelling = (text: string): boolean => text.trim().split(" ").length > 2

/** Without the punctuation around variable parts. */
const trimmed = (text: string): string => text.replace(/^[^\w-]+|[^\w)]+$/g, "")

describe("docs/errors/command.md", () => {
  it("contains every message in the sources", () => {
    const thrown = sources.flatMap(thrownIn).filter(isTelling)
    expect(thrown.length).toBeGreaterThan(50)
    expect(thrown.filter((text) => !page.includes(trimmed(text)))).toEqual([])
  })

  it("contains no other messages", () => {
    const texts = [...sources.flatMap(textsIn), "cannot be read: permission denied (EACCES)"].join("")
    const cells = page.split("\n").filter((line) => line.startsWith("|")).map((line) =>
      line.split(/(?<!\\)\|/)[1] ?? ""
    )
    const sentences = cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, sentence = ""]) => sentence))
    expect(sentences.length).toBeGreaterThan(50)
    const parts = sentences.flatMap((sentence) => sentence.split("…")).filter(isTelling)
    expect(parts.filter((part) => !texts.includes(trimmed(part)))).toEqual([])
  })

  const sections = page.split(/^## /m)
  const examples = sections.flatMap((section) => {
    const [, console = ""] = /^```console\n(.*?)^```/ms.exec(section) ?? []
    const status = section.startsWith("The command line") ? 2 : 1
    return console.split(/^\$ /m).slice(1).map((text) => {
      const [line = "", ...printed] = text.split("\n")
      return { line, printed: printed.join("\n"), status }
    })
  })

  it("has examples", () => expect(examples.length).toBeGreaterThan(10))

  it.each(examples)("shows what is printed by: $line", ({ line, printed, status }) => {
    using directory = temporary()
    mkdirSync(`${directory.path}/image/etc`, { recursive: true })
    mkdirSync(`${directory.path}/box`)
    writeFileSync(`${directory.path}/news`, "hello")
    writeFileSync(`${directory.path}/image/etc/motd`, "hello\n")
    symlinkSync("etc/motd", `${directory.path}/image/news`)
    const script = `cd "$1" && procfsroot() { $bin "$@"; }; ${line} 2>&1`
    const found = shell(script, [directory.path])
    const actual = found.stdout.toString().replaceAll(directory.path, "/home/ada")
    expect({ printed: actual, status: found.status }).toEqual({ printed, status })
  })
})
