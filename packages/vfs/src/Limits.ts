/**
 * Limits that apply to every file system: those of the kernel for paths and names, and how much is done at once.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/limits.js"

/**
 * The number of links that the kernel follows for one path (`MAXSYMLINKS` in `include/linux/namei.h`).
 *
 * @since 0.1.0
 * @category constants
 */
export const MAXSYMLINKS: number = internal.MAXSYMLINKS

/**
 * The size of a file, in bytes, above which freeing its content takes too long for the event loop: about 1 ms on tmpfs
 * and ext4, and up to 0.2 s for each GiB (measured).
 *
 * @since 0.1.0
 * @category constants
 */
export const SLOW_TO_FREE: number = internal.SLOW_TO_FREE

/**
 * Returns the number of lookups that a batch of paths caches: `maxRemembered`, or 100,000 if it is `undefined`. Throws
 * a `RangeError` if that is neither a whole number of at least 0 nor `Infinity`, because any other number limits
 * nothing.
 *
 * @since 0.1.0
 * @category checks
 */
export const remembered: (maxRemembered: number | undefined) => number = internal.remembered

/**
 * Returns `true` if a name has more than 255 bytes (`NAME_MAX`).
 *
 * @since 0.1.0
 * @category predicates
 */
export const isNameTooLong: (name: string) => boolean = internal.isNameTooLong

/**
 * Returns `true` if a path has more than 4,095 bytes (`PATH_MAX`, which includes the NUL at the end).
 *
 * @since 0.1.0
 * @category predicates
 */
export const isPathTooLong: (path: string) => boolean = internal.isPathTooLong

/**
 * Returns `true` if a text can be encoded as bytes, and no other text has the same bytes
 * (`SurrogateEscape.isCanonical`).
 *
 * @since 0.1.0
 * @category predicates
 */
export const isEncodable: (text: string) => boolean = internal.isEncodable
