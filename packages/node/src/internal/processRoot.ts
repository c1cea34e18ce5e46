import { type Why, why } from "@procfsroot/vfs/ProcessRoot"
import { readFileSync } from "node:fs"
import type { Unavailable } from "../Root.js"
import { isExhausted } from "./errnoError.js"

/**
 * The letter after the command's name, which is in parentheses and may itself contain some (`/proc/pid/stat` in
 * `proc(5)`).
 */
const stateOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    return stat[stat.lastIndexOf(")") + 2]
  } catch {
    // Whatever the error, procfs does not show the process.
    return undefined
  }
}

/** @internal */
export const whyUnavailable = (pid: number, error: Pick<Unavailable, "code" | "reason">): Why | undefined =>
  // These errors say nothing about the process.
  error.reason !== undefined || isExhausted(error) ? undefined : why(error.code, stateOf(pid))
