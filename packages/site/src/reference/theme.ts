/** The pages of the reference: one for each module, with a section for each export, by category. */
import type { Comment, DeclarationReflection, Reflection, SomeType } from "typedoc"
import { ReferenceReflection, ReferenceType, ReflectionKind } from "typedoc"
import { type MarkdownPageEvent, MarkdownTheme, type MarkdownThemeContext } from "typedoc-plugin-markdown"
import { moduleOf } from "../packages.js"
import { declarationAt } from "./declaration.js"
import { fileOf, membersOf } from "./router.js"

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``

const commentOf = (model: DeclarationReflection): Comment | undefined =>
  model.comment ?? model.signatures?.[0]?.comment ??
    (model.type?.type === "reflection" ? model.type.declaration.signatures?.[0]?.comment : undefined)

const tagOf = (model: DeclarationReflection, tag: `@${string}`): string =>
  commentOf(model)?.getTag(tag)?.content.map(({ text }) => text).join("").trim() ?? ""

/** Calls `visit` with each type that `model` names. */
const eachType = (model: DeclarationReflection, visit: (type: ReferenceType) => void): void => {
  const ofType = (type: SomeType | undefined): void => {
    if (type === undefined) return
    if (type instanceof ReferenceType) {
      visit(type)
      type.typeArguments?.forEach(ofType)
    } else if (type.type === "reflection") ofMember(type.declaration)
    else if (type.type === "union" || type.type === "intersection") type.types.forEach(ofType)
    else if (type.type === "array" || type.type === "optional" || type.type === "rest") ofType(type.elementType)
    else if (type.type === "tuple") type.elements.forEach(ofType)
    else if (type.type === "typeOperator") ofType(type.target)
  }
  const ofMember = (member: DeclarationReflection): void => {
    ofType(member.type)
    member.extendedTypes?.forEach(ofType)
    member.signatures?.forEach((signature) => {
      signature.parameters?.forEach(({ type }) => ofType(type))
      ofType(signature.type)
    })
    member.children?.filter(({ inheritedFrom }) => inheritedFrom === undefined).forEach(ofMember)
  }
  ofMember(model)
}

/** Effect's types whose second argument is what they fail with. */
const failing = ["Effect", "Exit", "Layer", "Stream"]

class ModulePage {
  readonly #context: MarkdownThemeContext

  constructor(context: MarkdownThemeContext) {
    this.#context = context
  }

  link(target: Reflection, text = target.name): string {
    const { router } = this.#context
    return router.hasUrl(target) ? `[${text}](${this.#context.urlTo(target)})` : text
  }

  comment(model: DeclarationReflection, what: { readonly summary: boolean }): string {
    const comment = commentOf(model)
    if (comment === undefined) return ""
    const { summary } = what
    return this.#context.partials.comment(comment, { showSummary: summary, showTags: !summary, headingLevel: 4 })
  }

  errors(model: DeclarationReflection): string {
    const links = new Set<string>()
    eachType(model, (type) => {
      const error = type.typeArguments?.[1]
      if (!failing.includes(type.name) || error === undefined) return
      for (const part of error.type === "union" ? error.types : [error]) {
        if (part instanceof ReferenceType && part.reflection !== undefined) {
          links.add(this.link(part.reflection, `\`${part.name}\``))
        } else if (part instanceof ReferenceType && !part.refersToTypeParameter) links.add(`\`${part.name}\``)
      }
    })
    return links.size === 0 ? "" : `**Fails with** ${[...links].join(", ")}`
  }

  types(model: DeclarationReflection): string {
    const links = new Set<string>()
    eachType(model, ({ reflection, name }) => {
      if (reflection !== undefined && reflection !== model && this.#context.router.hasUrl(reflection)) {
        links.add(this.link(reflection, `\`${name}\``))
      }
    })
    return links.size === 0 ? "" : `**Types** ${[...links].join(", ")}`
  }

  /** Fields and methods that say more than their type. */
  members(model: DeclarationReflection): string {
    return membersOf(model).filter((child) => commentOf(child) !== undefined)
      .map((child) =>
        [
          `#### ${child.name.replace(/^\[|\]$/g, "\\$&")} {#${this.#context.router.getAnchor(child)}}`,
          declaration(child),
          this.comment(child, { summary: true })
        ].join("\n\n")
      ).join("\n\n")
  }

  section(model: DeclarationReflection): string {
    const { router } = this.#context
    const [source] = model.sources ?? []
    const kind = ReflectionKind.singularString(model.kind).toLowerCase()
    const facts = [kind, `since ${tagOf(model, "@since")}`, `\`${source?.fileName}:${source?.line}\``]
    return [
      `### ${model.name} {#${router.getAnchor(model)}}`,
      model instanceof ReferenceReflection ? "" : declaration(model),
      this.comment(model, { summary: true }),
      this.errors(model),
      this.comment(model, { summary: false }),
      this.types(model),
      this.members(model),
      `<p class="facts">${facts.join(" · ")}</p>`
    ].filter((part) => part !== "").join("\n\n")
  }
}

const declaration = (model: DeclarationReflection): string => {
  const [source] = model.sources ?? []
  return source === undefined ? "" : code(declarationAt(source.fullFileName, source.line, source.character))
}

export class ReferenceTheme extends MarkdownTheme {
  override reflectionTemplate = (page: MarkdownPageEvent<DeclarationReflection>): string => {
    const context = this.getRenderContext(page)
    const { model } = page
    if (model.kindOf(ReflectionKind.Project)) return "# Reference"
    const module = moduleOf(fileOf(model))
    if (module === undefined) throw new Error(`${model.name} is not a public module`)
    const modulePage = new ModulePage(context)
    const title = module.name ?? module.entry
    const sections = (model.categories ?? []).map(({ children, title: category }) =>
      [
        `## ${category} {#category-${category}}`,
        ...children.map((child) => modulePage.section(child as DeclarationReflection))
      ].join("\n\n")
    )
    return [
      `# ${title} {#module}`,
      model.comment === undefined ? "" : context.partials.comment(model.comment, { showTags: false }),
      ...sections
    ].join("\n\n")
  }
}
