/**
 * What the kernel takes for a path at all, whatever is there.
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
 * Whether a text stands for bytes: well-formed, or with lone surrogates that `SurrogateEscape` made.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isEncodable: (text: string) => boolean = internal.isEncodable

/**
 * The largest mode: Node ends the process by an assertion in C++ where a mode takes the 32nd bit.
 *
 * @since 0.1.0
 * @category constants
 */
export const MAX_MODE: number = internal.MAX_MODE

/**
 * `(uid_t) -1`, which `chown(2)` takes for no id.
 *
 * @since 0.1.0
 * @category constants
 */
export const NO_ID: number = internal.NO_ID
