/**
 * Turns links from file to file, as GitHub understands them, into links from page to page. A file that is not on the
 * site is linked in the repository if its address is known, and is plain text otherwise.
 */
import { existsSync } from "node:fs"
import { posix } from "node:path"
import type MarkdownIt from "markdown-it"
import type { MarkdownEnv } from "vitepress"
import { addressOf, privatePackages, repository } from "./repository.js"

const concepts = ["walk", "policies", "semantics"]

/** The page of a Markdown file in the repository, or `undefined` if its path is not changed. */
export const pageOf = (file: string): string | undefined => {
  const [, doc] = /^docs\/(.*)\.md$/.exec(file) ?? []
  if (doc !== undefined) return concepts.includes(doc) ? `concepts/${doc}.md` : `${doc}.md`
  const [, name] = /^packages\/([\w-]+)\/README\.md$/.exec(file) ?? []
  if (name !== undefined) return `packages/${name}.md`
  const [, page] = /^packages\/site\/(?:pages\/)?(.*)$/.exec(file) ?? []
  return page
}

/** The anchor that GitHub gives to a heading. The documents use it to link to each other. */
export const gitHubSlug = (heading: string): string =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-")

/** The page for a file or directory in the repository. */
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

/** The address that a link in `file` leads to, or `undefined` if it is not on the web. */
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
    // VitePress passes one or both of these for pages, and neither for titles.
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
          // The text between the two tokens stays.
          unlinked = token.type === "link_open"
          token.type = "text"
          token.content = ""
        }
      }
    }
  })
}
