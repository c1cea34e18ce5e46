/**
 * The roots of processes, which `/proc/<pid>/root` leads to (`proc_pid_root(5)`), and why one cannot be used.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/processRoot.js"

/**
 * The path to open as the root of a process. It must not be resolved before: as a link, it reads as the caller's own
 * `/`.
 *
 * @since 0.1.0
 * @category getters
 */
export const path = (pid: number): string => `/proc/${pid}/root`

/**
 * Why the root of a process cannot be used.
 *
 * @since 0.1.0
 * @category models
 */
export type Why = "NotFound" | "Zombie" | "NotPermitted"

/**
 * What the errno of an attempt to open a root means. `state` is the letter that `/proc/<pid>/stat` shows (`R`, `S`, `Z`,
 * …), `undefined` if there is no such process. Returns `undefined` for an error that is not about the process.
 *
 * @since 0.1.0
 * @category getters
 */
export const why: (code: string, state: string | undefined) => Why | undefined = internal.why

/**
 * The errno of an error about a process: ESRCH for one that is not there, even if the kernel gave another errno for its
 * root.
 *
 * @since 0.1.0
 * @category getters
 */
export const codeOf: (why: Why, code: string) => string = internal.codeOf

/**
 * A sentence for people: what is wrong, what to do, and the errno.
 *
 * @since 0.1.0
 * @category rendering
 */
export const message: (pid: number, why: Why, code: string) => string = internal.message
