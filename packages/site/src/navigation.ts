/** The menus of the site. */
import { existsSync, readFileSync } from "node:fs"
import type { DefaultTheme } from "vitepress"

type Item = DefaultTheme.SidebarItem

export const nav: Array<DefaultTheme.NavItem> = [
  { text: "Start", link: "/start" },
  { text: "Guides", link: "/guides/uploads", activeMatch: "^/guides/" },
  { text: "Concepts", link: "/concepts/walk", activeMatch: "^/concepts/" },
  { text: "Reference", link: "/reference/", activeMatch: "^/(?:reference|packages)/" },
  { text: "Security", link: "/security" },
  { text: "Architecture", link: "/architecture" }
]

const read = (path: string): string => existsSync(path) ? readFileSync(path, "utf8") : ""

export const sidebar = (): Array<Item> => [
  { text: "Guides", items: [{ text: "Uploads", link: "/guides/uploads" }] }
]
void read
