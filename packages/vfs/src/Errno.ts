/**
 * Failures as data. Operations throw them, and an edition makes its own errors of them.
 *
 * @since 0.1.0
 */
import type * as Walk from "@procfsroot/path/Walk"
import * as internal from "./internal/errno.js"

/**
 * A code that Linux gives (`errno(3)`).
 *
 * @since 0.1.0
 * @category models
 */
export type Code = internal.Code

/**
 * A failed system call, or what would be one if the file system were the kernel's.
 *
 * @since 0.1.0
 * @category models
 */
export interface Errno {
  readonly _tag: "Errno"
  /** `ENOENT`, `EEXIST`, … */
  readonly code: string
  /** The name of the call, as Node shows it: `open`, `scandir`, … */
  readonly syscall: string | undefined
  /** The paths that the call was given, as places in the root. */
  readonly paths: ReadonlyArray<string>
  /** What the file system said, where it is more than a code. */
  readonly cause: unknown
  /** The path that did not resolve, if it is that which failed. */
  readonly unresolved: Unresolved | undefined
  /** What Node's `fs.cp` and `fs.rm` say, which have codes of their own. */
  readonly detail: Detail | undefined
}

/**
 * A path that did not resolve, and where it came to its end; without an outcome, it was refused as a path: it is empty, too
 * long, or stands for no bytes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unresolved {
  readonly path: string
  readonly outcome: Walk.Failed<unknown> | undefined
}

/**
 * A refusal of Node's `fs.cp` and `fs.rm`: `ERR_FS_CP_EINVAL`, its heading and its reason.
 *
 * @since 0.1.0
 * @category models
 */
export interface Detail {
  readonly code: string
  readonly heading: string
  readonly reason: string
}

/**
 * An argument that is refused before anything is looked at: a text with a NUL or one that stands for no bytes, a mode out of range.
 *
 * @since 0.1.0
 * @category models
 */
export interface BadArgument {
  readonly _tag: "BadArgument"
  readonly code: "EILSEQ" | "ERR_INVALID_ARG_TYPE" | "ERR_INVALID_ARG_VALUE" | "ERR_OUT_OF_RANGE"
  readonly message: string
}

/**
 * A write that took nothing and reported no error: no errno stands for it.
 *
 * @since 0.1.0
 * @category models
 */
export interface WriteZero {
  readonly _tag: "WriteZero"
}

/**
 * @since 0.1.0
 * @category refinements
 */
export const isWriteZero: (thrown: unknown) => thrown is WriteZero = internal.isWriteZero

/**
 * @since 0.1.0
 * @category refinements
 */
export const isErrno: (thrown: unknown) => thrown is Errno = internal.isErrno

/**
 * @since 0.1.0
 * @category refinements
 */
export const isBadArgument: (thrown: unknown) => thrown is BadArgument = internal.isBadArgument

/**
 * A failure of a file system's own, to be thrown by its `InodeOperations`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (code: string, cause?: unknown) => Errno = internal.make

/**
 * The `Error` that Node would have made: with `code`, and for an `Errno` with `errno`, `syscall`, `path` and `dest`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toError: (failure: Errno | BadArgument) => Error = internal.toError
