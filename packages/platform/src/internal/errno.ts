/** Finds the errno in the errors of Effect's `FileSystem`. */
import * as Errno from "@procfsroot/vfs/Errno"
import { isRecord } from "effect/Predicate"

/**
 * The errno in any error of a file system, or the errno that corresponds to its reason.
 *
 * @internal
 */
export const errnoOf = (error: unknown): string | undefined =>
  Errno.inError(error) ?? (isRecord(error) ? Errno.fromReason(error["reason"]) : undefined)
