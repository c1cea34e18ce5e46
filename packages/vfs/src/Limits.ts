/**
 * The kernel's limits for paths and names, which apply to every file system.
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
 * The number of lookups that a batch of paths caches by default.
 *
 * @since 0.1.0
 * @category constants
 */
export const REMEMBERED: number = internal.REMEMBERED

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
 * Returns `true` if a text can be encoded as bytes, and no other text has the same bytes: it is
 * `SurrogateEscape.isCanonical`.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isEncodable: (text: string) => boolean = internal.isEncodable
