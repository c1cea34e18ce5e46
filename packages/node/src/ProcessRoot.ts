/**
 * The roots of processes, to which `/proc/<pid>/root` leads (`proc_pid_root(5)`), and the errors of opening them.
 *
 * @since 0.1.0
 */
import type { Handle } from "@procfsroot/vfs/Handle"
import * as rules from "@procfsroot/vfs/ProcessRoot"
import * as mounts from "./internal/mounts.js"
import * as internal from "./internal/processRoot.js"
import type { Unavailable } from "./Root.js"

/**
 * Returns the path to open as the root of a process. Do not resolve the path first: reading it as a link may return
 * `/`, which is the caller's own root.
 *
 * @since 0.1.0
 * @category getters
 */
export const path: (pid: number) => string = rules.path

/**
 * Like `path`. But if the first thread of the process has ended before others, it returns the path of another thread,
 * since the root of the process itself cannot be opened then.
 *
 * @since 0.1.0
 * @category getters
 */
export const find: (pid: number) => string = internal.find

/**
 * Holds the mount namespace of a process open until the handle is closed. `process` is the directory of the process in
 * procfs. When the last process in a mount namespace has ended, the kernel unmounts everything below its root
 * (`put_mnt_ns` in `fs/namespace.c`): a volume would then look empty, and a write to it would go to the directory below
 * it. Call it before the root is opened. A root that is opened by `/proc/<pid>/root` does this itself.
 *
 * Returns `undefined` if the process has no such file. If that is because it has ended, its root cannot be opened either.
 * Throws the error of `open(2)` if no descriptor or memory is free.
 *
 * @since 0.1.0
 * @category constructors
 */
export const holdMounts: (process: string) => Handle<number> | undefined = mounts.holdMounts

/**
 * The reason why the root of a process cannot be used.
 *
 * @since 0.1.0
 * @category models
 */
export type Why = rules.Why

/**
 * Returns the reason why the root of a process could not be opened: there is no such process, it is a zombie, which has
 * no root, or the caller may not trace it (`ptrace(2)`). Returns `undefined` for any other reason.
 *
 * @since 0.1.0
 * @category getters
 */
export const whyUnavailable: (
  pid: number,
  error: Pick<Unavailable, "code" | "reason">
) => Why | undefined = internal.whyUnavailable

/**
 * Returns an error message that says what is wrong and what to do, with the errno.
 *
 * @since 0.1.0
 * @category rendering
 */
export const message: (pid: number, why: Why, code: string) => string = rules.message
