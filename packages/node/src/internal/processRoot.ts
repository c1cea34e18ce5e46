/** Why the root directory of a process cannot be opened. */
import { type Why, why } from "@procfsroot/vfs/ProcessRoot"
import type { Unavailable } from "../Root.js"
import { isExhausted } from "./errnoError.js"
import { stateOf } from "./procStat.js"

/** Any error means that procfs does not show the process. */
const stateIfShown = (pid: number): string | undefined => {
  try {
    return stateOf(pid)
  } catch {
    return undefined
  }
}

/** @internal */
export const whyUnavailable = (pid: number, error: Pick<Unavailable, "code" | "reason">): Why | undefined =>
  // These errors do not depend on the process.
  error.reason !== undefined || isExhausted(error) ? undefined : why(error.code, stateIfShown(pid))
