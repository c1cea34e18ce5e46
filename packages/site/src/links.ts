/**
 * Links as a forge understands them, which lead from file to file, made into links from page to page. What is not on the
 * site is linked in the repository, where its address is known, and is plain text elsewhere.
 */
import { existsSync } from "node:fs"
import { posix } from "node:path"
import type MarkdownIt from "markdown-it"
import type { MarkdownEnv } from "vitepress"
import { addressOf, privatePackages, repository } from "./repository.js"

const concepts = ["walk", "policies", "semantics"]

/** Where a Markdown file of the repository is on the site; `undefined` if it is where it is. */
export const pageOf = (file: string): string | undefined => {
  const [, doc] = /^docs\/(.*)\.md$/.exec(file) ?? []
  if (doc !== undefined) return concepts.includes(doc) ? `concepts/${doc}.md` : `${doc}.md`
  const [, name] = /^packages\/([\w-]+)\/README\.md$/.exec(file) ?? []
  if (name !== undefined) return `packages/${name}.md`
  const [, page] = /^packages\/site\/(?:pages\/)?(.*)$/.exec(file) ?? []
  return page
}

/** The anchors that GitHub gives to headings, by which the documents link to each other. */
export const gitHubSlug = (heading: string): string =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-")

/** The page of a file or directory of the repository. */
const pageAbout = (target: string): string | undefined => {
  if (target === "README.md" || target === "." || target === "docs") return "index.md"
  if (target.startsWith("packages/site/")) return target.endsWith(".md") ? pageOf(target) : undefined
  const [, name, rest] = /^packages\/([\w-]+)\/?(.*)$/.exec(target) ?? []
  if (name === undefined) return target.endsWith(".md") ? pageOf(target) : undefined
  if (privatePackages.includes(name)) return undefined
  if (rest === "" || rest === "README.md") return `packages/${name}.md`
  const [, module] = /^src\/((?:node\/)?[A-Z]\w*)\.ts$/.exec(rest ?? "") ?? []
  return module === undefined ? undefined : `reference/${name}/${module}.md`
}

/** The address of what a link of `file` leads to; `undefined` if it leads nowhere on the web. */
export const resolve = (file: string, href: string): string | undefined => {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href
  const [path = "", anchor] = href.split("#")
  const target = posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/, "")
  if (!existsSync(`${repository}/${target}`)) throw new Error(`${file}: there is no ${href}`)
  const page = pageAbout(target)
  const hash = anchor === undefined ? "" : `#${anchor}`
  if (page !== undefined) return `/${page}${hash}`
  const address = addressOf(target)
  return address === undefined ? undefined : `${address}${hash}`
}

export const siteLinks = (markdown: MarkdownIt): void => {
  markdown.core.ruler.push("site-links", ({ env, tokens }) => {
    // VitePress renders pages with one or both, and titles with neither.
    const { path, realPath = path } = env as Partial<MarkdownEnv>
    const file = posix.relative(repository, realPath ?? repository)
    if (file === "" || file.startsWith("packages/site/reference/")) return
    for (const { children } of tokens) {
      let unlinked = false
      for (const token of children ?? []) {
        if (token.type === "link_open") {
          const href = resolve(file, token.attrGet("href") ?? "")
          unlinked = href === undefined
          if (href !== undefined) token.attrSet("href", href)
        }
        if (unlinked && token.type.startsWith("link_")) {
          // What is between the two tokens stays.
          unlinked = token.type === "link_open"
          token.type = "text"
          token.content = ""
        }
      }
    }
  })
}
