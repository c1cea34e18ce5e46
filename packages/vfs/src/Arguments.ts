/**
 * Checks of the arguments of operations, before anything is looked up. Each throws a `BadArgument` if Node would refuse
 * the argument, abort the process, or use another value instead.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/arguments.js"

/**
 * Texts must contain no NUL, and must be encodable as bytes.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkTexts: (texts: ReadonlyArray<string>) => void = internal.checkTexts

/**
 * A mode must be a whole number from 0 to 0x7fffffff.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkMode: (mode: number) => void = internal.checkMode

/**
 * The ids of a user and a group; −1 keeps the file's id (`chown(2)`).
 *
 * @since 0.1.0
 * @category checks
 */
export const checkIds: (uid: number, gid: number) => void = internal.checkIds

/**
 * Times must be finite numbers or dates. An invalid date is refused later, by the system call.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkTimes: (...times: ReadonlyArray<Date | number>) => void = internal.checkTimes

/**
 * The length for truncating a file; negative ones count as 0.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkLength: (length: number) => void = internal.checkLength

/**
 * Checks how many bytes one call is to read: at most 2^31 − 1.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkReadSize: (size: number) => void = internal.checkReadSize

/**
 * A number of bytes or a position in a file. `name` is shown in the error.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkCount: (count: number, name: string) => void = internal.checkCount
