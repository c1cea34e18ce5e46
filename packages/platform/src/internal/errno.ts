/** Finds the errno in whatever a file system throws or fails with. */
import { isRecord } from "effect/Predicate"

/** What the reasons of a `SystemError` say where nothing more precise is kept. */
const reasons: ReadonlyMap<unknown, string> = new Map([
  ["AlreadyExists", "EEXIST"],
  ["Busy", "EBUSY"],
  ["NotFound", "ENOENT"],
  ["PermissionDenied", "EACCES"],
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
  // Somebody else made these errors: one may be its own cause.
  const seen = new Set<unknown>()
  for (let at = error; isRecord(at) && !seen.has(at); at = at["cause"]) {
    if (typeof at["code"] === "string") return at["code"]
    seen.add(at)
  }
  return undefined
}

/** @internal */
export const errnoOf = (error: unknown): string | undefined =>
  exactErrno(error) ?? (isRecord(error) ? reasons.get(error["reason"]) : undefined)
