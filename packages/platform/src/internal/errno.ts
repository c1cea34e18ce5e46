/** Errnos and the reasons of a `SystemError`, and the errno in any error of a file system. */
import type { SystemErrorReason } from "@effect/platform/Error"
import { isRecord } from "effect/Predicate"

/** Errnos and reasons that correspond to each other. */
const exact: ReadonlyArray<readonly [errno: string, reason: SystemErrorReason]> = [
  ["EACCES", "PermissionDenied"],
  ["EBUSY", "Busy"],
  ["EEXIST", "AlreadyExists"],
  ["ENOENT", "NotFound"]
]

const reasons: ReadonlyMap<string, SystemErrorReason> = new Map([
  ...exact,
  ["EISDIR", "BadResource"],
  ["ELOOP", "BadResource"],
  ["ENOTDIR", "BadResource"]
])

/**
 * As `@effect/platform-node` maps them.
 *
 * @internal
 */
export const reasonOf = (errno: string): SystemErrorReason => reasons.get(errno) ?? "Unknown"

/** The errno for a reason, if the error has nothing more precise. */
const errnos: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...exact.map(([errno, reason]) => [reason, errno] as const),
  ["TimedOut", "ETIMEDOUT"],
  ["UnexpectedEof", "EIO"],
  ["WouldBlock", "EAGAIN"],
  ["WriteZero", "EIO"]
])

/**
 * The errno that the error itself carries: Node's `code`, or the `code` of what a `PlatformError` was made from. A fake
 * may carry none.
 *
 * @internal
 */
export const exactErrno = (error: unknown): string | undefined => {
  // These errors come from elsewhere, so one may be its own cause.
  const seen = new Set<unknown>()
  for (let at = error; isRecord(at) && !seen.has(at); at = at["cause"]) {
    if (typeof at["code"] === "string") return at["code"]
    seen.add(at)
  }
  return undefined
}

/** @internal */
export const errnoOf = (error: unknown): string | undefined =>
  exactErrno(error) ?? (isRecord(error) ? errnos.get(error["reason"]) : undefined)
