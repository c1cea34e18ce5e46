/** The menus of the site. The name of a page is its title. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import type { DefaultTheme } from "vitepress"
import { pageOf } from "./links.js"
import { entries, modulesOf } from "./packages.js"
import { repository } from "./repository.js"

type Item = DefaultTheme.SidebarItem

export const nav: Array<DefaultTheme.NavItem> = [
  { text: "Start", link: "/start" },
  { text: "Guides", link: "/guides/uploads", activeMatch: "^/guides/" },
  { text: "Concepts", link: "/concepts/roots", activeMatch: "^/concepts/" },
  { text: "The Walk", link: "/walk" },
  { text: "Reference", link: "/reference/", activeMatch: "^/(?:reference|packages)/" },
  { text: "Security", link: "/security" },
  { text: "Architecture", link: "/architecture" },
  { text: "Changelog", link: "/changelog" }
]

const page = (file: string): Item => {
  const [, title = file] = /^# (.*)$/m.exec(readFileSync(`${repository}/${file}`, "utf8")) ?? []
  return { text: title.replaceAll("`", "").replaceAll("<", "&lt;"), link: `/${pageOf(file)?.replace(/\.md$/, "")}` }
}

const docs = (...names: ReadonlyArray<string>): Array<Item> => names.map((name) => page(`docs/${name}.md`))

/** The pages in a directory: first those that are listed, then all others. */
const inDirectory = (directory: string, ...first: ReadonlyArray<string>): Array<Item> => {
  const path = `${repository}/docs/${directory}`
  const names = existsSync(path) ? readdirSync(path).map((file) => file.replace(/\.md$/, "")) : []
  return docs(...[...new Set([...first, ...names.toSorted()])].map((name) => `${directory}/${name}`))
}

const guides: Array<Item> = [
  { text: "Start", items: docs("start", "packages", "editions", "runtimes", "comparison", "speed") },
  {
    text: "Guides",
    items: [
      ...inDirectory("guides", "uploads", "containers", "workspaces", "http", "fakes"),
      ...docs("archives", "testing", "testing-reference", "command")
    ]
  },
  {
    text: "Concepts",
    items: docs("concepts/roots", "walk", "policies", "concepts/races", "concepts/process-roots", "semantics")
  },
  {
    text: "What to rely on",
    items: [...docs("security"), { ...page("docs/errors.md"), items: inDirectory("errors"), collapsed: true }]
  },
  { text: "The project", items: docs("architecture", "rules", "tests", "dependencies", "releasing", "changelog") }
]

const reference: Array<Item> = [
  { text: "The Walk", link: "/walk" },
  { text: "Reference", link: "/reference/" },
  ...entries.map((entry): Item => ({
    text: entry.entry.replace("@procfsroot/", ""), // which would be repeated in every entry
    link: `/${entry.pages}/`,
    collapsed: true,
    items: modulesOf(entry).map(({ name, page: link }) => ({ text: name, link: `/${link}` }))
  })),
  {
    text: "What each package is for",
    items: [...new Set(entries.map(({ directory }) => directory.split("/")[1] ?? "")), "cli"]
      .map((name) => page(`packages/${name}/README.md`))
  }
]

export const sidebar: DefaultTheme.Sidebar = { "/reference/": reference, "/packages/": reference, "/": guides }
