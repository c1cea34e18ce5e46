/** Shows the tree as nested lists, and marks the files that the walk holds. */
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

/** Builds nested nodes from the paths of a snapshot, in which directories come before their content. */
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

/** Everything that any step holds or follows. These entries are always shown. */
export const visitedBy = (steps: ReadonlyArray<Step>): ReadonlySet<string> =>
  new Set(
    steps.flatMap(({ held, texts }) => [...held.map(({ path }) => path), ...texts.flatMap(({ link }) => link ?? [])])
  )

/**
 * A tree with more entries, such as that of an image, is only shown in part: the directories on the way, and some of
 * their entries.
 */
const SMALL = 150

/** How many entries of a directory on the way are shown in addition to those that the walk visits. */
const MOST_SHOWN = 6

const signs: Readonly<Record<MemoryTree.Entry["type"], string>> = {
  BlockDevice: "",
  CharacterDevice: "",
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

/** What to show of the tree. */
interface Showing {
  readonly marks: Marks
  readonly visited: ReadonlySet<string>
  readonly isSmall: boolean
}

const shownOf = ({ children, path }: Branch, { isSmall, visited }: Showing): ReadonlyArray<Branch> => {
  if (isSmall) return children
  return visited.has(path) ? children.filter((child, i) => i < MOST_SHOWN || visited.has(child.path)) : []
}

const item = (branch: Branch, showing: Showing): VNode => {
  const { children, path } = branch
  const { marks } = showing
  const isHere = path === marks.here
  const shown = shownOf(branch, showing)
  const hidden = children.length - shown.length
  return h("li", { key: path }, [
    h("span", {
      class: ["walk-row", { "is-held": marks.held.has(path), "is-here": isHere, "is-via": marks.links.has(path) }],
      ...(isHere ? { "aria-current": "location" } : {})
    }, [...label(branch), ...badges(path, marks)]),
    children.length === 0 ? undefined : h("ul", [
      ...shown.map((child) => item(child, showing)),
      ...(hidden > 0
        ? [h("li", { key: "", class: "walk-more" }, shown.length > 0 ? `${hidden} more` : `${hidden} inside`)]
        : [])
    ])
  ])
}

/** Shows the tree of `root`, which has `size` entries, with its marks. */
export const treeList = (root: Branch, size: number, marks: Marks, visited: ReadonlySet<string>): VNode =>
  h("ul", { class: "walk-list" }, [item(root, { marks, visited, isSmall: size <= SMALL })])
