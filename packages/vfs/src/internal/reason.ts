/** Converts between errnos and the reasons of Effect's `SystemError`. */
import type { Reason } from "../Errno.js"
import { codeOf, fromNodeCode, hasCode } from "./errno.js"

/** Errnos and reasons that correspond to each other. */
const exact: ReadonlyArray<readonly [errno: string, reason: Reason]> = [
  ["EACCES", "PermissionDenied"],
  ["EBUSY", "Busy"],
  ["EEXIST", "AlreadyExists"],
  ["ENOENT", "NotFound"]
]

const reasons: ReadonlyMap<string, Reason> = new Map([
  ...exact,
  ["EISDIR", "BadResource"],
  ["ELOOP", "BadResource"],
  ["ENOTDIR", "BadResource"]
])

/** @internal */
export const reasonOf = (errno: string): Reason => reasons.get(errno) ?? "Unknown"

const errnos: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...exact.map(([errno, reason]) => [reason, errno] as const),
  ["TimedOut", "ETIMEDOUT"],
  ["UnexpectedEof", "EIO"],
  ["WouldBlock", "EAGAIN"],
  ["WriteZero", "EIO"]
])

/** @internal */
export const fromReason = (reason: unknown): string | undefined => errnos.get(reason)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** Matches an errno, `UNKNOWN`, which Node reports for an errno that nobody here knows, and a code of Node's own. */
const ofSystem = /^(?:E[A-Z0-9]+|UNKNOWN|ERR_\w+)$/

/** @internal */
export const inError = (error: unknown): string | undefined => {
  // Any error can be passed here, even one that is its own cause.
  const seen = new Set<unknown>()
  for (let at = error; isObject(at) && !seen.has(at); at = at["cause"]) {
    // Other libraries have codes of their own, such as `NoSuchKey` of an object store.
    const code = hasCode(at) ? codeOf(at) : ""
    if (ofSystem.test(code)) return code
    seen.add(at)
  }
  return undefined
}

/** @internal */
export const ofError = (error: unknown): string | undefined => {
  const code = inError(error)
  if (code === undefined || code === "UNKNOWN") return undefined
  return code.startsWith("ERR_") ? fromNodeCode(code) : code
}
