import { readFileSync } from "node:fs"
import type { Why } from "../ProcessRoot.js"
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
): Why | undefined => {
  // These errors say nothing about the process.
  if (error.reason !== undefined || isExhausted(error)) return undefined
  const state = stateOf(pid)
  if (state === undefined) return "NotFound"
  // A zombie's root is missing, just as for a process that does not exist. Only the state tells them apart.
  if (state === "Z" || state === "X") return "Zombie"
  return error.code === "EACCES" || error.code === "EPERM" ? "NotPermitted" : undefined
}

/** @internal */
export const message = (pid: number, why: Why, code: string): string => {
  switch (why) {
    case "NotFound":
      return `There is no process ${pid} here: it has ended, or it belongs to another PID namespace (${code}).`
    case "Zombie":
      return `The process ${pid} is a zombie: it has ended and has no root any more (${code}).`
    case "NotPermitted":
      return `The root of the process ${pid} cannot be opened: permission denied. Run this as the process's user, or with ` +
        `CAP_SYS_PTRACE, for example as root (${code}).`
  }
}
