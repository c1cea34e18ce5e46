/** Reads what procfs shows of a process or a thread (`proc_pid_stat(5)`). */
import { readFileSync } from "node:fs"

/**
 * The fields of `stat` after the name, which is in parentheses and can itself contain some, and spaces. Throws Node's
 * errors.
 */
const fieldsAfterName = (pid: number | string): ReadonlyArray<string> => {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
}

/**
 * The state of a process or a thread, as a letter.
 *
 * @internal
 */
export const stateOf = (pid: number | string): string | undefined => fieldsAfterName(pid)[0]

/**
 * When a process or thread was started, in ticks since the machine was started.
 *
 * @internal
 */
export const startOf = (pid: number | string): string | undefined => fieldsAfterName(pid)[19]
