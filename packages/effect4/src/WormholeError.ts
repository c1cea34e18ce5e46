/**
 * Why the root of a process cannot be used.
 *
 * @since 0.1.0
 */
import { message, type Why } from "@procfsroot/vfs/ProcessRoot"
import * as Data from "effect/Data"
import type { RootUnavailable } from "./ResolveError.js"

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
 * The process has ended, but its parent has not waited for it. It has no root any more.
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
 * The process exists, but the caller may not open its root, which needs permission to trace it: the same user and no
 * more capabilities, or CAP_SYS_PTRACE (`PTRACE_MODE_READ_FSCREDS` in `ptrace(2)`, `proc(5)`).
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
 * Why the root of a process cannot be used; `RootUnavailable` for any other reason.
 *
 * @since 0.1.0
 * @category errors
 */
export type WormholeError = ProcessNotFound | ProcessIsZombie | ProcessNotPermitted | RootUnavailable

/**
 * The error for a reason. `code` is the errno that the kernel gave.
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
