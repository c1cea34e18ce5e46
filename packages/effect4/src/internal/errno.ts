import * as Errno from "@procfsroot/vfs/Errno"
import { isPlatformError } from "effect/PlatformError"

/**
 * The errno in any error of a file system, or the one that its reason stands for.
 *
 * @internal
 */
export const errnoOf = (error: unknown): string | undefined =>
  Errno.inError(error) ?? (isPlatformError(error) ? Errno.fromReason(error.reason._tag) : undefined)
