/** Writes the reference as Markdown, by TypeDoc. */
import { Application } from "typedoc"
import { ReferenceRouter } from "./router.js"
import { ReferenceTheme } from "./theme.js"
import { packages } from "../packages.js"
import { repository, site } from "../repository.js"

export const writeReference = async (): Promise<void> => {
  const application = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: [
      ...packages.map((name) => `${repository}/packages/${name}/src/*.ts`),
      `${repository}/packages/effect4/src/node/*.ts`
    ],
    tsconfig: `${site}/tsconfig.reference.json`,
    out: `${site}/reference`,
    basePath: repository,
    displayBasePath: repository,
    readme: "none",
    router: "reference",
    theme: "reference",
    excludeInternal: true,
    skipErrorChecking: true, // by `npm run check`
    disableGit: true,
    sourceLinkTemplate: "{path}",
    sort: ["source-order"],
    logLevel: "Warn"
  })
  application.renderer.defineRouter("reference", ReferenceRouter)
  application.renderer.defineTheme("reference", ReferenceTheme)
  const project = await application.convert()
  if (project === undefined) throw new Error("TypeDoc could not read the sources")
  await application.generateDocs(project, `${site}/reference`)
}
