/**
 * Why the root of a process cannot be used.
 *
 * @since 0.1.0
 */
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import * as Data from "effect/Data"

/**
 * There is no process of that number, as far as the caller can see: it has ended, it is in another PID namespace, or
 * procfs hides it (`hidepid` in `proc(5)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessNotFound extends Data.TaggedError("ProcessNotFound")<{ readonly pid: number }> {
  readonly code = "ESRCH"
  override get message(): string {
    return `There is no process ${this.pid} here: it has ended, or it belongs to another PID namespace (${this.code}).`
  }
}

/**
 * The process has ended and waits for its parent to take note; it has no root any more.
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessIsZombie extends Data.TaggedError("ProcessIsZombie")<{ readonly pid: number }> {
  readonly code = "ESRCH"
  override get message(): string {
    return `The process ${this.pid} is a zombie: it has ended and has no root any more (${this.code}).`
  }
}

/**
 * The process is there, but the caller may not look through its root, which takes the right to trace it: the same user
 * and no more capabilities, or CAP_SYS_PTRACE (`PTRACE_MODE_READ_FSCREDS` in `ptrace(2)`, `proc(5)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessNotPermitted extends Data.TaggedError("ProcessNotPermitted")<{
  readonly pid: number
  readonly code: "EACCES" | "EPERM"
}> {
  override get message(): string {
    return `The root of the process ${this.pid} cannot be opened: that takes the right to trace it, which the user it ` +
      `runs as has unless it is protected, and whoever has CAP_SYS_PTRACE, as root (${this.code}).`
  }
}

/**
 * Why the root of a process cannot be used; `RootUnavailable` for what is none of the others.
 *
 * @since 0.1.0
 * @category errors
 */
export type WormholeError = ProcessNotFound | ProcessIsZombie | ProcessNotPermitted | RootUnavailable
