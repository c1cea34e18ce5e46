/** Where file systems of Effect 4 answer otherwise than the judge, which is Node's file system of Effect 3. */
import type { Difference } from "@procfsroot/testkit/contract"
import { negative } from "@procfsroot/testkit/contract/arguments"

type Case = Parameters<Difference["applies"]>[0]
type Step = NonNullable<Case["steps"]>[number]

const writesNothing = (step: Step): boolean => step[0] === "writeAll" && step[1] === ""

/** The judge's answer for each step, but for those that write nothing. */
const steps = (taken: ReadonlyArray<Step>, ok: unknown): unknown =>
  Array.isArray(ok) ? ok.map((answer, i) => taken[i] && writesNothing(taken[i]) ? { ok: null } : answer) : ok

/** The line of the file that a sink has written to, with everything that ran into it. */
const written = (chunks: ReadonlyArray<string>) => (line: string): string =>
  line.startsWith("+") ? line.replace(new RegExp(`${chunks[0]}"$`), `${chunks.join("")}"`) : line

const writeNothing: Difference = {
  reason: "to write nothing makes no system call, where Effect 3 fails with WriteZero",
  applies: ({ chunks = [], steps = [] }) => steps.some(writesNothing) || chunks.includes(""),
  expected: ({ chunks, steps: taken }, judge) =>
    chunks === undefined
      ? { ...judge, answer: "ok" in judge.answer ? { ok: steps(taken ?? [], judge.answer.ok) } : judge.answer }
      : { ...judge, answer: { ok: null }, changes: judge.changes.map(written(chunks)) },
  operations: ({ args, method }) => method === "file" && args[1] === "writeAll" && args[2] === ""
}

/** The one case that seeks before the start and then uses the file, which is where it was. */
const seekBefore: Difference = {
  reason: "to seek before the start fails, where Effect 3 fails at the next read or write",
  applies: ({ steps }) => steps === negative,
  expected: (_, judge) => ({
    ...judge,
    answer: { ok: [{ error: { tag: "BadArgument" } }, { ok: "cont" }, { ok: "ent " }, { ok: "1" }, { ok: null }] },
    changes: [
      "+ /file File 644 own:own \"content !! /file\\n\"",
      "- /file File 644 own:own \"content of /file\\n\""
    ]
  })
}

export const differences: ReadonlyArray<Difference> = [writeNothing, seekBefore]
