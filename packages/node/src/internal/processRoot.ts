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
export const whyUnavailable = (
  pid: number,
  error: Pick<Unavailable, "code" | "reason">
): "NotFound" | "Zombie" | "NotPermitted" | undefined => {
  // These errors say nothing about the process.
  if (error.reason !== undefined || isExhausted(error)) return undefined
  const state = stateOf(pid)
  if (state === undefined) return "NotFound"
  // A zombie's root is missing, just as for a process that does not exist. Only the state tells them apart.
  if (state === "Z" || state === "X") return "Zombie"
  return error.code === "EACCES" || error.code === "EPERM" ? "NotPermitted" : undefined
}
