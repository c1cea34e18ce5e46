/** The pure walk against `openat2` on the same trees: path and errno must agree. */
import { Policy, Walk } from "@procfsroot/path"
import { comparisons, policies, sample, seed } from "@procfsroot/testkit/differential"
import { without } from "@procfsroot/testkit/judges"
import { type KernelAnswer, KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { inMemory, lookup, materialize, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"
import { errnoOf } from "./errno.js"

/** The kernel's limit, so that the errno agrees wherever the limit decides. */
const ours = (root: TreeNode, path: string, options: Policy.Options): KernelAnswer => {
  const outcome = Walk.run(root, path, lookup, Policy.make({ ...options, maxSymlinks: 40 }))
  return outcome._tag === "Resolved" ? { ok: Walk.toPath(outcome) } : { errno: errnoOf(outcome.reason) }
}

const disagreements = (tree: TreeSpec, paths: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  using directory = temporary()
  materialize(directory.path, tree)
  using kernel = new KernelRoot(directory.path)
  const memory = inMemory(tree)
  return paths.flatMap((path) =>
    policies.flatMap(({ lastComponent, options, resolve }) => {
      const judge = kernel.ask({ path, resolve, lastComponent })
      const answer = ours(memory, path, options)
      return JSON.stringify(judge) === JSON.stringify(answer) ? [] : [{ seed, tree, path, options, judge, answer }]
    })
  )
}

const samples = sample(160)

describe.skipIf(without("openat2"))("the walk against the kernel", () => {
  it(`${comparisons(samples)} comparisons, seed ${seed}`, () => {
    for (const [tree, paths] of samples) expect(disagreements(tree, paths)).toEqual([])
  })
})
