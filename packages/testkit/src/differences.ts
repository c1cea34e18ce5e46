/** Where newer editions answer differently from the judge, which is the file system of Effect 3 for Node. */
import { isRecord } from "effect/Predicate"
import { negative } from "./contract/arguments.js"
import type { Answer, Case, Difference, Report } from "./contract/model.js"

const writesNothing = ({ chunks = [], steps = [] }: Case): boolean =>
  chunks.includes("") || steps.some(([method, text]) => method === "writeAll" && text === "")

/** The answer, with the answers of some steps replaced. */
const withSteps = ({ steps = [] }: Case, { answer }: Report, step: (answer: unknown, i: number) => unknown): Answer =>
  "ok" in answer && Array.isArray(answer.ok) && steps.length > 0 ? { ok: answer.ok.map(step) } : answer

const isWriteZero = (answer: unknown): boolean =>
  isRecord(answer) && isRecord(answer["error"]) && answer["error"]["reason"] === "WriteZero"

/** Writing zero bytes succeeds in newer editions. The judge fails with `WriteZero`. */
export const writingNothing: Difference = {
  reason: "writing zero bytes is not a failure",
  applies: writesNothing,
  expected: (testCase, judge) => {
    if (!isWriteZero(judge.answer)) {
      return { ...judge, answer: withSteps(testCase, judge, (step) => isWriteZero(step) ? { ok: null } : step) }
    }
    const [written = "", ...more] = (testCase.chunks ?? []).filter((chunk) => chunk !== "")
    // The chunks after the empty one are written too.
    const changes = judge.changes.map((line) =>
      line.startsWith("+") ? line.replace(`${written}"`, `${[written, ...more].join("")}"`) : line
    )
    return { ...judge, answer: { ok: null }, changes }
  },
  operations: (operation) =>
    operation.method === "file" && operation.args[1] === "writeAll" && operation.args[2] === "",
  questions: (name) => name.endsWith(".writeAll nothing") || /^sink\(.*,0,/.test(name)
}

/** A seek to a negative position fails in newer editions. The judge only fails when the position is used. */
export const seekingBeforeTheStart: Difference = {
  reason: "a seek to a negative position fails, and the position does not change",
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

/**
 * Node has changed since version 20, and the judge corrects that. A file system over Node's own returns Node's answer.
 */
const ofNewerNode: Difference = {
  reason: "the answer comes from the underlying file system",
  applies: isOfNewerNode,
  operations: isOfNewerNode
}

/** The differences of `RootFileSystem` over Node's own file system, in addition to those of its edition. */
export const overNode: ReadonlyArray<Difference> = Number.parseInt(process.versions.node) > 20 ? [ofNewerNode] : []
