/** Makes the errors of `Root` from failed walks. */
import * as ResolveFailure from "@procfsroot/vfs/ResolveFailure"
import { fromFailure, type ResolveError } from "../ResolveError.js"
import { errnoOf } from "./errno.js"

type Why = Parameters<typeof ResolveFailure.fromOutcome>[2]

/** @internal */
export const fromFailed = (root: string, path: string, outcome: Why): ResolveError =>
  fromFailure(ResolveFailure.fromOutcome(root, path, outcome, errnoOf))

/**
 * The error of a path that the kernel refuses before it looks up anything.
 *
 * @internal
 */
export const refused = (root: string, path: string): ResolveError | undefined => {
  const failure = ResolveFailure.refused(root, path)
  return failure && fromFailure(failure)
}
