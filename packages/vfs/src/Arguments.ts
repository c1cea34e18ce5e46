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

/**
 * Checks how many bytes are read at most. A bigint may be more than any file has, since programs use such a number as
 * "no limit". `name` is the name of the argument, for the error message.
 *
 * @since 0.1.0
 * @category checks
 */
export const checkMost: (most: number | bigint, name: string) => void = internal.checkMost
