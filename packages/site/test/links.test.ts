/**
 * Tests that links on the site lead to pages and anchors that exist, and that the site loads nothing from elsewhere.
 */
import { existsSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { pageOf, resolve } from "../src/links.js"
import { repository } from "../src/repository.js"
import { files, pages, textOf } from "./dist.js"

const attributes = (html: string, tags: string, name: string): ReadonlyArray<string> =>
  Array.from(
    html.matchAll(new RegExp(`<(?:${tags})\\b[^>]*?\\s${name}="([^"]*)"`, "g")),
    ([, value = ""]) => value.replaceAll("&amp;", "&").replaceAll("&quot;", "\"")
  )

const anchorsOf = (html: string): ReadonlySet<string> => new Set(attributes(html, "[a-zA-Z][\\w-]*", "id"))

const anchors = new Map(pages.map((page) => [page, anchorsOf(textOf(page))]))

const local = "http://site"

/** The links of a page to something that does not exist on the site. */
const dead = (page: string, html: string): ReadonlyArray<string> =>
  [...attributes(html, "a", "href"), ...attributes(html, "script|img", "src"), ...attributes(html, "link", "href")]
    .filter((href) => {
      const { hash, origin, pathname } = new URL(href, `${local}${page}`)
      if (origin !== local) return false
      const path = pathname.replace(/\/$/, "/index.html")
      if (!files.has(path)) return true
      const anchor = decodeURIComponent(hash.slice(1))
      return anchor !== "" && !(path === page ? anchorsOf(html) : anchors.get(path))?.has(anchor)
    })
    .map((href) => `${page}: ${href}`)

/** What a browser would load from other servers with a page. */
const foreign = (html: string): ReadonlyArray<string> =>
  [...attributes(html, "script|img|iframe|source|video|audio", "src"), ...attributes(html, "link", "href")]
    .filter((href) => /^(?:[a-z]+:)?\/\//.test(href))

describe("a link on the site", () => {
  it("leads to a page and an anchor that exist", () => {
    expect(pages.length).toBeGreaterThan(100)
    expect(pages.flatMap((page) => dead(page, textOf(page)))).toEqual([])
  })

  it("is reported if it leads nowhere", () => {
    const html = `<h1 id="here"></h1><a class="x" href="#here">1</a><a href="/none.html">2</a><a href="#there">3</a>` +
      `<a href="./security.html#none">4</a><a href="https://example.com/none">5</a><img src="./none.svg">`
    expect(dead("/start.html", html)).toEqual(
      ["/none.html", "#there", "./security.html#none", "./none.svg"].map((href) => `/start.html: ${href}`)
    )
  })

  it("leads from a document to the page of a file, a package or a module, and otherwise to the repository", () => {
    expect(resolve("docs/guides/http.md", "../security.md#native-calls")).toBe("/security.md#native-calls")
    expect(resolve("docs/editions.md", "../packages/node")).toBe("/packages/node.md")
    expect(resolve("packages/node/README.md", "src/Promises.ts")).toBe("/reference/node/Promises.md")
    expect(resolve("docs/walk.md", "#a-driver")).toBe("#a-driver")
    expect(resolve("README.md", "packages/benchmark")).toMatch(/^https:.*\/packages\/benchmark$/)
    expect(() => resolve("docs/walk.md", "none.md")).toThrow("docs/walk.md: there is no none.md")
  })
})

describe("the site", () => {
  it("loads nothing from elsewhere", () => {
    expect(pages.flatMap((page) => foreign(textOf(page)))).toEqual([])
    const styles = [...files].filter((path) => path.endsWith(".css")).map(textOf)
    expect(styles.flatMap((style) => style.match(/(?:url\(|@import)\s*["']?(?:https?:)?\/\/[^)]*/g) ?? [])).toEqual([])
    expect(foreign(`<link rel="preload" href="//cdn.example.com/a.woff2"><img src="/a.svg">`)).toEqual([
      "//cdn.example.com/a.woff2"
    ])
  })

  it("has a page for every document, and links to it in the menu", () => {
    const menu = new Set(attributes(textOf("/start.html"), "a", "href"))
    const documents = pages.filter((page) => existsSync(`${repository}/docs${page.replace(/\.html$/, ".md")}`))
    expect(documents.length).toBeGreaterThan(15)
    expect(documents.filter((page) => !menu.has(page))).toEqual([])
    expect(pageOf("docs/walk.md")).toBe("concepts/walk.md")
    expect(pages).toEqual(expect.arrayContaining(["/concepts/walk.html", "/changelog.html", "/packages/cli.html"]))
  })
})
