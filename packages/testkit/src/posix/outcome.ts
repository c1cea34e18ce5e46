/** What happens in each case: the result of every call, and what every file is like after it. */
import { type Case, pathsOf, type State, type Step, type Subject } from "./model.js"

type States = ReadonlyMap<string, State | undefined>

/** A step, or a file after a step. */
export interface Line {
  readonly text: string
  /** Which times of the file changed. */
  readonly times: string
}

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

/** The access time is only shown for calls that set it, since reading changes it on some disks. */
const changed = (step: Step, before: State, { times }: State): string => {
  const names = (["mtime", "ctime"] as const).filter((name) => times[name] !== before.times[name])
  const set = isTimed(step) && names.length > 0 ? [`atime ${times.atime} mtime ${times.mtime}`] : []
  return [...names, ...set].join(" ")
}

const fileLine = (step: Step, line: string, before: State | undefined, after: State | undefined): Line => {
  if (after === undefined) return { text: `${line} missing`, times: "" }
  const { gid, mode, nlink, size, uid } = after
  return {
    text: `${line} ${mode.toString(8)} ${uid}:${gid} links ${nlink} size ${size ?? "-"}`,
    times: before?.ino === after.ino ? changed(step, before, after) : "another file"
  }
}

/** One line for each step of a case, and after it one for each file. `wait` is called before each step. */
export const outcome = async (subject: Subject, asked: Case, wait: () => void): Promise<ReadonlyArray<Line>> => {
  const paths = pathsOf(asked)
  const lines: Array<Line> = []
  try {
    let before = await statesOf(subject, paths)
    for (const step of asked.steps) {
      wait()
      const line = `${step.call[0]}: ${await attempt(subject, step)}`
      lines.push({ text: line, times: "" })
      const after = await statesOf(subject, paths)
      for (const path of paths) {
        lines.push(fileLine(step, `${line} ${path.slice(0, 40)}`, before.get(path), after.get(path)))
      }
      before = after
    }
  } finally {
    await subject.dispose()
  }
  return lines
}
