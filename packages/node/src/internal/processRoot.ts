/** Finds the root directory of a process, and why it cannot be opened. */
import { path, type Why, why } from "@procfsroot/vfs/ProcessRoot"
import { hasCode } from "@procfsroot/vfs/Errno"
import { readdirSync } from "node:fs"
import type { Unavailable } from "../Root.js"
import { isExhausted } from "./errnoError.js"
import { stateOf } from "./procStat.js"

/** A process or a thread, by its name below `/proc`. */
interface Shown {
  readonly name: string
  /** `undefined` if procfs does not show it. */
  readonly state: string | undefined
}

/** In place of the state of a process that exists, but which procfs hides (`hidepid=1` in `proc(5)`). */
const HIDDEN = "?"

/** Fails if no descriptor or memory is free. Any other error means that procfs does not show it. */
const shown = (name: string): Shown => {
  try {
    return { name, state: stateOf(name) }
  } catch (error) {
    if (isExhausted(error)) throw error
    const isHidden = hasCode(error) && ["EACCES", "EPERM"].includes(error.code)
    return { name, state: isHidden ? HIDDEN : undefined }
  }
}

/** Whether nothing but an errno could explain that its root cannot be opened. */
const hasRoot = ({ state }: Shown): boolean => why("", state) === undefined

const threadsOf = (pid: number): ReadonlyArray<string> => {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch (error) {
    if (isExhausted(error)) throw error
    return []
  }
}

/**
 * The process, or another of its threads if the first one has ended: it is then a zombie until all have ended. The
 * kernel shows a thread there only if it is one of this process, so none of a later process can be meant.
 */
const runningIn = (pid: number): Shown => {
  const process = shown(String(pid))
  if (process.state === undefined || hasRoot(process)) return process
  for (const thread of threadsOf(pid)) {
    const found = shown(`${pid}/task/${thread}`)
    if (hasRoot(found)) return found
  }
  return process
}

/** Returns `undefined` if no descriptor or memory was free to find out. */
const findRunning = (pid: number): Shown | undefined => {
  try {
    return runningIn(pid)
  } catch (error) {
    if (isExhausted(error)) return undefined
    throw error
  }
}

/** @internal */
export const find = (pid: number): string => {
  const own = path(pid)
  const name = findRunning(pid)?.name ?? String(pid)
  return name === String(pid) ? own : `/proc/${name}/root`
}

/** @internal */
export const whyUnavailable = (pid: number, error: Pick<Unavailable, "code" | "reason">): Why | undefined => {
  // These errors do not depend on the process.
  if (error.reason !== undefined || isExhausted(error)) return undefined
  const process = findRunning(pid)
  return process && why(error.code, process.state)
}
