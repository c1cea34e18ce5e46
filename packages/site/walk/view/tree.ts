/** The tree as nested lists, with the places that the walk holds. */
import { SurrogateEscape } from "@procfsroot/path"
import type { MemoryTree } from "@procfsroot/vfs"
import { h, type VNode } from "vue"
import type { Answer, Step } from "../model.js"
import { write } from "../names.js"

interface Branch {
  readonly name: string
  readonly path: string
  readonly entry: MemoryTree.Entry
  readonly children: Array<Branch>
}

/** A tree of nodes from the paths of a snapshot, in which directories come before what is in them. */
export const branches = (snapshot: Readonly<Record<string, MemoryTree.Entry>>): Branch => {
  const known = new Map<string, Branch>()
  for (const [path, entry] of Object.entries(snapshot)) {
    const slash = path.lastIndexOf("/")
    const branch: Branch = { name: path.slice(slash + 1), path, entry, children: [] }
    known.set(path, branch)
    if (path !== "/") known.get(path.slice(0, slash) || "/")?.children.push(branch)
  }
  for (const { children } of known.values()) children.sort((a, b) => SurrogateEscape.compareBytes(a.name, b.name))
  const root = known.get("/")
  if (root === undefined) throw new Error("every snapshot has a root")
  return root
}

/** What is marked in the tree at one step. */
export interface Marks {
  /** Handles by path. */
  readonly held: ReadonlyMap<string, number>
  /** Where the walk is. */
  readonly here: string | undefined
  /** The links whose targets are being walked. */
  readonly links: ReadonlySet<string>
  /** Where the walk failed, at its last step. */
  readonly fault: { readonly at: string; readonly code: string } | undefined
}

export const marksOf = ({ held, tag, texts }: Step, { failure }: Answer): Marks => ({
  held: new Map(held.map(({ handle, path }) => [path, handle])),
  here: held.at(-1)?.path,
  links: new Set(texts.flatMap(({ link }) => link === undefined ? [] : [link])),
  fault: tag === "Failed" ? failure : undefined
})

/** Everything that any step holds or follows: it is always shown. */
export const visitedBy = (steps: ReadonlyArray<Step>): ReadonlySet<string> =>
  new Set(
    steps.flatMap(({ held, texts }) => [...held.map(({ path }) => path), ...texts.flatMap(({ link }) => link ?? [])])
  )

/** How many entries of a directory are shown besides those on the way. */
const MOST_SHOWN = 40

const signs: Readonly<Record<MemoryTree.Entry["type"], string>> = {
  Directory: "/",
  File: "",
  HardLink: "",
  SymbolicLink: "",
  FIFO: "|",
  Socket: "="
}

const label = ({ entry, name, path }: Branch): ReadonlyArray<VNode | string> => [
  h("span", { class: "walk-name" }, path === "/" ? "/" : write(name) + signs[entry.type]),
  ...(entry.type === "SymbolicLink" ? [h("span", { class: "walk-target" }, ["→ ", write(entry.target)])] : []),
  ...(entry.type === "Directory" && entry.mount === true ? [h("span", { class: "walk-badge" }, "mount")] : [])
]

const badges = (path: string, { fault, held, here, links }: Marks): ReadonlyArray<VNode> => [
  ...(held.has(path) ?
    [h("span", { class: "walk-badge walk-handle" }, [
      h("span", { class: "walk-only-read" }, "handle "),
      `#${held.get(path)}`
    ])] :
    []),
  ...(path === here ? [h("span", { class: "walk-badge walk-here" }, "here")] : []),
  ...(links.has(path) ? [h("span", { class: "walk-badge walk-via" }, "following")] : []),
  ...(path === fault?.at ? [h("span", { class: "walk-badge walk-fault" }, fault.code)] : [])
]

const item = (branch: Branch, marks: Marks, visited: ReadonlySet<string>): VNode => {
  const { children, path } = branch
  const kept = new Set(children.filter((child) => visited.has(child.path)))
  // What nobody walks through is cut, so that the tree of an image can be shown as well.
  const shown = visited.has(path) || children.length <= MOST_SHOWN
    ? children.filter((child, i) => i < MOST_SHOWN || kept.has(child))
    : []
  const hidden = children.length - shown.length
  return h("li", { key: path }, [
    h("span", {
      class: ["walk-row", {
        "is-held": marks.held.has(path),
        "is-here": path === marks.here,
        "is-via": marks.links.has(path)
      }],
      ...(path === marks.here ? { "aria-current": "location" } : {})
    }, [...label(branch), ...badges(path, marks)]),
    children.length === 0 ? undefined : h("ul", [
      ...shown.map((child) => item(child, marks, visited)),
      ...(hidden > 0 ? [h("li", { key: "…", class: "walk-more" }, `${hidden} more`)] : [])
    ])
  ])
}

/** The tree of `root`, marked. */
export const treeList = (root: Branch, marks: Marks, visited: ReadonlySet<string>): VNode =>
  h("ul", { class: "walk-list" }, [item(root, marks, visited)])
