/**
 * Corrects the few answers of the oracle in which Node's file system differs from the kernel or from the contract of
 * `FileSystem`, each with its reason. Methods that make other calls than Node are in `corrected.ts`.
 */
import { isRecord } from "effect/Predicate"
import { negative, negativeAt } from "./arguments.js"
import type { Answer, Case, Report, Step } from "./model.js"

interface Correction {
  readonly reason: string
  readonly applies: (testCase: Case, report: Report) => boolean
  readonly report: (report: Report) => Report
}

const isIll = (value: unknown): boolean =>
  typeof value === "string" ? !value.isWellFormed() : isRecord(value) && Object.values(value).some(isIll)

const refused: Answer = { error: { tag: "BadArgument" } }

const withoutBytes: Answer = { error: { tag: "BadArgument", code: "EILSEQ" } }

const isDefect = (answer: unknown): boolean => isRecord(answer) && "defect" in answer

/** Whether a call, or one of the steps in its answer, has died. */
const hasDefect = (answer: Answer): boolean =>
  isDefect(answer) || ("ok" in answer && Array.isArray(answer.ok) && answer.ok.some(isDefect))

const withoutDefects = (answer: Answer): Answer =>
  "ok" in answer && Array.isArray(answer.ok)
    ? { ok: answer.ok.map((step: unknown) => isDefect(step) ? refused : step) }
    : refused

const isCount = (count: unknown): boolean => Number.isSafeInteger(Number(count)) && Number(count) >= 0

const isBadAlloc = ([method, size]: Step): boolean => method === "readAlloc" && !isCount(size)

/** Corrections of answers that other calls of Node cannot avoid. */
const corrections: ReadonlyArray<Correction> = [
  {
    reason: "a text that has no bytes names no file; Node replaces half of a character with another one",
    applies: ({ args }) => args.some(isIll) && !JSON.stringify(args).includes("\\u0000"),
    report: (report) => ({ ...report, answer: withoutBytes, changes: [] })
  },
  {
    reason: "an invalid number is an error of the caller, not a defect",
    applies: (_, { answer }) => hasDefect(answer),
    report: (report) => ({ ...report, answer: withoutDefects(report.answer), changes: [] })
  },
  {
    reason: "a number of bytes is a whole number from 0 on; Node's layer accepts every number that BigInt accepts",
    applies: ({ args, method, steps }) =>
      method === "stream"
        ? isRecord(args[1]) && !Object.values(args[1]).every(isCount)
        : steps?.some(isBadAlloc) === true,
    report: (report) => ({
      ...report,
      answer: "ok" in report.answer && Array.isArray(report.answer.ok) ? { ok: [refused] } : refused
    })
  },
  {
    reason: "a negative position cannot be read or written; for Node, −1 means the position that the kernel keeps",
    applies: ({ steps }) => steps === negative,
    report: (report) => ({
      ...report,
      answer: { ok: negative.map(([method]) => method === "seek" ? { ok: "-1" } : refused) },
      changes: []
    })
  },
  {
    reason: "a negative position cannot be read with `readAt` either",
    applies: ({ steps }) => steps === negativeAt,
    report: (report) => ({ ...report, answer: { ok: [refused] } })
  },
  {
    reason: "if a copy fails, libuv removes the destination, even if it existed before",
    applies: ({ method }, { answer }) => method === "copyFile" && "error" in answer,
    report: (report) => ({ ...report, changes: [] })
  }
]

/** A mode that uses bit 31 ends the whole process, since it fails an assertion in Node's C++ code. */
const isLethal = (mode: unknown): boolean => typeof mode === "number" && mode >= 2 ** 31 && mode < 2 ** 32

/** The report for a case that Node cannot be asked. */
export const unasked = ({ args, method }: Case): Report | undefined =>
  isLethal(method === "chmod" ? args[1] : args.map((arg: unknown) => isRecord(arg) && arg["mode"]).find(isLethal))
    ? { answer: refused, changes: [], leaks: [] }
    : undefined

/** The report that the oracle should have made. */
export const correct = (testCase: Case, report: Report): Report =>
  corrections.find(({ applies }) => applies(testCase, report))?.report(report) ?? report
