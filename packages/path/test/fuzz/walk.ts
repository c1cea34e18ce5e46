/**
 * Walks random trees. Every outcome must follow the rules of the walk, and agree with `openat2(2)` where the kernel has
 * the policy too.
 */
import { ComponentStack, Policy, RootedPath, SurrogateEscape, Walk } from "@procfsroot/path"
import { textFrom } from "@procfsroot/testkit/differential"
import { make, resolveOf, type Scene, sceneOf } from "@procfsroot/testkit/fuzz/scene"
import { check, target } from "@procfsroot/testkit/fuzz/target"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import { inMemory, lookup, type TreeNode } from "@procfsroot/testkit/tree"
import assert from "node:assert/strict"
import { errnoOf } from "../errno.js"

type Outcome = Walk.Outcome<TreeNode>

const answerOf = (outcome: Outcome): string =>
  outcome._tag === "Resolved" ? Walk.toPath(outcome) : errnoOf(outcome.reason)

/** All fields of an outcome, without the handles. */
const told = (outcome: Outcome) => [
  outcome._tag === "Resolved" ? [Walk.toPath(outcome), outcome.kind, outcome.tail] : [outcome.reason, outcome.at],
  Walk.location(outcome),
  outcome.slash
]

const componentsIn = (text: string): number => text.split("/").length

/** Walks, and checks that each component of the path and of each link's target takes at most one lookup. */
const walk = (root: TreeNode, path: string, policy: Policy.Policy): Outcome => {
  let left = componentsIn(Policy.textOf(policy, path))
  let links = 0
  const outcome = Walk.run(root, path, (asked) => {
    check(left-- > 0, "more lookups than components")
    check(!["", ".."].includes(asked.name), `a lookup of ${JSON.stringify(asked.name)}`)
    const entry = lookup(asked)
    if (entry._tag === "SymbolicLink") {
      left += componentsIn(entry.target)
      links++
    }
    return entry
  }, policy)
  // One more link is looked up: the one that exceeds the limit, or one that is kept.
  check(links <= policy.maxSymlinks + 1, `${links} links`)
  return outcome
}

/** The same walk, by lookups that are answered one at a time as values. */
const stepByStep = (root: TreeNode, path: string, policy: Policy.Policy): Outcome => {
  let step = Walk.start(root, path, policy)
  while (step._tag === "Lookup") step = Walk.answer(step, lookup(step))
  return step
}

const checkAgain = (root: TreeNode, { options, path }: Scene, outcome: Outcome): void => {
  if (outcome._tag === "Resolved") {
    const { from: _, ...same } = options
    const containment = options.containment === "beneath" ? "clamp" : options.containment
    const again = walk(root, Walk.toPath(outcome), Policy.make({ ...same, containment }))
    assert.equal(answerOf(again), Walk.toPath(outcome), "the result resolves to another one")
    return
  }
  const isPlain = options.containment === "clamp" && options.lastComponent === "follow" && options.missing === "error"
  // The second walk counts links from 0 again, so it can get further. It needs no `from`, because its path is absolute.
  if (path === "" || !isPlain || outcome.reason._tag === "TooManySymlinks") return
  const deepest = ComponentStack.toPath(outcome.deepest)
  const again = walk(root, `${deepest}/${outcome.remaining}`, Policy.make({ symlinks: options.symlinks }))
  assert.deepEqual([answerOf(again), again._tag === "Failed" && again.at], [answerOf(outcome), outcome.at])
}

const hasKernel = !without("openat2")

const bytesOf = (text: string): Buffer => Buffer.from(SurrogateEscape.encode(text) ?? text)

const isTooLong = (text: string): boolean =>
  Buffer.byteLength(text) > 4095 || text.split("/").some((name) => Buffer.byteLength(name) > 255)

/** The kernel limits lengths. The tree in memory used here does not. */
const isOutOfScope = ({ tree }: Scene, asked: string): boolean =>
  isTooLong(asked) || tree.some(({ target = "" }) => isTooLong(target))

const checkKernel = (scene: Scene, outcome: Outcome): void => {
  const { options, path, tree } = scene
  const resolve = resolveOf(options)
  const asked = textFrom(options.from?.replace(/^\/*$/, "/.").replace(/^\/+/, ""), path)
  if (!hasKernel || resolve === undefined || isOutOfScope(scene, asked)) return
  using directory = temporary()
  make(directory.path, tree, bytesOf)
  using kernel = new KernelRoot(directory.path)
  const lastComponent = options.lastComponent === "keep" ? "keep" : "follow"
  const judge = kernel.askBytes({ path: bytesOf(asked), resolve, lastComponent })
  assert.equal(answerOf(outcome), "errno" in judge ? judge.errno : SurrogateEscape.decode(judge.ok))
}

export const fuzz = target((bytes) => {
  // A driver has to refuse texts with NUL.
  const scene = sceneOf(SurrogateEscape.decode(bytes).replaceAll("\0", "?"))
  const root = inMemory(scene.tree)
  const policy = Policy.make(scene.options)
  const outcome = walk(root, scene.path, policy)
  const place = outcome._tag === "Resolved" ? Walk.toPath(outcome) : outcome.at
  check(RootedPath.isRootedPath(place), `${JSON.stringify(place)} is not clean`)
  assert.deepEqual(told(stepByStep(root, scene.path, policy)), told(outcome))
  checkAgain(root, scene, outcome)
  checkKernel(scene, outcome)
})
