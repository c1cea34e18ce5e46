/**
 * The errors of opening the root of a process.
 *
 * @since 0.1.0
 */
import type * as error from "../WormholeError.js"

export {
  /**
   * The process is a zombie: it has ended, and its parent has not waited for it. It no longer has a root.
   *
   * @since 0.1.0
   * @category errors
   */
  ProcessIsZombie,
  /**
   * There is no process with this PID that the caller can see: it has ended, it is in another PID namespace, or procfs
   * hides it (`hidepid` in `proc(5)`).
   *
   * @since 0.1.0
   * @category errors
   */
  ProcessNotFound,
  /**
   * The process exists, but the caller may not open its root. The caller must be permitted to trace the process: the
   * process has the same user and no more capabilities than the caller, or the caller has CAP_SYS_PTRACE
   * (`PTRACE_MODE_READ_FSCREDS` in `ptrace(2)`, `proc(5)`).
   *
   * @since 0.1.0
   * @category errors
   */
  ProcessNotPermitted
} from "../WormholeError.js"

/**
 * Any error of opening the root of a process. `RootUnavailable` stands for every reason that is not about the process.
 *
 * @since 0.1.0
 * @category errors
 */
export type WormholeError = error.WormholeError
