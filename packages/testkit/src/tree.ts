/** Trees as data: they are created on a disk for the kernel, or in memory for the walk. */
import { type Dirent, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { makeSpecial } from "./special.js"

export interface TreeNodeSpec {
  readonly path: string
  readonly type: "dir" | "file" | "fifo" | "symlink"
  readonly target?: string
}

export type TreeSpec = ReadonlyArray<TreeNodeSpec>

/** The directories above a path, from the top, without the root. */
export const parentsOf = (path: string): ReadonlyArray<string> =>
  path.split("/").slice(1, -1).map((_, i, names) => `/${names.slice(0, i + 1).join("/")}`)

/** Creates the tree in an empty directory of the host, with missing parents. */
export const materialize = (directory: string, tree: TreeSpec): void => {
  for (const { path, target, type } of tree) {
    const place = join(directory, path)
    mkdirSync(dirname(place), { recursive: true })
    if (type === "dir") mkdirSync(place, { recursive: true })
    else if (type === "file") writeFileSync(place, `content of ${path}\n`)
    else if (type === "fifo") makeSpecial(place, "FIFO")
    else symlinkSync(target ?? "", place)
  }
}

/**
 * All files below a directory of the host. Unlike the recursive listing of newer versions of Node, it follows no links.
 */
export const entriesBelow = (directory: string): ReadonlyArray<Dirent> =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry, ...entriesBelow(join(directory, entry.name))] : [entry]
  )

export interface TreeNode {
  readonly type: TreeNodeSpec["type"]
  readonly target: string
  readonly children: Map<string, TreeNode>
}

const node = (type: TreeNodeSpec["type"], target = ""): TreeNode => ({ type, target, children: new Map() })

/** Creates the tree in memory. */
export const inMemory = (tree: TreeSpec): TreeNode => {
  const root = node("dir")
  for (const spec of tree) {
    const names = spec.path.split("/").filter((name) => name !== "")
    let at = root
    names.forEach((name, i) => {
      const last = i === names.length - 1
      let child = at.children.get(name)
      if (child === undefined) {
        child = last ? node(spec.type, spec.target) : node("dir")
        at.children.set(name, child)
      }
      at = child
    })
  }
  return root
}

/** The lookup of a walk in a tree in memory, whose handles are nodes. */
export const lookup = (
  { directory, name }: { readonly directory: { readonly handle: TreeNode }; readonly name: string }
):
  | { readonly _tag: "Directory" | "Other"; readonly handle: TreeNode }
  | { readonly _tag: "SymbolicLink"; readonly target: string; readonly handle: TreeNode }
  | { readonly _tag: "Missing" } =>
{
  const handle = name === "." ? directory.handle : directory.handle.children.get(name)
  if (handle === undefined) return { _tag: "Missing" }
  if (handle.type === "symlink") return { _tag: "SymbolicLink", target: handle.target, handle }
  return { _tag: handle.type === "dir" ? "Directory" : "Other", handle }
}
