/**
 * Tests `fs.protected_symlinks`: in a sticky directory that everybody may write to, a link is not followed as the last
 * component unless it belongs to the user or to the owner of the directory (`may_follow_link` in `fs/namei.c`). A
 * process of another user asks the kernel, and the answers must agree.
 */
import { Policy, Walk } from "@procfsroot/path"
import { bundled } from "@procfsroot/testkit/bundle"
import { policies as judgedPolicies, sample } from "@procfsroot/testkit/differential"
import { without } from "@procfsroot/testkit/judges"
import { type KernelAnswer, type Question } from "@procfsroot/testkit/kernel"
import { held } from "@procfsroot/testkit/sysctl"
import { temporary } from "@procfsroot/testkit/temporary"
import { inMemory, lookup, materialize, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"
import { execFileSync } from "node:child_process"
import { chmodSync, lchownSync, mkdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { errnoOf } from "./errno.js"
import type { Asked } from "./programs/askKernel.js"

// Policies with `from` are not needed here; kernel.test.ts covers them.
const policies = judgedPolicies.filter(({ from }) => from === undefined)

const USER = 65_534
const OTHER = 1234
const STICKY_WORLD_WRITABLE = 0o1002

interface Owned {
  readonly uid: number
  readonly mode: number
}

type Owners = ReadonlyMap<TreeNode, Owned>

/** Gives every file of a tree on the disk an owner, and every directory a mode. Returns them. */
const own = (base: string, root: TreeNode, choose: (path: string, node: TreeNode) => Owned): Owners => {
  const owners = new Map<TreeNode, Owned>()
  const visit = (path: string, node: TreeNode): void => {
    const owned = choose(path, node)
    owners.set(node, owned)
    lchownSync(base + path, owned.uid, owned.uid)
    if (node.type === "dir") chmodSync(base + path, owned.mode)
    for (const [name, child] of node.children) visit(`${path}/${name}`, child)
  }
  visit("", root)
  return owners
}

const isDenied = (owners: Owners, directory: TreeNode, link: TreeNode): boolean => {
  const above = owners.get(directory)
  const uid = owners.get(link)?.uid
  return above !== undefined && (above.mode & STICKY_WORLD_WRITABLE) === STICKY_WORLD_WRITABLE && uid !== USER &&
    uid !== above.uid
}

const denied: Walk.Fault = { _tag: "Fault", cause: "EACCES" }

type Look = (asked: Walk.Lookup<TreeNode>) => Walk.Entry<TreeNode>

/** Returns entries that can be cached, since `denied` only has an effect where the link is the last component. */
const remembered = (owners: Owners): Look => (asked) => {
  const entry = lookup(asked)
  return entry._tag === "SymbolicLink" && isDenied(owners, asked.directory.handle, entry.handle)
    ? { ...entry, denied }
    : entry
}

/** Fails the lookup itself if the walk would follow the link. */
const atOnce = (owners: Owners): Look => (asked) => {
  const entry = lookup(asked)
  return entry._tag === "SymbolicLink" && asked.trailing && isDenied(owners, asked.directory.handle, entry.handle)
    ? denied
    : entry
}

const ours = (root: TreeNode, look: Look, path: string, options: Policy.Options): KernelAnswer => {
  const outcome = Walk.run(root, path, look, Policy.make({ ...options, maxSymlinks: 40 }))
  if (outcome._tag === "Resolved") return { ok: Walk.toPath(outcome) }
  return { errno: outcome.reason._tag === "Fault" ? "EACCES" : errnoOf(outcome.reason) }
}

const judge = async (asked: ReadonlyArray<Asked>): Promise<ReadonlyArray<ReadonlyArray<KernelAnswer>>> => {
  const program = await bundled(new URL("./programs/askKernel.ts", import.meta.url))
  using _ = await held({ protected_symlinks: 1 })
  const options = { uid: USER, gid: USER, cwd: "/", input: JSON.stringify(asked), maxBuffer: 2 ** 28 }
  return JSON.parse(execFileSync(process.execPath, [program], options).toString())
}

const questionsOf = (paths: ReadonlyArray<string>): ReadonlyArray<Question> =>
  paths.flatMap((path) => policies.map(({ lastComponent, resolve }) => ({ path, resolve, lastComponent })))

interface Subject {
  readonly tree: TreeSpec
  readonly paths: ReadonlyArray<string>
  readonly choose: (path: string, node: TreeNode) => Owned
}

/** Compares every answer. Returns how often the kernel reported EACCES. */
const compare = async (subjects: ReadonlyArray<Subject>): Promise<number> => {
  using directory = temporary()
  chmodSync(directory.path, 0o755)
  const made = subjects.map(({ choose, paths, tree }, i) => {
    const base = `${directory.path}/${i}`
    mkdirSync(base)
    materialize(base, tree)
    const root = inMemory(tree)
    return { base, root, paths, owners: own(base, root, choose) }
  })
  const answers = await judge(made.map(({ base, paths }) => ({ directory: base, questions: questionsOf(paths) })))
  made.forEach(({ owners, paths, root }, i) => {
    const expected = answers[i]
    for (const look of [remembered(owners), atOnce(owners)]) {
      const asked = paths.flatMap((path) => policies.map(({ options }) => ({ path, options })))
      // With the question next to each answer: an index in a failure would be hard to read.
      expect(asked.map((question) => ({ ...question, answer: ours(root, look, question.path, question.options) })))
        .toEqual(asked.map((question, j) => ({ ...question, answer: expected?.[j] })))
    }
  })
  return answers.flat().filter((answer) => "errno" in answer && answer.errno === "EACCES").length
}

const links: TreeSpec = ["sticky", "group", "open"].flatMap((directory) =>
  ["mine", "owners", "other"].flatMap((name): TreeSpec => {
    const at = `/${directory}/${name}`
    return [
      { path: at, type: "symlink", target: "../d" },
      { path: `${at}-file`, type: "symlink", target: "/f" },
      { path: `${at}-nowhere`, type: "symlink", target: "nowhere" },
      { path: `${at}-itself`, type: "symlink", target: `${name}-itself` },
      ...["", "/", "//", "/.", "/..", "/e"].map((rest, i) => ({
        path: `/to-${directory}-${name}-${i}`,
        type: "symlink" as const,
        target: `${directory}/${name}${rest}`
      }))
    ]
  })
)

const modes: Readonly<Record<string, number>> = { "/sticky": 0o1777, "/group": 0o1775, "/open": 0o777 }

const ownerOf = (path: string): number => path.includes("/mine") ? USER : path.includes("/other") ? OTHER : 0

describe.skipIf(without("openat2", "root", "settings"))("protected links", () => {
  it("are refused only as the last component", async () => {
    const tree: TreeSpec = [{ path: "/d/e", type: "dir" }, { path: "/f", type: "file" }, ...links]
    const paths = links.flatMap(({ path }) => ["", "/", "//", "/.", "/..", "/e", "/e/", "/.."].map((s) => path + s))
    const choose = (path: string) => ({ uid: ownerOf(path), mode: modes[path] ?? 0o755 })
    expect(await compare([{ tree, paths, choose }])).toBeGreaterThan(0)
  })

  it("are refused where the kernel refuses them in random trees", async () => {
    const owners = [USER, OTHER, 0]
    const subjects = sample(40).map(([tree, paths]): Subject => {
      let turn = 0
      const choose = () => ({ uid: owners[turn++ % 3] ?? 0, mode: [0o1777, 0o1757, 0o777, 0o1777][turn % 4] ?? 0 })
      return { tree, paths, choose }
    })
    expect(await compare(subjects)).toBeGreaterThan(0)
  })
})
