/** Resolves the same path in every way, on a disk and in memory, and compares the results with `openat2(2)`. */
import { openMemoryRoot, type Tree } from "@procfsroot/node/MemoryRoot"
import * as MemoryRoot from "@procfsroot/node/MemoryRoot"
import { RootedPath, SurrogateEscape } from "@procfsroot/path"
import { textFrom } from "@procfsroot/testkit/differential"
import type { PlainResult, PlainRoot } from "@procfsroot/testkit/edition"
import { make, resolveOf, type Scene, sceneOf } from "@procfsroot/testkit/fuzz/scene"
import { asyncTarget, check } from "@procfsroot/testkit/fuzz/target"
import { without } from "@procfsroot/testkit/judges"
import { KernelRoot } from "@procfsroot/testkit/kernel"
import { temporary } from "@procfsroot/testkit/temporary"
import type { TreeSpec } from "@procfsroot/testkit/tree"
import { type Answer, answerOf, rootWays } from "@procfsroot/testkit/ways"
import assert from "node:assert/strict"
import { disk } from "../edition/edition.js"
import { plainRoot } from "../edition/root.js"

const hasKernel = !without("openat2")

/** Without those in other threads, which take too long to start for each input. Their walk is the same. */
const ways = rootWays(disk).filter(({ name }) => !name.includes("thread"))

const bytesOf = (text: string): Buffer => Buffer.from(SurrogateEscape.encode(text) ?? text)

const treeOf = (tree: TreeSpec): Tree =>
  Object.fromEntries(tree.map(({ path, target = "", type }) => [
    path,
    type === "dir" ? MemoryRoot.directory() : type === "file" ? "" : MemoryRoot.link(target)
  ]))

/** Related paths, since a batch remembers the names that it has looked up. */
const pathsOf = ({ path, tree }: Scene): ReadonlyArray<string> => {
  const other = tree.at(-1)?.path ?? "/nope"
  return [
    path,
    `${path}/`,
    `${path}/..`,
    `${path}${other}`,
    path.slice(0, path.lastIndexOf("/") + 1),
    `${path}/../${path}`,
    path
  ]
}

const plain = (results: ReadonlyArray<PlainResult>): ReadonlyArray<Answer> =>
  results.map((result) => {
    const place = "ok" in result ? result.ok : result.error.at
    check(RootedPath.isRootedPath(place), `${JSON.stringify(place)} is not clean`)
    return answerOf(result)
  })

/** The result of the kernel; `undefined` if it does not have the policy or cannot take the path. */
const judged = (kernel: KernelRoot, { options }: Scene, path: string): Answer | undefined => {
  const resolve = resolveOf(options)
  const asked = textFrom(options.from?.replace(/^\/*$/, "/.").replace(/^\/+/, ""), path)
  if (resolve === undefined || path.includes("\0")) return undefined
  const lastComponent = options.lastComponent === "keep" ? "keep" : "follow"
  const answer = kernel.askBytes({ path: bytesOf(asked), resolve, lastComponent })
  return "errno" in answer ? answer : { ok: SurrogateEscape.decode(answer.ok) }
}

/** Checks that `explain` and `locate` have the same result. */
const checkRest = async (root: PlainRoot, { options, path }: Scene, answer: Answer | undefined): Promise<void> => {
  const { result } = await root.explain(path, options)
  assert.deepEqual(answerOf(result), answer, "explain")
  const { deepest, error } = await root.locate(path, options)
  check(RootedPath.isRootedPath(deepest))
  assert.deepEqual(error?.code, answer !== undefined && "errno" in answer ? answer.errno : undefined, "locate")
}

export const fuzz = asyncTarget(async (bytes) => {
  const scene = sceneOf(SurrogateEscape.decode(bytes))
  const paths = pathsOf(scene)
  using directory = temporary()
  make(directory.path, scene.tree, bytesOf)
  const memory = plainRoot(openMemoryRoot(treeOf(scene.tree)))
  const expected = plain(await memory.resolveAll(paths, scene.options))
  if (hasKernel) {
    using kernel = new KernelRoot(directory.path)
    for (const [i, path] of paths.entries()) {
      assert.deepEqual(expected[i], judged(kernel, scene, path) ?? expected[i], `memory: ${JSON.stringify(path)}`)
    }
  }
  await checkRest(memory, scene, expected[0])
  for (const { ask, name, open } of ways) {
    const { close, root } = await open(directory.path)
    try {
      assert.deepEqual(plain(await ask(root, paths, scene.options)), expected, name)
      await checkRest(root, scene, expected[0])
    } finally {
      await close()
    }
  }
})
