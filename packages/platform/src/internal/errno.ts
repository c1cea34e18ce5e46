import * as Errno from "@procfsroot/vfs/Errno"
import { isRecord } from "effect/Predicate"

/**
 * The errno in any error of a file system, or the one that its reason stands for.
 *
 * @internal
 */
export const errnoOf = (error: unknown): string | undefined =>
  Errno.inError(error) ?? (isRecord(error) ? Errno.fromReason(error["reason"]) : undefined)
