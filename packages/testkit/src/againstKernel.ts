/** Roots on random trees beside `openat2(2)`: path and errno must agree. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { comparisons, policies, sample, seed } from "./differential.js"
import { without } from "./judges.js"
import { type KernelAnswer, KernelRoot } from "./kernel.js"
import { type Temporary, temporary } from "./temporary.js"
import { materialize, type TreeSpec } from "./tree.js"
import { answerOf, type RootWay } from "./ways.js"

/** A tree, made once for all ways, with what the kernel answers. */
interface Judged extends Disposable {
  readonly tree: TreeSpec
  readonly directory: Temporary
  readonly paths: ReadonlyArray<string>
  /** The answers for all paths, by each policy. */
  readonly answers: ReadonlyArray<ReadonlyArray<KernelAnswer>>
}

const judge = (tree: TreeSpec, paths: ReadonlyArray<string>): Judged => {
  const directory = temporary()
  materialize(directory.path, tree)
  using kernel = new KernelRoot(directory.path)
  const answers = policies.map(({ lastComponent, resolve }) =>
    paths.map((path) => kernel.ask({ path, resolve, lastComponent }))
  )
  return { tree, directory, paths, answers, [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

const disagreements = async ({ ask, open }: RootWay, judged: Judged): Promise<ReadonlyArray<unknown>> => {
  const { answers, directory, paths, tree } = judged
  const { close, root } = await open(directory.path)
  const wrong: Array<unknown> = []
  for (const [i, { options }] of policies.entries()) {
    // The kernel's limit, so that the errno agrees wherever the limit decides.
    const results = await ask(root, paths, { ...options, maxSymlinks: 40 })
    for (const [k, path] of paths.entries()) {
      const [result, judge] = [results[k], answers[i]?.[k]]
      const answer = result && answerOf(result)
      if (JSON.stringify(judge) !== JSON.stringify(answer)) wrong.push({ seed, tree, options, path, judge, answer })
    }
  }
  await close()
  return wrong
}

/** Defines the tests that compare each way of asking a root, on so many random trees. */
export const againstKernel = (ways: ReadonlyArray<RootWay>, trees: number): void => {
  const samples = sample(trees)
  describe.skipIf(without("openat2"))("against the kernel", () => {
    let judged: ReadonlyArray<Judged> = []
    beforeAll(() => {
      judged = samples.map(([tree, paths]) => judge(tree, paths))
    })
    afterAll(() => {
      for (const one of judged) one[Symbol.dispose]()
    })

    it.each(ways)(`$name: ${comparisons(samples)} comparisons, seed ${seed}`, async (way) => {
      expect(judged).toHaveLength(samples.length)
      for (const one of judged) expect(await disagreements(way, one)).toEqual([])
    })
  })
}
