/**
 * The roots of processes, to which `/proc/<pid>/root` leads (`proc_pid_root(5)`), and the errors of opening them.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/processRoot.js"

/**
 * Returns the path to open as the root of a process. Do not resolve the path first: reading it as a link may return
 * `/`, which is the caller's own root.
 *
 * @since 0.1.0
 * @category getters
 */
export const path: (pid: number) => string = internal.path

/**
 * The reason why the root of a process cannot be used.
 *
 * @since 0.1.0
 * @category models
 */
export type Why = "NotFound" | "Zombie" | "NotPermitted"

/**
 * Finds out why opening the root of a process failed, from the errno and the state of the process. `state` is the state
 * letter from `/proc/<pid>/stat` (`R`, `S`, `Z`, …), or `undefined` if there is no such process. Returns `undefined` if
 * the error is not about the process.
 *
 * @since 0.1.0
 * @category getters
 */
export const why: (code: string, state: string | undefined) => Why | undefined = internal.why

/**
 * Returns the errno of an error about a process. It is ESRCH if there is no such process, even if opening its root
 * failed with another errno.
 *
 * @since 0.1.0
 * @category getters
 */
export const codeOf: (why: Why, code: string) => string = internal.codeOf

/**
 * Returns an error message that says what is wrong and what to do, with the errno.
 *
 * @since 0.1.0
 * @category rendering
 */
export const message: (pid: number, why: Why, code: string) => string = internal.message
