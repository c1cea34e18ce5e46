/**
 * Checks of what operations are called with, before anything is looked at. Each throws a `BadArgument` where Node would
 * refuse the argument, end the process, or take it for another.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/arguments.js"

/**
 * Texts without a NUL that stand for bytes.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkTexts: (texts: ReadonlyArray<string>) => void = internal.checkTexts

/**
 * A mode, from 0 to 0x7fffffff.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkMode: (mode: number) => void = internal.checkMode

/**
 * The ids of a user and a group; −1 keeps the one that the file has (`chown(2)`).
 *
 * @since 0.1.0
 * @category checks
 */
export const checkIds: (uid: number, gid: number) => void = internal.checkIds

/**
 * Times that are finite numbers, or dates. The system call refuses a date that is not valid.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkTimes: (...times: ReadonlyArray<Date | number>) => void = internal.checkTimes

/**
 * The length that a file is cut to; one below 0 is taken for 0.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkLength: (length: number) => void = internal.checkLength

/**
 * How many bytes are read by one call, up to 2^31 − 1.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkReadSize: (size: number) => void = internal.checkReadSize

/**
 * A number of bytes, or a position in a file, with the name that the error shows.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkCount: (count: number, name: string) => void = internal.checkCount
