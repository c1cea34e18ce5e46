/**
 * Chooses the page of each module: `platform/Root.md` for `packages/platform/src/Root.ts`, `platform/index.md` for its
 * index.
 */
import type { PageDefinition, ProjectReflection, Reflection } from "typedoc"
import { DeclarationReflection, ReflectionKind } from "typedoc"
import { ModuleRouter } from "typedoc-plugin-markdown"
import { moduleOf } from "../packages.js"

/** TypeDoc's name of a module is its file without the extension. */
export const fileOf = ({ name }: { readonly name: string }): string =>
  /\/src(?:\/node)?$/.test(name) ? `${name}/index.ts` : `${name}.ts`

/** The members of an interface, a class, or a type that is an object. */
export const membersOf = ({ children, type }: DeclarationReflection): ReadonlyArray<DeclarationReflection> =>
  ((type?.type === "reflection" ? type.declaration.children : children) ?? [])
    .filter(({ inheritedFrom }) => inheritedFrom === undefined)

export class ReferenceRouter extends ModuleRouter {
  /**
   * The anchor of an export is its name, and that of a field for example `Root.path`. If a type and a value have the
   * same name, the type gets it.
   */
  override buildPages(project: ProjectReflection): Array<PageDefinition> {
    const pages = super.buildPages(project)
    for (const { model, url } of pages) {
      const used = new Set<string>()
      const name = (reflection: DeclarationReflection, parent: string): void => {
        const wanted = `${parent}${reflection.name.replace(/[^\w.]/g, "")}`
        const anchor = used.has(wanted) ? `${wanted}-value` : wanted
        used.add(anchor)
        this.anchors.set(reflection, anchor)
        this.fullUrls.set(reflection, `${url}#${anchor}`)
        for (const child of membersOf(reflection)) name(child, `${anchor}.`)
      }
      if (model instanceof DeclarationReflection) {
        for (const child of model.children ?? []) if (child.isDeclaration()) name(child, "")
      }
    }
    return pages
  }

  override getIdealBaseName(reflection: Reflection): string {
    const module = reflection.kindOf(ReflectionKind.Module) ? moduleOf(fileOf(reflection)) : undefined
    return module?.page.replace(/^reference\//, "") ?? super.getIdealBaseName(reflection)
  }
}
