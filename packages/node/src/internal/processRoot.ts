/** Why the root directory of a process cannot be opened. */
import { type Why, why } from "@procfsroot/vfs/ProcessRoot"
import { readFileSync } from "node:fs"
import type { Unavailable } from "../Root.js"
import { isExhausted } from "./errnoError.js"

/**
 * The state of a process: the letter after the command's name, which is in parentheses and can itself contain some
 * (`/proc/pid/stat` in `proc(5)`).
 */
const stateOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    return stat[stat.lastIndexOf(")") + 2]
  } catch {
    // Any error means that procfs does not show the process.
    return undefined
  }
}

/** @internal */
export const whyUnavailable = (pid: number, error: Pick<Unavailable, "code" | "reason">): Why | undefined =>
  // These errors do not depend on the process.
  error.reason !== undefined || isExhausted(error) ? undefined : why(error.code, stateOf(pid))
