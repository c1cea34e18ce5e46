/** Where the judge's file system, which is that of Effect 3 for Node, answers otherwise than newer editions do. */
import { isRecord } from "effect/Predicate"
import { negative } from "./contract/arguments.js"
import type { Answer, Case, Difference, Report } from "./contract/model.js"

const writesNothing = ({ chunks = [], steps = [] }: Case): boolean =>
  chunks.includes("") || steps.some(([method, text]) => method === "writeAll" && text === "")

/** The answer, with some of its steps' own replaced. */
const withSteps = ({ steps = [] }: Case, { answer }: Report, step: (answer: unknown, i: number) => unknown): Answer =>
  "ok" in answer && Array.isArray(answer.ok) && steps.length > 0 ? { ok: answer.ok.map(step) } : answer

const isWriteZero = (answer: unknown): boolean =>
  isRecord(answer) && isRecord(answer["error"]) && answer["error"]["reason"] === "WriteZero"

/** Writing zero bytes succeeds here; the judge's file system counts none and fails with `WriteZero`. */
export const writingNothing: Difference = {
  reason: "to write nothing is not a failure",
  applies: writesNothing,
  expected: (testCase, judge) => {
    if (!isWriteZero(judge.answer)) {
      return { ...judge, answer: withSteps(testCase, judge, (step) => isWriteZero(step) ? { ok: null } : step) }
    }
    const [written = "", ...more] = (testCase.chunks ?? []).filter((chunk) => chunk !== "")
    // What follows the chunk that is empty is written as well.
    const changes = judge.changes.map((line) =>
      line.startsWith("+") ? line.replace(`${written}"`, `${[written, ...more].join("")}"`) : line
    )
    return { ...judge, answer: { ok: null }, changes }
  },
  operations: (operation) =>
    operation.method === "file" && operation.args[1] === "writeAll" && operation.args[2] === "",
  questions: (name) => name.endsWith(".writeAll nothing") || /^sink\(.*,0,/.test(name)
}

/** Where a position would be negative, the judge's file system fails when it is used, not when it is sought. */
export const seekingBeforeTheStart: Difference = {
  reason: "to seek to a negative position is refused at once, and the position stays as it was",
  applies: ({ steps }) => steps === negative,
  expected: (_, judge) => ({
    ...judge,
    answer: {
      ok: [{ error: { tag: "BadArgument" } }, { ok: "cont" }, { ok: "ent " }, { ok: "1" }, { ok: null }]
    },
    changes: [
      String.raw`+ /file File 644 own:own "content !! /file\n"`,
      String.raw`- /file File 644 own:own "content of /file\n"`
    ]
  })
}

const isOfNewerNode = (
  { args, method }: { readonly method: string; readonly args: ReadonlyArray<unknown> }
): boolean => {
  const [, first, options] = args
  if (method === "utimes") return args.some((time) => time instanceof Date && Number.isNaN(time.getTime()))
  const isEmpty = (typeof first === "string" || first instanceof Uint8Array) && first.length === 0
  return method.startsWith("writeFile") && isEmpty && isRecord(options) && options["flag"] === "r"
}

/** Where Node has changed since 20, and the judge is corrected, what is over its file system passes on what it says. */
const ofNewerNode: Difference = {
  reason: "the answer is that of the file system below",
  applies: isOfNewerNode,
  operations: isOfNewerNode
}

/** The differences of `RootFileSystem` over Node's own file system, beside those of its edition. */
export const overNode: ReadonlyArray<Difference> = Number.parseInt(process.versions.node) > 20 ? [ofNewerNode] : []
