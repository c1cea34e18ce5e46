/**
 * Runs every case with a file system in memory, and compares the results and changes of each call with the kernel's.
 */
import { beforeAll, describe, expect, it } from "vitest"
import type { FileSpec } from "../contract/model.js"
import { without } from "../judges.js"
import { nextTurn } from "../nextTurn.js"
import { askKernel, type CaseWithAnswer, needed } from "./answers.js"
import { tables } from "./cases.js"
import { type Call, type Case, shown, type Subject } from "./model.js"
import { type Line, outcome } from "./outcome.js"

interface Options {
  readonly name: string
  readonly make: (tree: ReadonlyArray<FileSpec>) => Subject | Promise<Subject>
  /** Calls for which the file system has no method. */
  readonly lacks?: ReadonlyArray<Call[0]>
  /** Whether its clock advances with every call. */
  readonly times: boolean
  /**
   * Runs only every nth case. That is enough for an adapter, which has no rules of its own. By default, all cases run.
   */
  readonly every?: number
}

const SHOWN = 8

/** Defines the tests of which user can do which call in which directory. */
export const posix = ({ every = 1, lacks = [], make, name, times }: Options): void => {
  const text = (line: Line | undefined) => line === undefined ? "nothing" : line.text + (times ? ` ${line.times}` : "")
  const differences = (
    asked: Case,
    kernel: ReadonlyArray<Line>,
    memory: ReadonlyArray<Line>
  ): ReadonlyArray<string> => {
    const lines = Array.from({ length: Math.max(kernel.length, memory.length) }, (_, i) => {
      const [expected, found] = [text(kernel[i]), text(memory[i])]
      return expected === found ? [] : [`  the kernel ${expected}`, `  in memory  ${found}`]
    }).flat()
    return lines.length === 0 ? [] : [[shown(asked), ...lines].join("\n")]
  }
  const isKnown = ({ steps }: Case) => steps.every(({ call: [call] }) => !lacks.includes(call))
  const check = async (cases: ReadonlyArray<CaseWithAnswer>) => {
    const known = cases.filter(({ asked }) => isKnown(asked)).filter((_, index) => index % every === 0)
    const wrong: Array<string> = []
    for (const { asked, kernel } of known) {
      await nextTurn()
      wrong.push(...differences(asked, kernel, await outcome(await make(asked.tree), asked, () => {})))
    }
    return { wrong, count: known.length }
  }

  describe.skipIf(without(...needed()))(`POSIX: ${name}`, () => {
    let answered: Awaited<ReturnType<typeof askKernel>>
    beforeAll(async () => {
      answered = await askKernel()
    }, 300_000)

    it.each(Object.keys(tables))("%s", async (table) => {
      const { count, wrong } = await check(answered(table))
      expect(wrong, `${wrong.length} of ${count} differ\n\n${wrong.slice(0, SHOWN).join("\n\n")}\n`).toHaveLength(0)
    }, 300_000)
  })
}
