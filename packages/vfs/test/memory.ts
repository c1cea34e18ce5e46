/** Trees in memory for tests: how to create them, find nodes in them, and observe their steps. */
import type { ParentAndName } from "@procfsroot/vfs/InodeOperations"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { type Directory, type Node, place } from "../src/internal/memory/inode.js"
import type { Step, StepListener } from "../src/internal/memory/steps.js"

/** The file system of a tree that must be valid. */
export const memoryOf = (tree: MemoryTree.Tree, options?: MemoryTree.Options): MemoryTree.Memory => {
  const memory = MemoryTree.make(tree, options)
  if (memory._tag === "Invalid") throw new Error(`${memory.path}: ${memory.why}`)
  return memory
}

/** The node at a path that must exist. The node then has the name by which it was found. */
export const nodeAt = (root: Directory, path: string): Node =>
  path.split("/").filter((name) => name !== "").reduce<Node>((at, name) => {
    const node = at._tag === "Directory" ? at.get(name) : undefined
    if (at._tag !== "Directory" || node === undefined) throw new Error(`there is no ${path}`)
    place(at, name, node)
    return node
  }, root)

/** The place of a name whose directory must exist, with a slash if the path ends with one. */
export const placeAt = (root: Directory, path: string): ParentAndName<Node> => {
  const end = path.replace(/\/$/, "")
  const at = end.lastIndexOf("/")
  return { directory: nodeAt(root, end.slice(0, at)), name: end.slice(at + 1), slash: end !== path }
}

/** Calls `look` before each step, and changes nothing. */
export const observing = (look: (step: Step, places: ReadonlyArray<string>) => void): StepListener => ({
  before: look,
  around: (step, places, perform) => {
    look(step, places)
    return perform(undefined)
  }
})
