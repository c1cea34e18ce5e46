/** Measures how much memory a process has needed. */
import { readFileSync } from "node:fs"

/**
 * The peak of resident memory in megabytes (`VmHWM` in `proc_pid_status(5)`). The kernel keeps it, so it can be read at
 * any time until the process ends; then it is 0. The `maxRSS` of `getrusage(2)` is useless for a child, since it starts
 * with the peak of the process that started it.
 */
export const peakOf = (pid: number | "self"): number =>
  Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1_024
