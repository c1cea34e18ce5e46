/**
 * Why the root of a process cannot be used.
 *
 * @since 0.1.0
 */
import type * as error from "@procfsroot/platform/WormholeError"

export {
  /**
   * The process has ended, but its parent has not waited for it. It has no root any more.
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
   * The process exists, but the caller may not open its root, which needs permission to trace it: the same user and no
   * more capabilities, or CAP_SYS_PTRACE (`PTRACE_MODE_READ_FSCREDS` in `ptrace(2)`, `proc(5)`).
   *
   * @since 0.1.0
   * @category errors
   */
  ProcessNotPermitted
} from "@procfsroot/platform/WormholeError"

/**
 * Why the root of a process cannot be used; `RootUnavailable` for any other reason.
 *
 * @since 0.1.0
 * @category errors
 */
export type WormholeError = error.WormholeError
