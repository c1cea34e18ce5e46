/** Compares the pure walk with `openat2` on the same trees: path and errno must agree. */
import { ComponentStack, Policy, Walk } from "@procfsroot/path"
import {
  comparisons,
  inTree,
  optionsFrom,
  policies,
  rootMountPolicies,
  sample,
  seed,
  textFrom
} from "@procfsroot/testkit/differential"
import { without } from "@procfsroot/testkit/judges"
import { type KernelAnswer, KernelRoot } from "@procfsroot/testkit/kernel"
import { mountAll, mountedTemporary, mountsOf } from "@procfsroot/testkit/mounts"
import { temporary } from "@procfsroot/testkit/temporary"
import { inMemory, lookup, materialize, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"
import { errnoOf } from "./errno.js"

/**
 * Looks up names in a tree with mounts. The mounted files do not matter: a walk that may not enter a mount never sees
 * them.
 */
const lookupAmong = (mounts: ReadonlySet<string>) => (asked: Walk.Lookup<TreeNode>): Walk.Entry<TreeNode> => {
  const entry = lookup(asked)
  if (!("handle" in entry)) return entry
  return { ...entry, mounted: mounts.has(ComponentStack.toPath(asked.directory, [asked.name])) }
}

/** Walks with the kernel's limit of 40 links, so that the errno agrees where the limit decides. */
const ours = (
  root: TreeNode,
  path: string,
  lookups: (asked: Walk.Lookup<TreeNode>) => Walk.Entry<TreeNode>,
  options: Policy.Options
): KernelAnswer => {
  const outcome = Walk.run(root, path, lookups, Policy.make({ ...options, maxSymlinks: 40 }))
  return outcome._tag === "Resolved" ? { ok: Walk.toPath(outcome) } : { errno: errnoOf(outcome.reason) }
}

const disagreements = (tree: TreeSpec, paths: ReadonlyArray<string>, mounted: boolean): ReadonlyArray<unknown> => {
  using directory = mounted ? mountedTemporary() : temporary()
  materialize(directory.path, tree)
  const mounts = mounted ? mountsOf(tree) : []
  mountAll(directory.path, mounts)
  using kernel = new KernelRoot(directory.path)
  const memory = inMemory(tree)
  const lookups = mounted ? lookupAmong(new Set(mounts.map(({ path }) => path))) : lookup
  return (mounted ? rootMountPolicies : policies).flatMap((policy) => {
    const asked = inTree(policy, tree, mounted)
    const options = optionsFrom(policy.options, asked)
    const { lastComponent, resolve } = policy
    return paths.flatMap((path) => {
      const judge = kernel.ask({ path: textFrom(asked.from, path), resolve, lastComponent })
      const answer = ours(memory, path, lookups, options)
      return JSON.stringify(judge) === JSON.stringify(answer) ? [] : [{ seed, tree, path, options, judge, answer }]
    })
  })
}

const samples = sample(160)

describe.skipIf(without("openat2"))("the walk compared with the kernel", () => {
  it(`agrees in ${comparisons(samples)} comparisons, seed ${seed}`, () => {
    for (const [tree, paths] of samples) expect(disagreements(tree, paths, false)).toEqual([])
  })

  it.skipIf(without("mountHere"))(
    `agrees in ${comparisons(samples, rootMountPolicies)} with mounts, seed ${seed}`,
    () => {
      for (const [tree, paths] of samples) expect(disagreements(tree, paths, true)).toEqual([])
    }
  )
})
