/**
 * Checks the arguments of operations before any file is looked up. Each function throws a `BadArgument` if Node would
 * refuse the argument, abort the process, or use another value instead.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/arguments.js"

/**
 * Checks that no text contains a NUL, and that each can be encoded as bytes.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkTexts: (texts: ReadonlyArray<string>) => void = internal.checkTexts

/**
 * Checks that a mode is a whole number from 0 to 0x7fffffff.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkMode: (mode: number) => void = internal.checkMode

/**
 * Checks the ids of a user and a group. The id −1 is allowed: it keeps the file's id (`chown(2)`).
 *
 * @since 0.1.0
 * @category checks
 */
export const checkIds: (uid: number, gid: number) => void = internal.checkIds

/**
 * Checks that times are finite numbers or dates. Invalid dates pass: the system call refuses them later.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkTimes: (...times: ReadonlyArray<Date | number>) => void = internal.checkTimes

/**
 * Checks the length to truncate a file to. Negative lengths are allowed and count as 0.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkLength: (length: number) => void = internal.checkLength

/**
 * Checks the number of bytes to read in one call, which is at most 2^31 − 1.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkReadSize: (size: number) => void = internal.checkReadSize

/**
 * Checks a number of bytes or a position in a file. `name` is the name of the argument, for the error message.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkCount: (count: number, name: string) => void = internal.checkCount
