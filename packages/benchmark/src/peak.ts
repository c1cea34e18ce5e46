/** How much memory a process has needed. */
import { readFileSync } from "node:fs"

/**
 * Megabytes of resident memory at their highest (`VmHWM` in `proc_pid_status(5)`), which the kernel keeps, so that any
 * late look sees it; a process that has just ended shows none. The `maxRSS` of `getrusage(2)` does not measure a child:
 * it begins with the peak of the process that started it.
 */
export const peakOf = (pid: number | "self"): number =>
  Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1_024
