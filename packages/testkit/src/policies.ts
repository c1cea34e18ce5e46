/**
 * Compares file systems that have a policy with `openat2` and the same flags: every method, on random trees and
 * paths. `POLICY_OPERATIONS` is the number of comparisons for each method, policy and kind of file system,
 * which is small by default.
 */
import { describe, expect, it } from "vitest"
import {
  fileSystemPolicies,
  type InTree,
  inTree,
  type JudgedFileSystemPolicy,
  mountPolicies,
  optionsFrom,
  sample,
  seed
} from "./differential.js"
import type { PathPolicy, PlainEntry, PlainTree, PolicyEdition, PortableEdition } from "./edition.js"
import { without } from "./judges.js"
import { directoriesOf } from "./mounts.js"
import { compare, type Report, ROUNDS, type Subject } from "./policies/compare.js"
import { methods, newerMethods } from "./policies/methods.js"
import { lineOf, linesOf, treeOnDisk } from "./policies/twin.js"
import type { TreeSpec } from "./tree.js"
import { count } from "./report/figures.js"

const perMethod = Number(process.env["POLICY_OPERATIONS"] ?? 5)

type Open = (tree: TreeSpec, policy: PathPolicy, judged: InTree) => Promise<Subject>

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mtime: new Date() }

const entryOf = ({ path, target = "", type }: TreeSpec[number]): PlainEntry => {
  if (type === "symlink") return { type: "SymbolicLink", target, ...owner }
  if (type === "dir") return { type: "Directory", mode: 0o755, ...owner }
  return { type: "File", content: `content of ${path}\n`, mode: 0o644, ...owner }
}

const textOf = (content: string | Uint8Array): string =>
  typeof content === "string" ? content : Buffer.from(content).toString()

const lineOfEntry = (path: string, entry: Exclude<PlainEntry, { readonly type: "HardLink" }>): string =>
  lineOf(path, {
    type: entry.type,
    mode: entry.type === "SymbolicLink" ? 0 : entry.mode,
    mtime: entry.mtime.getTime(),
    text: entry.type === "SymbolicLink" ? entry.target : entry.type === "File" ? textOf(entry.content) : ""
  })

const linesOfTree = (snapshot: Readonly<Record<string, PlainEntry>>): ReadonlyArray<string> =>
  Object.entries(snapshot).flatMap(([path, entry]) => {
    const own = entry.type === "HardLink" ? snapshot[entry.of] : entry
    return path === "/" || own === undefined || own.type === "HardLink" ? [] : [lineOfEntry(path, own)]
  }).toSorted()

const inMemory = ({ memory }: PortableEdition): Open => async (tree, policy) => {
  // As on a disk, the user also owns the directories that the tree does not name.
  const directories = ["/", ...directoriesOf(tree)]
  const entries: PlainTree = {
    ...Object.fromEntries(directories.map((path) => [path, entryOf({ path, type: "dir" })])),
    ...Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)]))
  }
  const { close, fs, snapshot } = await memory(entries, { user: owner, ...policy })
  return { fs, close, lines: async () => linesOfTree(await snapshot()) }
}

const onDisk =
  (open: (path: string, policy: PathPolicy) => ReturnType<PortableEdition["rootFileSystem"]>): Open =>
  async (tree, policy, judged) => {
    const directory = treeOnDisk(tree, judged)
    const { close, fs } = await open(directory.path, policy)
    return {
      fs,
      lines: () => Promise.resolve(linesOf(directory.path)),
      close: async () => {
        await close()
        directory[Symbol.dispose]()
      }
    }
  }

/** A kind of file system. */
interface Kind {
  readonly name: string
  readonly newer: boolean
  readonly open: Open
}

const judged = ({ name, newer, open }: Kind, judgedPolicy: JudgedFileSystemPolicy, mounted: boolean): void => {
  const all = Object.keys(newer ? { ...methods, ...newerMethods } : methods)
  const { policy } = judgedPolicy
  // Only half as many kinds of file systems support policies with mounts.
  const most = mounted ? 2 * perMethod : perMethod
  const title = `${JSON.stringify(policy)}${judgedPolicy.from === undefined ? "" : " from a directory"}`
  it(`${title}: ${most} comparisons of each of ${all.length} methods, seed ${seed}`, async () => {
    const report: Report = { compared: new Map(), errors: new Map(), wrong: [] }
    let first = 0
    for (let round = 0; first < most * all.length; round++) {
      const trees = Math.min(200, Math.ceil((most * all.length - first) / 120))
      for (const [tree, paths] of sample(trees, seed + round)) {
        const asked = inTree(judgedPolicy, tree, mounted)
        await compare((spec) => open(spec, optionsFrom(policy, asked), asked), asked, tree, paths, first, report)
        first += paths.length * ROUNDS
        expect(report.wrong).toEqual([])
        count("results compared with openat2(2)", paths.length * ROUNDS)
      }
    }
    const least = Math.min(...report.compared.values())
    const errors = [...report.errors].toSorted(([, a], [, b]) => b - a).map(([code, times]) => `${code} ${times}`)
    if (perMethod >= 1_000) {
      console.log(`${name} ${title}: ${first} comparisons, at least ${least} of each method; ${errors.join(", ")}`)
    }
    expect(report.compared.size).toBe(all.length)
    expect(least).toBeGreaterThanOrEqual(most)
    if (policy.containment === "beneath" || mounted) expect(report.errors.get("EXDEV")).toBeGreaterThan(0)
    if (policy.symlinks === "forbid") expect(report.errors.get("ELOOP")).toBeGreaterThan(0)
  }, 60_000 + most * 1_000)
}

const againstTheKernel = (kind: Kind): void => {
  describe.skipIf(without("openat2"))(`${kind.name} and the kernel`, () => {
    for (const policy of fileSystemPolicies) judged(kind, policy, false)
  })
}

/** The same on trees with mounts, for file systems that can detect them. */
const againstTheKernelWithMounts = (kind: Kind): void => {
  describe.skipIf(without("openat2", "mountHere"))(`${kind.name} and the kernel, with mounts`, () => {
    for (const policy of mountPolicies) judged(kind, policy, true)
  })
}

/** Defines the comparisons for the file systems for all platforms of an edition. */
export const policies = (edition: PortableEdition): void => {
  const { newer, rootFileSystem } = edition
  againstTheKernel({ name: "memory", newer, open: inMemory(edition) })
  againstTheKernel({ name: "RootFileSystem", newer, open: onDisk(rootFileSystem) })
}

/** Defines the comparisons for the file system for Node of an edition. */
export const nodePolicies = ({ newer, node }: PolicyEdition): void => {
  for (const strategy of ["kernel", "walk"] as const) {
    const open = onDisk((path, policy) => node(path, { ...policy, strategy }))
    const kind = { name: `NodeRootFileSystem with the ${strategy}`, newer, open }
    againstTheKernel(kind)
    againstTheKernelWithMounts(kind)
  }
}
