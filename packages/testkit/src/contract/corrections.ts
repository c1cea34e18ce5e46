/**
 * Where the plain Node file system is not what the kernel, or the contract of `FileSystem`, asks for: the few answers in
 * which the oracle is corrected, each with its reason. What it asks Node for instead is in `corrected.ts`.
 */
import { isRecord } from "effect/Predicate"
import { isDeepStrictEqual } from "node:util"
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

/** Whether a call has died, or one of the steps that its answer lists. */
const hasDefect = (answer: Answer): boolean =>
  isDefect(answer) || ("ok" in answer && Array.isArray(answer.ok) && answer.ok.some(isDefect))

const withoutDefects = (answer: Answer): Answer =>
  "ok" in answer && Array.isArray(answer.ok)
    ? { ok: answer.ok.map((step: unknown) => isDefect(step) ? refused : step) }
    : refused

const isCount = (count: unknown): boolean => Number.isSafeInteger(Number(count)) && Number(count) >= 0

const isBadAlloc = ([method, size]: Step): boolean => method === "readAlloc" && !isCount(size)

/** Answers that are wrong whatever Node is asked for. */
const corrections: ReadonlyArray<Correction> = [
  {
    reason: "a text that has no bytes names no file; Node puts another character in the place of half of one",
    applies: ({ args }) => args.some(isIll) && !JSON.stringify(args).includes("\\u0000"),
    report: (report) => ({ ...report, answer: withoutBytes, changes: [] })
  },
  {
    reason: "a temporary file whose suffix is refused leaves nothing; Node's layer has made its directory by then",
    applies: ({ method }, { answer }) => method.startsWith("makeTempFile") && isDeepStrictEqual(answer, refused),
    report: (report) => ({ ...report, changes: [] })
  },
  {
    reason: "a number that is none is an error of the caller's, not a defect",
    applies: (_, { answer }) => hasDefect(answer),
    report: (report) => ({ ...report, answer: withoutDefects(report.answer), changes: [] })
  },
  {
    reason: "bytes are counted in whole numbers from 0; Node's layer takes all but those that BigInt refuses",
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
    reason: "nothing is read or written at a negative position; Node takes −1 for the position that the kernel keeps",
    applies: ({ steps }) => steps === negative,
    report: (report) => ({
      ...report,
      answer: { ok: negative.map(([method]) => method === "seek" ? { ok: "-1" } : refused) },
      changes: []
    })
  },
  {
    reason: "nor is it at a negative position of its own",
    applies: ({ steps }) => steps === negativeAt,
    report: (report) => ({ ...report, answer: { ok: [refused] } })
  },
  {
    reason: "libuv makes the destination of a copy that then fails, and takes it away again, whatever was there before",
    applies: ({ method }, { answer }) => method === "copyFile" && "error" in answer,
    report: (report) => ({ ...report, changes: [] })
  }
]

/** Node ends the whole process, by an assertion in C++, when it is given a mode that takes the 32nd bit. */
const isLethal = (mode: unknown): boolean => typeof mode === "number" && mode >= 2 ** 31 && mode < 2 ** 32

/** What Node cannot be asked, and what it should say. */
export const unasked = ({ args, method }: Case): Report | undefined =>
  isLethal(method === "chmod" ? args[1] : args.map((arg: unknown) => isRecord(arg) && arg["mode"]).find(isLethal))
    ? { answer: refused, changes: [], leaks: [] }
    : undefined

/** What the oracle should have said. */
export const correct = (testCase: Case, report: Report): Report =>
  corrections.find(({ applies }) => applies(testCase, report))?.report(report) ?? report
