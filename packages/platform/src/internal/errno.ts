/** Finds the errno in whatever a file system throws or fails with. */
import { isRecord } from "effect/Predicate"

/** What the reasons of a `SystemError` say where nothing more precise is kept. */
const reasons: Readonly<Record<string, string>> = {
  AlreadyExists: "EEXIST",
  Busy: "EBUSY",
  NotFound: "ENOENT",
  PermissionDenied: "EACCES",
  TimedOut: "ETIMEDOUT",
  UnexpectedEof: "EIO",
  WouldBlock: "EAGAIN",
  WriteZero: "EIO"
}

/**
 * The errno that the error itself carries: Node's `code`, or the `code` of what a `PlatformError` was made from. A fake
 * may carry none.
 *
 * @internal
 */
export const exactErrno = (error: unknown): string | undefined => {
  if (!isRecord(error)) return undefined
  if (typeof error["code"] === "string") return error["code"]
  return exactErrno(error["cause"])
}

/** @internal */
export const errnoOf = (error: unknown): string | undefined =>
  exactErrno(error) ?? (isRecord(error) ? reasons[String(error["reason"])] : undefined)
