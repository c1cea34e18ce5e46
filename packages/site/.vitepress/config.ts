/** The site is made of `docs/`, the READMEs of the packages, `pages/` and the reference that TypeDoc writes. */
import { defineConfig } from "vitepress"
import { privatePackages } from "../src/repository.js"
import { vueForPages } from "../src/vueForPages.js"
import { editionTabs } from "../src/editionTabs.js"
import { bracesAsText } from "../src/braces.js"
import { gitHubSlug, pageOf, siteLinks } from "../src/links.js"
import { nav, sidebar } from "../src/navigation.js"
import { writeReference } from "../src/reference/write.js"

await writeReference()

/** A box with a slash in it, as text, so that no file is needed. */
const icon = `data:image/svg+xml,${
  encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="3" width="26" height="26" rx="5" fill="#0a5c6b"/><path d="M12 24 20 8" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/></svg>`
  )
}`

export default defineConfig({
  lang: "en",
  title: "procfsroot",
  description: "Paths and files inside a root directory, as the Linux kernel resolves them, without races.",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: icon }]],
  srcDir: "../..",
  outDir: "dist",
  // Whatever else is Markdown in the repository.
  srcExclude: [
    "*.md",
    ".*/**",
    "packages/*/CHANGELOG.md",
    "packages/*/{src,test,demo,etc,native}/**",
    "packages/site/*.md",
    ...privatePackages.filter((name) => name !== "site").map((name) => `packages/${name}/**`)
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
    sidebar,
    outline: { level: [2, 3] },
    search: { provider: "local" },
    // Labels say what is to be read, so that people who speak to their computer can say it.
    notFound: {
      title: "There is no such page",
      quote: "It may have been renamed: search for what you need, or begin at the start.",
      linkLabel: "To the start",
      linkText: "To the start"
    }
  }
})
