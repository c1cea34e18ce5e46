/**
 * Failures as data. Operations throw them, and an edition turns them into its own errors.
 *
 * @since 0.1.0
 */
import type * as Walk from "@procfsroot/path/Walk"
import type { ResolveFailure } from "./ResolveFailure.js"
import * as internal from "./internal/errno.js"
import * as reason from "./internal/reason.js"

/**
 * An error code of Linux (`errno(3)`).
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
  /** The file system's own error, if it has more than a code. */
  readonly cause: unknown
  /** The path that did not resolve, if that is why the operation failed. */
  readonly unresolved: Unresolved | undefined
  /** A refusal with one of Node's own codes, like those of `fs.cp` and `fs.rm`. */
  readonly detail: Detail | undefined
}

/**
 * A path that did not resolve, and where its walk ended. Without an outcome, the path itself was refused: it is empty
 * or too long.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unresolved {
  readonly path: string
  readonly outcome: Pick<Walk.Failed<unknown>, "at" | "reason"> | undefined
  /** What a root said instead of an outcome. */
  readonly failure?: ResolveFailure
}

/**
 * A refusal as Node words it: a code such as `ERR_FS_CP_EINVAL`, a heading and a reason.
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
 * An argument that is refused before the file system is used: text with a NUL or that cannot be encoded as bytes, or a
 * number out of range.
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
 * A write that wrote nothing and reported no error, for which there is no errno.
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
 * A failure for a file system's `InodeOperations` to throw.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (code: string, cause?: unknown) => Errno = internal.make

/**
 * The same failure from its fields, which a message from another thread can carry.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFields: (fields: Errno | BadArgument | WriteZero) => Errno | BadArgument | WriteZero =
  internal.fromFields

/**
 * The errno that a code of Node's own stands for: `EINVAL` for `ERR_FS_CP_EINVAL`. None for codes that are not refusals of
 * `fs.cp`, `fs.rm` or `fs.readFile`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromNodeCode: (code: string) => string | undefined = internal.fromNodeCode

/**
 * The `Error` that Node would have made: with `code`, and for an `Errno` with `errno`, `syscall`, `path` and `dest`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toError: (failure: Errno | BadArgument) => Error = internal.toError

/**
 * The reasons of a `SystemError` of Effect.
 *
 * @since 0.1.0
 * @category models
 */
export type Reason =
  | "AlreadyExists"
  | "BadResource"
  | "Busy"
  | "InvalidData"
  | "NotFound"
  | "PermissionDenied"
  | "TimedOut"
  | "UnexpectedEof"
  | "Unknown"
  | "WouldBlock"
  | "WriteZero"

/**
 * The reason for an errno, as Effect's file system for Node maps them.
 *
 * @since 0.1.0
 * @category conversions
 */
export const reasonOf: (errno: string) => Reason = reason.reasonOf

/**
 * The errno for a reason, for errors that have nothing more precise.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromReason: (reason: unknown) => string | undefined = reason.fromReason

/**
 * The errno that an error itself carries: Node's `code`, or the `code` of what it was made from. A fake may carry none.
 *
 * @since 0.1.0
 * @category conversions
 */
export const inError: (error: unknown) => string | undefined = reason.inError

/**
 * The errno that an error stands for: for codes of Node's own, such as `ERR_FS_EISDIR`, see `fromNodeCode`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const ofError: (error: unknown) => string | undefined = reason.ofError
