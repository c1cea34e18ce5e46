import type { Entry } from "../../MemoryTree.js"
import type { Directory, Node } from "./inode.js"
import { contentOf } from "./utf8.js"

const entryOf = (node: Node): Entry => {
  const { gid, mode, uid } = node
  const attributes = { uid, gid, mtime: new Date(node.mtime) }
  switch (node._tag) {
    case "Directory":
      return { type: "Directory", mode, ...attributes }
    case "File":
      return { type: "File", content: contentOf(node.view()), mode, ...attributes }
    case "SymbolicLink":
      return { type: "SymbolicLink", target: node.target, ...attributes }
    case "Special":
      return { type: node.kind, mode, ...attributes }
  }
}

const places = (root: Directory): ReadonlyArray<readonly [string, Node]> => {
  const found: Array<readonly [string, Node]> = []
  const pending: Array<readonly [string, Node]> = [["/", root]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, node] = next
    found.push(next)
    if (node._tag !== "Directory") continue
    const prefix = path === "/" ? path : `${path}/`
    for (const [name, child] of node.children) pending.push([prefix + name, child])
  }
  return found.toSorted(([a], [b]) => a < b ? -1 : 1)
}

/**
 * The current tree as data, from which it can be built again.
 *
 * @internal
 */
export const snapshot = (root: Directory): Readonly<Record<string, Entry>> => {
  const entries: Record<string, Entry> = {}
  const names = new Map<Node, string>()
  for (const [path, node] of places(root)) {
    const known = names.get(node)
    entries[path] = known === undefined ? entryOf(node) : { type: "HardLink", of: known }
    if (node.nlink > 1) names.set(node, known ?? path)
  }
  return entries
}
