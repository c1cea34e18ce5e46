/**
 * The roots of processes, which `/proc/<pid>/root` leads to (`proc_pid_root(5)`).
 *
 * @since 0.1.0
 */
import * as rules from "@procfsroot/vfs/ProcessRoot"
import * as internal from "./internal/processRoot.js"
import type { Unavailable } from "./Root.js"

/**
 * The path to open as the root of a process. It must not be resolved before: as a link, it reads as the caller's own
 * `/`.
 *
 * @since 0.1.0
 * @category getters
 */
export const path: (pid: number) => string = rules.path

/**
 * Why the root of a process cannot be used.
 *
 * @since 0.1.0
 * @category models
 */
export type Why = rules.Why

/**
 * Why the root of a process could not be opened: there is no such process, it has ended but its parent has not waited
 * for it (a zombie has no root), or tracing it is not permitted (`ptrace(2)`). `undefined` for any other reason.
 *
 * @since 0.1.0
 * @category getters
 */
export const whyUnavailable: (
  pid: number,
  error: Pick<Unavailable, "code" | "reason">
) => Why | undefined = internal.whyUnavailable

/**
 * A sentence for people: what is wrong, what to do, and the errno.
 *
 * @since 0.1.0
 * @category rendering
 */
export const message: (pid: number, why: Why, code: string) => string = rules.message
