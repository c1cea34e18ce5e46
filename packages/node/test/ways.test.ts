/**
 * Random policies, roots in roots, and functions that only this package has: the results must not depend on what makes
 * the system calls, and whether the kernel resolves the paths. `TREES` is the number of trees.
 */
import { bindFor } from "@procfsroot/node/Native"
import { sample, seed } from "@procfsroot/testkit/differential"
import { generator, type Random } from "@procfsroot/testkit/generator"
import { memoryDirectory } from "@procfsroot/testkit/inMemory"
import { without } from "@procfsroot/testkit/judges"
import { directoriesOf } from "@procfsroot/testkit/mounts"
import { linesOf } from "@procfsroot/testkit/policies/twin"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize, type TreeSpec } from "@procfsroot/testkit/tree"
import { constants } from "node:os"
import { describe, expect, it } from "vitest"
import { type OpenRoot, openRoot } from "../src/index.js"

type Open = (directory: string, policy: OpenRoot.Options) => Promise<OpenRoot.OpenRoot>

const { openat2 } = bindFor({ native: "koffi" })()

/** As if the kernel had no `openat2`. The other native calls are still made. */
const withoutOpenat2: Open = async (directory, policy) => {
  if (openat2 === undefined) throw new Error("koffi is missing")
  const { open } = openat2
  const set = (open: typeof openat2.open): unknown => Object.assign(openat2, { open })
  set(() => -constants.errno.ENOSYS)
  try {
    return await openRoot(directory, { ...policy, native: "koffi" })
  } finally {
    set(open)
  }
}

const ways: Readonly<Record<string, Open>> = {
  kernel: (directory, policy) => openRoot(directory, { ...policy, native: "koffi" }),
  native: withoutOpenat2,
  walk: (directory, policy) => openRoot(directory, { ...policy, strategy: "walk" })
}

const policyOf = ({ random }: Random, tree: TreeSpec): OpenRoot.Options => {
  const one = <A>(...list: ReadonlyArray<A>): A | undefined => list[random(list.length)]
  return {
    containment: one<"clamp" | "reject" | "beneath" | undefined>(undefined, "clamp", "reject", "beneath", "beneath"),
    symlinks: one(undefined, undefined, undefined, "forbid"),
    mounts: one(undefined, "forbid"),
    maxSymlinks: one(undefined, undefined, 0, 1, 2, 41),
    from: one(undefined, undefined, ...directoriesOf(tree), "a/..", "b")
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const texts = async <A>(entries: AsyncIterable<A>, textOf: (entry: A) => string): Promise<string> => {
  const found: Array<string> = []
  for await (const entry of entries) found.push(textOf(entry))
  return found.toSorted().join()
}

interface Arguments {
  readonly path: string
  readonly other: string
  readonly k: number
}

/** The functions, each of which returns what can be compared. */
const functions: ReadonlyArray<(root: OpenRoot.OpenRoot, args: Arguments) => Promise<unknown>> = [
  ({ promises }, { path }) => promises.readFile(path, "utf8"),
  ({ promises }, { k, path }) => promises.writeFile(path, `${k}`),
  ({ promises }, { other, path }) => promises.rename(path, other),
  ({ promises }, { k, path }) => promises.mkdir(`${path}/n${k}/../m`, { recursive: true }),
  ({ promises }, { other, path }) => promises.cp(path, `${other}/copy`, { recursive: true, errorOnExist: true }),
  ({ promises }, { path }) => promises.rm(path, { recursive: true }),
  ({ promises }, { other, path }) => other === "" ? Promise.resolve() : promises.symlink(other, path),
  ({ promises }, { path }) => promises.realpath(path),
  ({ directory }, { path }) => directory.stat(path).then(({ type }) => type),
  ({ directory }, { path }) => directory.lstat(path).then(({ type }) => type),
  ({ directory }, { k, path }) => directory.lutimes(path, k, k),
  ({ directory }, { path }) => texts(directory.streamDirectoryEntries(path), ({ name, type }) => `${name} ${type}`),
  ({ directory }, { path }) => texts(directory.walkTree(path), ({ path, type }) => `${path} ${type}`),
  ({ directory }, { k, path }) => directory.writeFileAtomic(path, bytes(`${k}`), { keepMode: k % 2 === 0 }),
  ({ directory }, { path }) => directory.readFileBounded(path, { maxBytes: 20 }).then((bytes) => bytes.length),
  async ({ directory }, { path }) => await (await directory.openDescriptor(path, { flag: "path" })).close()
]

const told = async (run: () => Promise<unknown>): Promise<string> => {
  try {
    return `ok ${String(await run())}`
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code)
    throw error
  }
}

/** Everything that happens in a tree, and what is left of it. */
const happenings = async (
  open: Open,
  tree: TreeSpec,
  paths: ReadonlyArray<string>,
  start: number
): Promise<ReadonlyArray<string>> => {
  const generated = generator(start)
  const { pick, random } = generated
  using directory = temporary(memoryDirectory)
  materialize(directory.path, tree)
  const found: Array<string> = []
  const outer = await open(directory.path, policyOf(generated, tree))
  /** The innermost comes first. */
  const roots = [outer]
  try {
    for (let inner = random(3); inner > 0; inner--) {
      const path = pick(paths)
      const policy = policyOf(generated, tree)
      found.push(
        await told(async () => {
          const [root = outer] = roots
          roots.unshift(await root.subRoot(path, policy))
        })
      )
    }
    const [root = outer] = roots
    for (let k = 0; k < paths.length; k++) {
      const args = { path: pick(paths), other: pick(paths), k }
      const run = pick(functions)
      found.push(`${String(run)} ${JSON.stringify(args)} ${await told(() => run(root, args))}`)
    }
  } finally {
    for (const root of roots) await root.close()
  }
  return [...found, ...linesOf(directory.path)]
}

describe.skipIf(without("koffi", "openat2"))("every way of making system calls", () => {
  it("is another one", async () => {
    using directory = temporary()
    const found: Array<unknown> = []
    for (const open of Object.values(ways)) {
      const root = await open(directory.path, {})
      found.push([root.strategy.name, root.strategy.native?.name])
      await root.close()
    }
    expect(found).toEqual([["kernel", "koffi"], ["walk", "koffi"], ["walk", "none"]])
  })

  it(`has the same results under random policies, seed ${seed}`, async () => {
    for (const [number, [tree, paths]] of sample(40).entries()) {
      const [first, ...others] = Object.values(ways)
      const expected = first && await happenings(first, tree, paths, number)
      // One after the other, since `withoutOpenat2` changes the calls of all.
      for (const open of others) {
        const found = await happenings(open, tree, paths, number)
        expect({ number, tree, found }).toEqual({ number, tree, found: expected })
      }
    }
  }, 120_000)
})
