/** Writes the pages of the reference: one per module, with one section per export, by category. */
import { type DeclarationReflection, ReferenceReflection, type Reflection, ReflectionKind } from "typedoc"
import { type MarkdownPageEvent, MarkdownTheme, type MarkdownThemeContext } from "typedoc-plugin-markdown"
import { entries, isInIndex, type Module, moduleOf } from "../packages.js"
import { manifestOf, repository } from "../repository.js"
import { moduleComment } from "./declaration.js"
import { fileOf } from "./router.js"
import { paragraphs, section } from "./section.js"

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``

const about = (model: DeclarationReflection): string => moduleComment(`${repository}/${fileOf(model)}`)

/** Whether an export of an index is a module. Modules are listed in a table with all others. */
const isModule = (model: Reflection): boolean =>
  model instanceof ReferenceReflection && model.getTargetReflectionDeep().kindOf(ReflectionKind.Module)

/** The anchor has a prefix, so that it differs from those of exports. */
const heading = (category: string): string =>
  `## ${category[0]?.toUpperCase()}${category.slice(1)} {#category-${category.toLowerCase()}}`

const byCategory = (context: MarkdownThemeContext, model: DeclarationReflection): string => {
  const all: { readonly title: string; readonly children: ReadonlyArray<Reflection> } = {
    title: "exports",
    children: model.children ?? []
  }
  const categories = (model.categories ?? [all]).map(({ children, title }: typeof all) => ({
    title,
    exports: children.filter((child): child is DeclarationReflection => child.isDeclaration() && !isModule(child))
  })).filter((category) => category.exports.length > 0)
  const contents = categories.map((category) => {
    const links = category.exports.map((child) => `[\`${child.name}\`](#${context.router.getAnchor(child)})`)
    return `| ${category.title} | ${links.join(" ")} |`
  })
  return paragraphs(
    contents.length === 0 ? "" : ["| category | exports |", "| --- | --- |", ...contents].join("\n"),
    ...categories.map((category) =>
      paragraphs(heading(category.title), ...category.exports.map((child) => section(context, child)))
    )
  )
}

const importOf = (module: Module): string =>
  isInIndex(module)
    ? `import { ${module.name} } from "${module.in.entry}"`
    : `import * as ${module.name} from "${module.in.entry}/${module.name}"`

const modulePage = (context: MarkdownThemeContext, model: DeclarationReflection, module: Module): string =>
  paragraphs(
    `# ${module.name} {#module}`,
    code(importOf(module)),
    about(model),
    byCategory(context, model)
  )

/** The first sentence of the comment of a module. */
const firstSentence = (model: DeclarationReflection): string =>
  /^.*?\.(?=\s|$)/s.exec(about(model))?.[0].replace(/\s+/g, " ") ?? ""

const entryPage = (
  context: MarkdownThemeContext,
  model: DeclarationReflection,
  { in: { directory, entry } }: Module
) => {
  const name = directory.split("/")[1] ?? ""
  const rows = (context.page.project.children ?? []).flatMap((child) => {
    const module = moduleOf(fileOf(child))
    if (module?.in.entry !== entry || module.name === "index") return []
    return [`| [\`${module.name}\`](${context.urlTo(child)}) | ${firstSentence(child)} |`]
  })
  return paragraphs(
    `# ${entry} {#module}`,
    about(model) || manifestOf(name).description,
    `[What it is for, and how to install it](/packages/${name}.md)`,
    ["| module | what it is |", "| --- | --- |", ...rows].join("\n"),
    byCategory(context, model)
  )
}

const firstPage = (): string => {
  const rows = entries.map(({ about: what, entry, pages }) => `| [\`${entry}\`](/${pages}/index.md) | ${what} |`)
  return paragraphs(
    "# Reference {#module}",
    "Every public export of every package: its declaration, what it does, what it fails with, and where it is written.",
    ["| import from | what it is |", "| --- | --- |", ...rows].join("\n")
  )
}

export class ReferenceTheme extends MarkdownTheme {
  override reflectionTemplate = (page: MarkdownPageEvent<DeclarationReflection>): string => {
    // The style sheet selects the pages by this class.
    return paragraphs("---\npageClass: reference\n---", this.#content(page))
  }

  #content(page: MarkdownPageEvent<DeclarationReflection>): string {
    const { model } = page
    if (model.kindOf(ReflectionKind.Project)) return firstPage()
    const context = this.getRenderContext(page)
    const module = moduleOf(fileOf(model))
    if (module === undefined) throw new Error(`${model.name} is not a public module`)
    return module.name === "index" ? entryPage(context, model, module) : modulePage(context, model, module)
  }
}
