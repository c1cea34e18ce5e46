/**
 * The kernel's limits for paths, names and numbers, which apply to every file system.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/limits.js"

/**
 * How many links the kernel follows for one path (`MAXSYMLINKS` in `include/linux/namei.h`).
 *
 * @since 0.1.0
 * @category constants
 */
export const MAXSYMLINKS: number = internal.MAXSYMLINKS

/**
 * How many names a batch of paths remembers by default.
 *
 * @since 0.1.0
 * @category constants
 */
export const REMEMBERED: number = internal.REMEMBERED

/**
 * Whether a name has more than 255 bytes (`NAME_MAX`).
 *
 * @since 0.1.0
 * @category predicates
 */
export const isNameTooLong: (name: string) => boolean = internal.isNameTooLong

/**
 * Whether a path has more than 4,095 bytes (`PATH_MAX` counts the NUL).
 *
 * @since 0.1.0
 * @category predicates
 */
export const isPathTooLong: (path: string) => boolean = internal.isPathTooLong

/**
 * Whether a text can be encoded as bytes: it is well-formed, or its lone surrogates are those of `SurrogateEscape`.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isEncodable: (text: string) => boolean = internal.isEncodable
