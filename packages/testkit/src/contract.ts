/**
 * The contract of a `FileSystem` inside a root: every method, with every kind of file and every way to reach it. The judge
 * is Node's own file system in a real `chroot(2)`. The tests compare the answer and the errno, and after each call that
 * can change something also every file inside and outside the root.
 *
 * @example
 * contract(onDisk("mine", edition, edition.rootFileSystem))
 */
import { isDeepStrictEqual } from "node:util"
import { beforeAll, describe, expect, it } from "vitest"
import { DESCRIPTOR } from "./contract/answer.js"
import { cases, isNewer, sampleOf } from "./contract/cases.js"
import { correct } from "./contract/corrections.js"
import type { Backend, Case, Difference, Report } from "./contract/model.js"
import { oracle } from "./contract/oracle.js"
import { runCases } from "./contract/run.js"
import { without } from "./judges.js"
import { count } from "./report/figures.js"

export { onDisk } from "./contract/disk.js"
export { inMemory } from "./contract/memory.js"
export type { Backend, Case, Difference, FileSpec, FileState, Report, World } from "./contract/model.js"

/** How many differences are printed. The rest is only counted. */
const SHOWN = 8

/**
 * Checks that `/` of the file system is its tree, before any case runs. Otherwise the cases, which include
 * `remove("/")`, would change the host.
 */
const confined = async (backend: Backend): Promise<void> => {
  const name = `/confined-${Math.random().toString(36).slice(2)}`
  const world = await backend.world([{ path: name, type: "File", mode: 0o644, content: name }])
  try {
    const read = await world.run((fs) => fs.readFileString(name))
    const names = await world.run((fs) => fs.readDirectory("/"))
    expect({ read, names }, "the root of this file system is not the tree it was given")
      .toEqual({ read: name, names: [name.slice(1)] })
  } finally {
    await world.dispose()
  }
}

/** If the judge reports a descriptor for an open file, a path is as good. */
const sayingDescriptor = (report: Report | undefined, judge: Report): Report | undefined =>
  report !== undefined && "error" in judge.answer && judge.answer.error.path === DESCRIPTOR && "error" in report.answer
    ? { ...report, answer: { error: { ...report.answer.error, path: DESCRIPTOR } } }
    : report

const shown = (report: Report | undefined): string => {
  const text = JSON.stringify(report)
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text
}

/** The first difference that applies to a case. */
const differenceOf = ({ differences }: Backend, testCase: Case): Difference | undefined =>
  differences.find(({ applies }) => applies(testCase))

/** Describes where the reports of a backend differ from those of the oracle. */
export const mismatches = (
  backend: Backend,
  asked: ReadonlyArray<Case>,
  expected: ReadonlyMap<string, Report>,
  actual: ReadonlyMap<string, Report>
): ReadonlyArray<string> =>
  asked.flatMap((testCase) => {
    const judge = expected.get(testCase.id)
    if (judge === undefined) return [`${testCase.id}\n  the oracle was not asked`]
    const other = differenceOf(backend, testCase)
    const corrected = correct(testCase, judge)
    // If the judge in the chroot reports a path, it is not a leak.
    const should: Report = { ...other?.expected?.(testCase, corrected) ?? corrected, leaks: [] }
    const does = sayingDescriptor(actual.get(testCase.id), should)
    return isDeepStrictEqual(should, does)
      ? []
      : [`${testCase.id}\n  expected ${shown(should)}\n  actual   ${shown(does)}`]
  })

/**
 * Defines the tests that judge a backend. For an `adapter`, which has no rules of its own, fewer cases are enough:
 * those of `node` and `platform` run all of them.
 */
export const contract = (backend: Backend, { adapter = false }: { readonly adapter?: boolean } = {}): void => {
  const { differences, name, newer } = backend
  const known = cases.filter((testCase) => newer || !isNewer(testCase))
  const asked = known.filter((testCase) => {
    const other = differenceOf(backend, testCase)
    return other === undefined || other.expected !== undefined
  })
  const chosen = adapter ? sampleOf(asked) : asked
  const methods = [...new Set(known.map(({ method }) => method))].toSorted()

  describe.skipIf(without("chroot"))(`the contract of FileSystem: ${name}`, () => {
    let expected: ReadonlyMap<string, Report> = new Map()
    beforeAll(async () => {
      for (const { applies, expected, reason } of differences) {
        const what = expected === undefined ? "are not asked" : "have another answer"
        console.warn(`${name}: ${known.filter(applies).length} cases ${what}: ${reason}`)
      }
      await confined(backend)
      expected = await oracle()
      // The first time, the oracle has to run nine thousand cases.
    }, 120_000)

    for (const method of methods) {
      const own = chosen.filter((testCase) => testCase.method === method)
      // Only root can give files away.
      it.skipIf(method === "chown" && without("root"))(`${method}: ${own.length} cases`, async () => {
        const wrong = mismatches(backend, own, expected, await runCases(backend, own))
        expect(wrong, `${wrong.length} of ${own.length} differ\n${wrong.slice(0, SHOWN).join("\n")}\n`).toHaveLength(0)
        count("answers compared with Node's in a chroot(2)", own.length)
      })
    }
  })
}
