/** Writes the section for one export in the reference. */
import type { Comment, DeclarationReflection, Reflection, SomeType } from "typedoc"
import { ReferenceReflection, ReferenceType, ReflectionKind } from "typedoc"
import type { MarkdownThemeContext } from "typedoc-plugin-markdown"
import { addressOf } from "../repository.js"
import { declarationAt } from "./declaration.js"
import { membersOf } from "./router.js"

export const paragraphs = (...parts: ReadonlyArray<string>): string => parts.filter((part) => part !== "").join("\n\n")

/** The comment of a function is that of its signature. */
const commentOf = ({ comment, signatures, type }: DeclarationReflection): Comment | undefined =>
  comment ?? signatures?.[0]?.comment ??
    (type?.type === "reflection" ? type.declaration.signatures?.[0]?.comment : undefined)

/** The types in the declaration of `model`, including nested ones. */
const typesIn = (model: DeclarationReflection): ReadonlyArray<ReferenceType> => {
  const found: Array<ReferenceType> = []
  const visit = (type: SomeType | undefined): void => {
    if (type instanceof ReferenceType) {
      found.push(type)
      type.typeArguments?.forEach(visit)
    } else if (type?.type === "reflection") visitMember(type.declaration)
    else if (type?.type === "union" || type?.type === "intersection") type.types.forEach(visit)
    else if (type?.type === "array" || type?.type === "optional" || type?.type === "rest") visit(type.elementType)
    else if (type?.type === "tuple") type.elements.forEach(visit)
    else if (type?.type === "typeOperator") visit(type.target)
  }
  const visitMember = (member: DeclarationReflection): void => {
    visit(member.type)
    member.extendedTypes?.forEach(visit)
    for (const { parameters, type } of member.signatures ?? []) {
      parameters?.forEach((parameter) => visit(parameter.type))
      visit(type)
    }
    membersOf(member).forEach(visitMember)
  }
  visitMember(model)
  return found
}

/** Whether a reflection is an export, and not for example a type parameter. */
const isExport = (reflection: Reflection | undefined): reflection is Reflection =>
  reflection?.parent?.kindOf(ReflectionKind.Module) === true

/** Effect types whose second argument is the error. */
const failing = ["Effect", "Exit", "Layer", "Stream"]

const errorsIn = (model: DeclarationReflection): ReadonlyArray<ReferenceType> =>
  typesIn(model).filter(({ name }) => failing.includes(name.replace(/^.*\./, ""))).flatMap(({ typeArguments }) => {
    const error = typeArguments?.[1]
    return error?.type === "union" ? error.types : error === undefined ? [] : [error]
  }).filter((error) => error instanceof ReferenceType).filter((error) => !error.refersToTypeParameter)

/** Links to types, without duplicates. */
const linksTo = (context: MarkdownThemeContext, types: ReadonlyArray<ReferenceType>): ReadonlyArray<string> => {
  const links = types.map(({ name, reflection }) =>
    isExport(reflection)
      ? `[\`${name}\`](${context.urlTo(reflection)})`
      : `\`${name}\``
  )
  return [...new Set(links)]
}

/** A paragraph with the class that the style sheet makes small. */
const small = (text: string): string => `${text} {.facts}`

const listed = (title: string, links: ReadonlyArray<string>): string =>
  links.length === 0 ? "" : small(`${title}: ${links.join(", ")}`)

const declarationOf = ({ sources }: DeclarationReflection): string => {
  const [source] = sources ?? []
  return source === undefined ? "" : declarationAt(source.fullFileName, source.line, source.character)
}

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``

const summary = (context: MarkdownThemeContext, model: DeclarationReflection): string => {
  const comment = commentOf(model)
  return comment === undefined ? "" : context.partials.comment(comment, { showTags: false })
}

/** Examples, and everything else with a tag. */
const tagged = (context: MarkdownThemeContext, model: DeclarationReflection): string => {
  const comment = commentOf(model)
  return comment === undefined ? "" : context.partials.comment(comment, { showSummary: false })
}

const member = (context: MarkdownThemeContext, model: DeclarationReflection): string =>
  paragraphs(
    `#### ${model.name.replace(/[[\]]/g, "\\$&")} {#${context.router.getAnchor(model)}}`,
    code(declarationOf(model)),
    summary(context, model),
    listed("Fails with", linksTo(context, errorsIn(model))),
    tagged(context, model)
  )

/** The kind, such as `interface`, the version, and the place in the sources. */
const facts = (model: DeclarationReflection, declaration: string): string => {
  const [kind = ""] = /^(?:abstract )?\w+/.exec(declaration) ?? []
  const since = commentOf(model)?.getTag("@since")?.content.map(({ text }) => text.trim()).join("")
  const [source] = model.sources ?? []
  const place = `${source?.fileName}:${source?.line}`
  const address = addressOf(source?.fileName ?? "")
  const link = address === undefined ? place : `[${place}](${address}#L${source?.line})`
  return small([kind, `since ${since}`, link].join(" · "))
}

/** An export of another module that is also exported here. */
const reExport = (context: MarkdownThemeContext, model: ReferenceReflection): string => {
  const target: Reflection = model.getTargetReflectionDeep()
  return `The same as [\`${target.parent?.name.replace(/^.*\//, "")}.${target.name}\`](${context.urlTo(target)}).`
}

export const section = (context: MarkdownThemeContext, model: DeclarationReflection): string => {
  const title = `### ${model.name} {#${context.router.getAnchor(model)}}`
  if (model instanceof ReferenceReflection) return paragraphs(title, reExport(context, model))
  const declaration = declarationOf(model)
  const members = membersOf(model).filter((child) => commentOf(child) !== undefined)
  const types = typesIn(model).filter(({ reflection }) => reflection !== model && isExport(reflection))
  return paragraphs(
    title,
    facts(model, declaration),
    code(declaration),
    summary(context, model),
    members.length === 0 ? listed("Fails with", linksTo(context, errorsIn(model))) : "",
    listed("Types", linksTo(context, types)),
    tagged(context, model),
    ...members.map((child) => member(context, child))
  )
}
