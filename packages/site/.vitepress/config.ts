/** The site is made of `docs/`, the READMEs of the packages, `pages/` and the reference that TypeDoc writes. */
import { defineConfig } from "vitepress"
import { vueForPages } from "../src/vueForPages.js"
import { editionTabs } from "../src/editionTabs.js"
import { bracesAsText } from "../src/braces.js"
import { gitHubSlug, pageOf, siteLinks } from "../src/links.js"
import { nav, sidebar } from "../src/navigation.js"
import { writeReference } from "../src/reference/write.js"

await writeReference()

export default defineConfig({
  lang: "en",
  title: "procfsroot",
  description: "Paths and files inside a root directory, as the Linux kernel resolves them, without races.",
  srcDir: "../..",
  outDir: "dist",
  // Whatever else is Markdown in the repository.
  srcExclude: [
    "README.md",
    "packages/{benchmark,testkit}/**",
    "packages/*/{src,test,demo,native}/**",
    "packages/site/*.md"
  ],
  rewrites: (path) => pageOf(path) ?? path,
  markdown: {
    anchor: { slugify: gitHubSlug },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (markdown) => {
      siteLinks(markdown)
      editionTabs(markdown)
      bracesAsText(markdown)
    }
  },
  vite: { plugins: [vueForPages] },
  themeConfig: {
    nav,
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: "local" }
  }
})
