/**
 * Runs every case with the kernel and with a file system in memory, and compares the results and changes of each call.
 */
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import type { FileSpec } from "../contract/model.js"
import { without } from "../judges.js"
import { nextTurn } from "../nextTurn.js"
import { held } from "../sysctl.js"
import { type Table, tables } from "./cases.js"
import { clockIn, onDisk, place } from "./kernel.js"
import { type Call, type Case, pathsOf, shown, type State, type Step, type Subject } from "./model.js"

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

type States = ReadonlyMap<string, State | undefined>

const codeOf = (error: unknown): string => {
  const { code } = error as { readonly code?: unknown } // errors of both have it
  if (typeof code !== "string") throw error
  return code
}

const attempt = async (subject: Subject, step: Step): Promise<string> => {
  try {
    await subject.perform(step)
    return "ok"
  } catch (error) {
    return codeOf(error)
  }
}

const statesOf = async (subject: Subject, paths: ReadonlyArray<string>): Promise<States> => {
  const states = new Map<string, State | undefined>()
  for (const path of paths) states.set(path, await subject.state(path))
  return states
}

const isTimed = ({ call: [name] }: Step): boolean => name === "utimes" || name === "lutimes"

/** The changed times. The access time is only shown for calls that set it, since reading changes it on some disks. */
const changed = (step: Step, before: State, { times }: State): string => {
  const names = (["mtime", "ctime"] as const).filter((name) => times[name] !== before.times[name])
  const set = isTimed(step) && names.length > 0 ? [`atime ${times.atime} mtime ${times.mtime}`] : []
  return [...names, ...set].join(" ")
}

const line = (step: Step, before: State | undefined, after: State | undefined, withTimes: boolean): string => {
  if (after === undefined) return "missing"
  const { gid, mode, nlink, size, uid } = after
  const times = !withTimes ? "" : before?.ino === after.ino ? changed(step, before, after) : "another file"
  return `${mode.toString(8)} ${uid}:${gid} links ${nlink} size ${size ?? "-"} ${times}`
}

/** The outcome of each step of a case, in one line for the step and one for each file. */
const outcome = async (
  subject: Subject,
  asked: Case,
  { times, wait }: { readonly times: boolean; readonly wait: () => void }
): Promise<ReadonlyArray<string>> => {
  const paths = pathsOf(asked)
  const lines: Array<string> = []
  try {
    let before = await statesOf(subject, paths)
    for (const step of asked.steps) {
      wait()
      const told = `${step.call[0]}: ${await attempt(subject, step)}`
      lines.push(told)
      const after = await statesOf(subject, paths)
      for (const path of paths) {
        lines.push(`${told} ${path.slice(0, 40)} ${line(step, before.get(path), after.get(path), times)}`)
      }
      before = after
    }
  } finally {
    await subject.dispose()
  }
  return lines
}

const SHOWN = 8

const differences = (
  asked: Case,
  kernel: ReadonlyArray<string>,
  memory: ReadonlyArray<string>
): ReadonlyArray<string> =>
  kernel.every((expected, i) => memory[i] === expected)
    ? []
    : [
      [
        shown(asked),
        ...kernel.flatMap((expected, i) =>
          memory[i] === expected ? [] : [`  the kernel ${expected}`, `  in memory  ${memory[i]}`]
        )
      ].join("\n")
    ]

/** The settings that a file system in memory has by default. */
const asInMemory = { protected_symlinks: 0, protected_regular: 0, protected_fifos: 0, protected_hardlinks: 1 }

/** Defines the tests of which user can do which call in which directory. */
export const posix = ({ every = 1, lacks = [], make, name, times }: Options): void => {
  describe.skipIf(without("root", "chroot", "settings"))(`POSIX: ${name}`, () => {
    const isKnown = ({ steps }: Case) => steps.every(({ call: [call] }) => !lacks.includes(call))
    const check = async (table: Table) => {
      const directory = place()
      const clock = clockIn(directory)
      const wrong: Array<string> = []
      let count = 0
      let index = 0
      try {
        for (const asked of table()) {
          if (!isKnown(asked) || index++ % every !== 0) continue
          await nextTurn()
          count++
          // One after the other, since nothing else must run while the process is in the other root.
          const kernel = await outcome(onDisk(directory, asked.tree), asked, { times, wait: clock.goOn })
          const memory = await outcome(await make(asked.tree), asked, { times, wait: () => {} })
          wrong.push(...differences(asked, kernel, memory))
        }
      } finally {
        clock.close()
        Fs.rmSync(directory, { recursive: true })
      }
      return { wrong, count }
    }
    it.each(Object.entries(tables))("%s", async (_, table) => {
      let { count, wrong } = await check(table)
      if (wrong.length > 0) {
        // The machine can have other settings, or another test has changed them meanwhile.
        using _ = await held(asInMemory)
        ;({ count, wrong } = await check(table))
      }
      expect(wrong, `${wrong.length} of ${count} differ\n\n${wrong.slice(0, SHOWN).join("\n\n")}\n`).toHaveLength(0)
    }, 300_000)
  })
}
