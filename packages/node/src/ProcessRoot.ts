/**
 * The roots of processes, as `/proc/<pid>/root` leads to them (`proc_pid_root(5)`).
 *
 * @since 0.1.0
 */
import * as internal from "./internal/processRoot.js"
import type { Unavailable } from "./Root.js"

/**
 * What to open as the root of a process. It reads as the caller's own `/`, and must not be resolved before.
 *
 * @since 0.1.0
 * @category getters
 */
export const path = (pid: number): string => `/proc/${pid}/root`

/**
 * What is wrong with the process, after its root could not be opened: there is none, it has ended and waits for its parent
 * (a zombie has no root), or tracing it is not permitted (`ptrace(2)`). `undefined` where it is something else.
 *
 * @since 0.1.0
 * @category getters
 */
export const whyUnavailable: (
  pid: number,
  error: Pick<Unavailable, "code" | "reason">
) => "NotFound" | "Zombie" | "NotPermitted" | undefined = internal.whyUnavailable
