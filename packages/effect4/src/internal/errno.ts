import * as Errno from "@procfsroot/vfs/Errno"
import { isPlatformError } from "effect/PlatformError"

/**
 * The errno in any error of a file system, or the errno that corresponds to its reason.
 *
 * @internal
 */
export const errnoOf = (error: unknown): string | undefined =>
  Errno.inError(error) ?? (isPlatformError(error) ? Errno.fromReason(error.reason._tag) : undefined)
