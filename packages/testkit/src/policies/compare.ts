/** Compares random operations on a file system that has a policy with those on a twin of its tree. */
import type { PlainFileSystem } from "../edition.js"
import { PlainFailure } from "../edition.js"
import type { InTree } from "../differential.js"
import type { TreeSpec } from "../tree.js"
import { type Arguments, methods, newerMethods } from "./methods.js"
import { linesOf, Twin } from "./twin.js"

export interface Subject {
  readonly fs: PlainFileSystem
  /** All files, in the format of `linesOf`. */
  readonly lines: () => Promise<ReadonlyArray<string>>
  readonly close: () => Promise<void>
}

/** The result of an operation: its value, or the errno. */
const outcomeOf = async (run: () => unknown): Promise<string> => {
  try {
    return `ok ${String(await run())}`
  } catch (error) {
    if (error instanceof PlainFailure && error.code !== undefined) return error.code
    if (!(error instanceof Error) || error instanceof PlainFailure || !("code" in error)) throw error
    return String(error.code)
  }
}

export interface Report {
  /** How often each method was compared. */
  readonly compared: Map<string, number>
  /** How often each error was the result. */
  readonly errors: Map<string, number>
  readonly wrong: Array<unknown>
}

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)

/** How often each path is used, each time with another method. */
export const ROUNDS = 3

/** Compares operations in one tree. Uses the methods in turn, starting with number `first`. */
export const compare = async (
  open: (tree: TreeSpec) => Promise<Subject>,
  judged: InTree,
  tree: TreeSpec,
  paths: ReadonlyArray<string>,
  first: number,
  report: Report
): Promise<void> => {
  using twin = new Twin(tree, judged)
  const { close, fs, lines } = await open(tree)
  const all = Object.entries(fs.newer === undefined ? methods : { ...methods, ...newerMethods })
  const done: Array<unknown> = []
  try {
    for (let i = 0; i < paths.length * ROUNDS; i++) {
      const path = paths[i % paths.length] ?? ""
      const method = all[(first + i) % all.length]
      if (method === undefined) continue
      const [name, { judge, subject }] = method
      const args: Arguments = { path, other: paths[(i * 7 + first + 1) % paths.length] ?? "", k: first + i }
      const expected = await outcomeOf(() => judge(twin, args))
      const answer = await outcomeOf(() => subject(fs, args))
      count(report.compared, name)
      if (!expected.startsWith("ok")) count(report.errors, expected)
      done.push([name, args, answer])
      if (answer !== expected) {
        report.wrong.push({ tree, judged, done, name, args, expected, answer })
        return
      }
    }
    const [there, here] = [linesOf(twin.path), await lines()]
    if (there.join("\n") !== here.join("\n")) report.wrong.push({ tree, judged, done, there, here })
  } finally {
    await close()
  }
}
