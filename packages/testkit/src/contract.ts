/**
 * The contract of a `FileSystem` inside a root: every method, every kind of file, every way to reach it. The judge is
 * the plain Node file system in a real `chroot(2)`; compared are the answer, the errno, and, after each call that may
 * change something, every file inside the root and outside it.
 *
 * @example
 * contract(onDisk("mine", edition, edition.rootFileSystem))
 */
import { isDeepStrictEqual } from "node:util"
import { beforeAll, describe, expect, it } from "vitest"
import { DESCRIPTOR } from "./contract/answer.js"
import { cases, isNewer } from "./contract/cases.js"
import { correct } from "./contract/corrections.js"
import type { Backend, Case, Difference, Report } from "./contract/model.js"
import { oracle } from "./contract/oracle.js"
import { runCases } from "./contract/run.js"
import { without } from "./judges.js"
import { count } from "./report/figures.js"

export { onDisk } from "./contract/disk.js"
export { inMemory } from "./contract/memory.js"
export type { Backend, Case, Difference, FileSpec, FileState, Report, World } from "./contract/model.js"

/** As many as a person reads; the rest is counted. */
const SHOWN = 8

/**
 * A file system that is not confined would do to the host what the cases do to a tree, `remove("/")` among it. Nothing
 * runs before it has shown that its `/` is the tree it was given.
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

/** Of an open file, a path tells as much as a descriptor. */
const sayingDescriptor = (report: Report | undefined, judge: Report): Report | undefined =>
  report !== undefined && "error" in judge.answer && judge.answer.error.path === DESCRIPTOR && "error" in report.answer
    ? { ...report, answer: { error: { ...report.answer.error, path: DESCRIPTOR } } }
    : report

const shown = (report: Report | undefined): string => {
  const text = JSON.stringify(report)
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text
}

/** The first that applies counts. */
const differenceOf = ({ differences }: Backend, testCase: Case): Difference | undefined =>
  differences.find(({ applies }) => applies(testCase))

/** What differs between the oracle's reports and a backend's, to be read. */
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
    // A path that the chroot itself reports is not a leak.
    const should: Report = { ...other?.expected?.(testCase, corrected) ?? corrected, leaks: [] }
    const does = sayingDescriptor(actual.get(testCase.id), should)
    return isDeepStrictEqual(should, does)
      ? []
      : [`${testCase.id}\n  expected ${shown(should)}\n  actual   ${shown(does)}`]
  })

/** Defines the tests that judge a backend. */
export const contract = (backend: Backend): void => {
  const { differences, name, newer } = backend
  const known = cases.filter((testCase) => newer || !isNewer(testCase))
  const asked = known.filter((testCase) => {
    const other = differenceOf(backend, testCase)
    return other === undefined || other.expected !== undefined
  })
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
      // The oracle answers nine thousand cases when it is asked for the first time.
    }, 120_000)

    for (const method of methods) {
      const own = asked.filter((testCase) => testCase.method === method)
      // Running as anybody but root, one cannot give files away.
      it.skipIf(method === "chown" && without("root"))(`${method}: ${own.length} cases`, async () => {
        const wrong = mismatches(backend, own, expected, await runCases(backend, own))
        expect(wrong, `${wrong.length} of ${own.length} differ\n${wrong.slice(0, SHOWN).join("\n")}\n`).toHaveLength(0)
        count("answers compared with Node's in a chroot(2)", own.length)
      })
    }
  })
}
