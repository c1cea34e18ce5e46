/**
 * The errors of opening the root of a process.
 *
 * @since 0.1.0
 */
import { message, type Why } from "@procfsroot/vfs/ProcessRoot"
import * as Data from "effect/Data"
import type { RootUnavailable } from "./ResolveError.js"

export type { Why } from "@procfsroot/vfs/ProcessRoot"

/**
 * There is no process with this PID that the caller can see: it has ended, it is in another PID namespace, or procfs
 * hides it (`hidepid` in `proc(5)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessNotFound extends Data.TaggedError("ProcessNotFound")<{ readonly pid: number }> {
  readonly code = "ESRCH"
  override get message(): string {
    return message(this.pid, "NotFound", this.code)
  }
}

/**
 * The process is a zombie: it has ended, and its parent has not waited for it. It no longer has a root.
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessIsZombie extends Data.TaggedError("ProcessIsZombie")<{ readonly pid: number }> {
  readonly code = "ESRCH"
  override get message(): string {
    return message(this.pid, "Zombie", this.code)
  }
}

/**
 * The process exists, but the caller may not open its root. The caller must be permitted to trace the process: the
 * process has the same user and no more capabilities than the caller, or the caller has CAP_SYS_PTRACE
 * (`PTRACE_MODE_READ_FSCREDS` in `ptrace(2)`, `proc(5)`).
 *
 * @since 0.1.0
 * @category errors
 */
export class ProcessNotPermitted extends Data.TaggedError("ProcessNotPermitted")<{
  readonly pid: number
  readonly code: "EACCES" | "EPERM"
}> {
  override get message(): string {
    return message(this.pid, "NotPermitted", this.code)
  }
}

/**
 * Any error of opening the root of a process. `RootUnavailable` stands for every reason that is not about the process.
 *
 * @since 0.1.0
 * @category errors
 */
export type WormholeError = ProcessNotFound | ProcessIsZombie | ProcessNotPermitted | RootUnavailable

/**
 * Creates the error for a reason. `code` is the errno of the failed system call.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (pid: number, why: Why, code: string): WormholeError => {
  switch (why) {
    case "NotFound":
      return new ProcessNotFound({ pid })
    case "Zombie":
      return new ProcessIsZombie({ pid })
    case "NotPermitted":
      return new ProcessNotPermitted({ pid, code: code === "EPERM" ? "EPERM" : "EACCES" })
  }
}
