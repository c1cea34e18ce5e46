/**
 * Tests the roots of an edition with the table of cases.
 *
 * @example
 * conformance("the table of cases, in memory", rootInMemory(edition))
 */
import { afterAll, describe, expect, it } from "vitest"
import { asked, optionsOf, type Suite, suites } from "./cases.js"
import { closing } from "./closing.js"
import type { MemoryEdition, OpenRoot, PlainEntry } from "./edition.js"
import { type Temporary, temporary } from "./temporary.js"
import { materialize, type TreeNodeSpec, type TreeSpec } from "./tree.js"
import { answerOf, type Ask, batch, oneByOne, type RootWay } from "./ways.js"
import { count } from "./report/figures.js"

/** Opens a root for a tree and closes it after use. */
type Provide = <A>(tree: TreeSpec, use: (opened: OpenRoot) => Promise<A>) => Promise<A>

/** Creates the trees on a disk. */
export const rootOnDisk = (open: (path: string) => Promise<OpenRoot>): Provide => async (tree, use) => {
  using directory = temporary()
  materialize(directory.path, tree)
  return await closing(open(directory.path), use)
}

const entryOf = ({ path, target = "", type }: TreeNodeSpec): PlainEntry => {
  const attributes = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }
  switch (type) {
    case "dir":
      return { type: "Directory", ...attributes, mode: 0o755 }
    case "file":
      return { type: "File", content: `content of ${path}\n`, ...attributes }
    case "fifo":
      return { type: "FIFO", ...attributes }
    case "symlink":
      return { type: "SymbolicLink", target, ...attributes }
  }
}

/** Creates the trees in memory. */
export const rootInMemory = ({ memory }: Pick<MemoryEdition, "memory">): Provide => (tree, use) =>
  closing(memory(Object.fromEntries(tree.map((spec) => [spec.path, entryOf(spec)]))), use)

/** In a batch, each path is there twice: the cached answer must be the same as the first one. */
const pathsFor = (ask: Ask, path: string): ReadonlyArray<string> => ask === oneByOne ? [path] : [path, path]

/** The answers of a root to every case of a suite, in each way of asking, and how far the paths can be resolved. */
const answersOf = async (
  { root }: OpenRoot,
  { cases }: Suite,
  ways: ReadonlyArray<Ask>
): Promise<ReadonlyArray<object>> => {
  const all: Array<object> = []
  for (const testCase of cases) {
    const { id, partial } = testCase
    const path = asked(testCase)
    const options = optionsOf(testCase)
    for (const ask of ways) {
      all.push({ id, path, answers: (await ask(root, pathsFor(ask, path), options)).map(answerOf) })
    }
    if (partial === undefined) continue
    const { deepest, remaining } = await root.locate(path, options)
    all.push({ id, path, deepest, remaining })
  }
  return all
}

const expected = ({ cases }: Suite, ways: ReadonlyArray<Ask>): ReadonlyArray<object> =>
  cases.flatMap((testCase) => {
    const { expect: answer, id, partial } = testCase
    const path = asked(testCase)
    const answers = ways.map((ask) => ({ id, path, answers: pathsFor(ask, path).map(() => answer) }))
    return partial === undefined ? answers : [...answers, { id, path, ...partial }]
  })

/** Defines the tests that ask roots on a disk, each suite in its own tree and in every way. */
export const conformanceOfWays = (name: string, ways: ReadonlyArray<RootWay>): void => {
  const directories = new Map<Suite, Temporary>()
  const directoryOf = (suite: Suite): Temporary => {
    const made = directories.get(suite) ?? temporary()
    if (!directories.has(suite)) materialize(made.path, suite.tree)
    directories.set(suite, made)
    return made
  }
  afterAll(() => {
    for (const made of directories.values()) made[Symbol.dispose]()
  })
  describe.each(ways)(`${name}: $name`, ({ ask, open }) => {
    it.each(suites)("$name", async (suite) => {
      const answers = await closing(open(directoryOf(suite).path), (opened) => answersOf(opened, suite, [ask]))
      expect(answers).toEqual(expected(suite, [ask]))
      count("cases of the table, each with one backend", suite.cases.length)
    })
  })
}

/** Defines the tests that ask the roots of an edition all cases, each path alone and in a batch. */
export const conformance = (name: string, provide: Provide): void => {
  const ways = [oneByOne, batch]
  describe(name, () => {
    it.each(suites)("$name", async (suite) => {
      const paths = suite.cases.map(asked)
      const options = { missing: "tail" } as const
      const { alone, answers, together } = await provide(suite.tree, async (opened) => ({
        answers: await answersOf(opened, suite, ways),
        together: await batch(opened.root, paths, options),
        alone: await oneByOne(opened.root, paths, options)
      }))
      expect(answers).toEqual(expected(suite, ways))
      count("cases of the table, each with one backend", ways.length * suite.cases.length)
      // The errors are the same too, including their messages.
      expect(together).toEqual(alone)
    })
  })
}
