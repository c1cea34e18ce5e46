/** Writes the reference as Markdown, with TypeDoc. */
import { Application } from "typedoc"
import type { PluginOptions } from "typedoc-plugin-markdown"
import { ReferenceRouter } from "./router.js"
import { ReferenceTheme } from "./theme.js"
import { entries } from "../packages.js"
import { repository, site } from "../repository.js"

const forMarkdown: Partial<PluginOptions> = { entryFileName: "index" }

export const writeReference = async (): Promise<void> => {
  const application = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: entries.map(({ directory }) => `${repository}/${directory}/*.ts`),
    tsconfig: `${site}/tsconfig.reference.json`,
    out: `${site}/reference`,
    basePath: repository,
    displayBasePath: repository,
    readme: "none",
    router: "reference",
    theme: "reference",
    excludeInternal: true,
    skipErrorChecking: true, // `npm run check` does this
    disableGit: true,
    sourceLinkTemplate: "{path}",
    sort: ["source-order"],
    ...forMarkdown,
    // The theme shows these tags separately.
    notRenderedTags: ["@since", "@category"],
    logLevel: "Warn"
  })
  application.renderer.defineRouter("reference", ReferenceRouter)
  application.renderer.defineTheme("reference", ReferenceTheme)
  const project = await application.convert()
  if (project === undefined) throw new Error("TypeDoc could not read the sources")
  await application.generateDocs(project, `${site}/reference`)
}
