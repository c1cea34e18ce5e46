/** A small tree of directories, files and links, and walks on it. */
import { Policy, Walk } from "@procfsroot/path"
import { inMemory, lookup, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"

export const tree: TreeSpec = [
  { path: "/d/e", type: "dir" },
  { path: "/f", type: "file" },
  { path: "/ld", type: "symlink", target: "d" },
  { path: "/up", type: "symlink", target: "../../d" },
  { path: "/abs", type: "symlink", target: "/ld/e" },
  { path: "/dang", type: "symlink", target: "d/nope" },
  { path: "/a", type: "symlink", target: "b" },
  { path: "/b", type: "symlink", target: "c/.." },
  { path: "/c", type: "symlink", target: "/d/../a" },
  { path: "/in", type: "symlink", target: "a" }
]

export const walk = (path: string, options?: Policy.Options): Walk.Outcome<TreeNode> =>
  Walk.run(inMemory(tree), path, lookup, Policy.make(options))

export const failed = (path: string, options?: Policy.Options): Walk.Failed<TreeNode> => {
  const outcome = walk(path, options)
  if (outcome._tag === "Resolved") throw new Error(`${path} resolved to ${Walk.toPath(outcome)}`)
  return outcome
}

export const resolved = (path: string, options?: Policy.Options): Walk.Resolved<TreeNode> => {
  const outcome = walk(path, options)
  if (outcome._tag === "Failed") throw new Error(`${path} failed: ${outcome.reason._tag}`)
  return outcome
}
