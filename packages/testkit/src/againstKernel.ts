/** Compares roots on random trees with `openat2(2)`: the path and the errno must be the same. */
import { setTimeout } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  comparisons,
  inTree,
  type JudgedPolicy,
  optionsFrom,
  policies,
  rootMountPolicies,
  sample,
  seed,
  textFrom
} from "./differential.js"
import { without } from "./judges.js"
import { type KernelAnswer, KernelRoot } from "./kernel.js"
import { forbidLinks, mountAll, mountedTemporary, mountsOf, numberOf } from "./mounts.js"
import { type Temporary, temporary } from "./temporary.js"
import { materialize, type TreeSpec } from "./tree.js"
import { answerOf, type RootWay } from "./ways.js"
import { count } from "./report/figures.js"

/** A tree, created once for all ways of asking, with the kernel's answers. */
interface Judged extends Disposable {
  readonly tree: TreeSpec
  readonly directory: Temporary
  readonly paths: ReadonlyArray<string>
  /** For each policy, the answers for all paths. */
  readonly answers: ReadonlyArray<ReadonlyArray<KernelAnswer>>
}

/** The policies to compare, in trees with mounts or without. */
interface Sample {
  readonly policies: ReadonlyArray<JudgedPolicy>
  readonly mounted: boolean
}

const mountIn = (directory: string, tree: TreeSpec): void => {
  const mounts = mountsOf(tree)
  mountAll(directory, mounts)
  const last = mounts.at(-1)
  if (last !== undefined && numberOf(tree) % 2 === 0) forbidLinks(directory + last.path)
}

const judge = ({ mounted, policies }: Sample, tree: TreeSpec, paths: ReadonlyArray<string>): Judged => {
  const directory = mounted ? mountedTemporary() : temporary()
  materialize(directory.path, tree)
  if (mounted) mountIn(directory.path, tree)
  using kernel = new KernelRoot(directory.path)
  const answers = policies.map((policy) => {
    const { from, resolve } = inTree(policy, tree, mounted)
    const { lastComponent } = policy
    return paths.map((path) => kernel.ask({ path: textFrom(from, path), resolve, lastComponent }))
  })
  return { tree, directory, paths, answers, [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

const disagreements = async (
  { ask, open }: RootWay,
  { mounted, policies }: Sample,
  { answers, directory, paths, tree }: Judged
): Promise<ReadonlyArray<unknown>> => {
  const { close, root } = await open(directory.path)
  const wrong: Array<unknown> = []
  for (const [i, policy] of policies.entries()) {
    const options = optionsFrom(policy.options, inTree(policy, tree, mounted))
    // The kernel's limit, so that the errno is the same when the limit is reached.
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

const compared = (ways: ReadonlyArray<RootWay>, asked: Sample, trees: number): void => {
  const samples = sample(trees)
  let judged: ReadonlyArray<Judged> = []
  beforeAll(async () => {
    judged = samples.map(([tree, paths]) => judge(asked, tree, paths))
    // Without native calls, a root knows the mounts as of the last second.
    if (asked.mounted) await setTimeout(1_000)
  })
  afterAll(() => {
    for (const one of judged) one[Symbol.dispose]()
  })

  it.each(ways)(`$name: ${comparisons(samples, asked.policies)} comparisons, seed ${seed}`, async (way) => {
    expect(judged).toHaveLength(samples.length)
    for (const one of judged) expect(await disagreements(way, asked, one)).toEqual([])
    count("results compared with openat2(2)", comparisons(samples, asked.policies))
  })

  it("the kernel answers with paths, errors and EXDEV often enough", () => {
    const answers = judged.flatMap(({ answers }) => answers.flat())
    expect(answers.filter((answer) => "ok" in answer).length).toBeGreaterThan(answers.length / 10)
    const crossing = answers.filter((answer) => "errno" in answer && answer.errno === "EXDEV")
    expect(crossing.length).toBeGreaterThan(answers.length / 20)
  })
}

/** Defines the tests that compare each way of asking a root, on `trees` random trees. */
export const againstKernel = (ways: ReadonlyArray<RootWay>, trees: number): void => {
  describe.skipIf(without("openat2"))("against the kernel", () => {
    compared(ways, { policies, mounted: false }, trees)
  })
}

/** The same on trees with mounts, for roots that can detect mounts. */
export const againstKernelWithMounts = (ways: ReadonlyArray<RootWay>, trees: number): void => {
  describe.skipIf(without("openat2", "mountHere"))("against the kernel, with mounts", () => {
    compared(ways, { policies: [...rootMountPolicies, ...policies], mounted: true }, trees)
  })
}
