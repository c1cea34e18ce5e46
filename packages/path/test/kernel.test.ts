/** The pure walk against `openat2` on the same trees: path and errno must agree. */
import { Policy, Walk } from "@procfsroot/path"
import { available, type KernelAnswer, KernelRoot, Resolve } from "@procfsroot/testkit/kernel"
import * as Random from "@procfsroot/testkit/random"
import { temporary } from "@procfsroot/testkit/temporary"
import { inMemory, lookup, materialize, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import { errnoOf } from "./errno.js"

const seed = Number(process.env["SEED"] ?? 20_261_124)
const trees = Number(process.env["TREES"] ?? 160)
const pathsPerTree = 40

/** The kernel's limit, so that the errno agrees wherever the limit decides. */
const policies: ReadonlyArray<{ readonly options: Policy.Options; readonly resolve: number }> = [
  { options: {}, resolve: Resolve.inRoot },
  { options: { lastComponent: "keep" }, resolve: Resolve.inRoot },
  { options: { containment: "beneath" }, resolve: Resolve.beneath },
  { options: { symlinks: "forbid" }, resolve: Resolve.inRoot | Resolve.noSymlinks }
]

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
    policies.flatMap(({ options, resolve }) => {
      const judge = kernel.ask({ path, resolve, lastComponent: options.lastComponent === "keep" ? "keep" : "follow" })
      const answer = ours(memory, path, options)
      return JSON.stringify(judge) === JSON.stringify(answer) ? [] : [{ seed, tree, path, options, judge, answer }]
    })
  )
}

describe.skipIf(!available)("the walk against the kernel", () => {
  it(`${trees * pathsPerTree * policies.length} comparisons, seed ${seed}`, () => {
    const samples = FastCheck.sample(
      FastCheck.tuple(Random.tree, FastCheck.array(Random.path, { minLength: pathsPerTree, maxLength: pathsPerTree })),
      { seed, numRuns: trees }
    )
    for (const [tree, paths] of samples) expect(disagreements(tree, paths)).toEqual([])
  })
})
