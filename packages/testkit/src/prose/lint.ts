/** Finds the phrases of `phrases.ts` in a document or a source, with textlint. */
import type { TxtNode } from "@textlint/ast-node-types"
import {
  TextlintKernel,
  type TextlintKernelPlugin,
  type TextlintKernelRule,
  type TextlintMessage
} from "@textlint/kernel"
import { parse as parseMarkdown } from "@textlint/markdown-to-ast"
import type { TextlintPluginPreProcessResult, TextlintRuleContext } from "@textlint/types"
import { type Phrase, phrases } from "./phrases.js"
import { parse as parseTypeScript } from "./typescript.js"

/** A space in a pattern matches any white space, since text is wrapped. */
const compiled = ({ source }: RegExp): RegExp => new RegExp(source.replaceAll(" ", "\\s+"), "gi")

const ruleOf = ({ id, instead, pattern }: Phrase): TextlintKernelRule => {
  const expression = compiled(pattern)
  const report = ({ RuleError, getSource, locator, report }: TextlintRuleContext) => (node: TxtNode) => {
    const text = getSource(node).replace(/`[^`]+`/g, (code) => ".".repeat(code.length))
    for (const { 0: found, index } of text.matchAll(expression)) {
      const padding = locator.range([index, index + found.length])
      report(node, new RuleError(`"${found.replace(/\s+/g, " ")}": write ${instead}.`, { padding }))
    }
  }
  return {
    ruleId: id,
    rule: (context) => ({ Header: report(context), Paragraph: report(context), TableCell: report(context) })
  }
}

const rules = phrases.map(ruleOf)

const pluginOf = (
  extension: string,
  preProcess: (text: string) => TextlintPluginPreProcessResult
): TextlintKernelPlugin => {
  class Processor {
    availableExtensions() {
      return [extension]
    }
    processor() {
      return {
        preProcess,
        postProcess: (messages: Array<TextlintMessage>, filePath = "text") => ({ messages, filePath })
      }
    }
  }
  return { pluginId: extension, plugin: { Processor } }
}

const plugins = [
  pluginOf(".md", parseMarkdown),
  pluginOf(".ts", parseTypeScript),
  pluginOf(".mjs", parseTypeScript)
]

const kernel = new TextlintKernel()

/** `extension` is `.md`, `.ts` or `.mjs`. */
export const lint = async (text: string, extension: string): Promise<ReadonlyArray<TextlintMessage>> =>
  (await kernel.lintText(text, { ext: extension, plugins, rules })).messages
