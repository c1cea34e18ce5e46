/** Why the root of a process cannot be opened, and the message that says so. */
import type { Why } from "../ProcessRoot.js"
import { shown } from "./messages.js"

/**
 * Refuses what is not a number, as a program in JavaScript can pass it: other text could lead to another place.
 *
 * @internal
 */
export const path = (pid: number): string => {
  if (typeof pid !== "number") throw new TypeError(`A PID must be a number, not ${shown(pid)}`)
  return `/proc/${pid}/root`
}

/** @internal */
export const why = (code: string, state: string | undefined): Why | undefined => {
  if (state === undefined) return "NotFound"
  // A zombie has no root, as if the process did not exist. Only the state shows the difference.
  if (state === "Z" || state === "X") return "Zombie"
  return code === "EACCES" || code === "EPERM" ? "NotPermitted" : undefined
}

/** @internal */
export const codeOf = (why: Why, code: string): string => why === "NotPermitted" ? code : "ESRCH"

/** @internal */
export const message = (pid: number, why: Why, code: string): string => {
  switch (why) {
    case "NotFound":
      if (!Number.isInteger(pid) || pid < 1) return `${pid} cannot be a PID (${code}).`
      return `There is no process ${pid} here: it has ended, it belongs to another PID namespace, or procfs hides it (${code}).`
    case "Zombie":
      return `The process ${pid} is a zombie: it has ended and has no root any more (${code}).`
    case "NotPermitted":
      return `The root of process ${pid} cannot be opened: permission denied; run this as the process's user, or with ` +
        `CAP_SYS_PTRACE, for example as root (${code}).`
  }
}
