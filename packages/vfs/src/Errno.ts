/**
 * Failures as plain data. Operations throw them, and each edition turns them into its own errors.
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
 * A failed system call. Other kinds of file systems, such as a tree in memory, fail with the same errnos.
 *
 * @since 0.1.0
 * @category models
 */
export interface Errno {
  readonly _tag: "Errno"
  /** `ENOENT`, `EEXIST`, … */
  readonly code: string
  /** The name of the system call, as in Node's errors: `open`, `scandir`, … */
  readonly syscall: string | undefined
  /** The paths passed to the system call, as paths inside the root. */
  readonly paths: ReadonlyArray<string>
  /** The error of the file system itself, if it says more than a code. */
  readonly cause: unknown
  /** The path that did not resolve, if the operation failed for that reason. */
  readonly unresolved: Unresolved | undefined
  /** Set if Node reports this failure with a code of its own, as `fs.cp` and `fs.rm` do. */
  readonly detail: Detail | undefined
}

/**
 * A path that did not resolve, and the outcome of its walk. `outcome` is `undefined` if there was no walk, because the
 * path is empty or too long.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unresolved {
  readonly path: string
  readonly outcome: Pick<Walk.Failed<unknown>, "at" | "reason"> | undefined
  /** The failure that a `Root` reported, where there is no outcome of a walk. */
  readonly failure?: ResolveFailure
}

/**
 * The parts of an error message that only Node has: a code such as `ERR_FS_CP_EINVAL`, a heading and a reason.
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
 * An argument that was refused before any file was looked up: a text that contains a NUL or cannot be encoded as bytes,
 * or a number out of range.
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
 * A write that took no bytes and reported no error. There is no errno for this.
 *
 * @since 0.1.0
 * @category models
 */
export interface WriteZero {
  readonly _tag: "WriteZero"
}

/**
 * Returns `true` if an operation threw a `WriteZero`.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isWriteZero: (thrown: unknown) => thrown is WriteZero = internal.isWriteZero

/**
 * Returns `true` if an operation threw an `Errno`.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isErrno: (thrown: unknown) => thrown is Errno = internal.isErrno

/**
 * Returns `true` if an operation threw a `BadArgument`.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isBadArgument: (thrown: unknown) => thrown is BadArgument = internal.isBadArgument

/**
 * Creates a failure with an errno, for `InodeOperations` to throw.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (code: string, cause?: unknown) => Errno = internal.make

/**
 * Restores a failure from its fields, for example after a worker thread has posted them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFields: (fields: Errno | BadArgument | WriteZero) => Errno | BadArgument | WriteZero =
  internal.fromFields

/**
 * Returns `true` for a value that has a code, as the errors of Node's functions have.
 *
 * @since 0.1.0
 * @category refinements
 */
export const hasCode: (value: unknown) => value is { readonly code: string; readonly errno?: unknown } =
  internal.hasCode

/**
 * Returns the name of the errno of an error that Node created, usually its `code`. But libuv does not know every errno
 * that Linux's file systems return, such as `EDQUOT` and `ESTALE`. For these errnos, Node's `code` is `UNKNOWN`, with
 * the number in `errno`, or `Unknown system error -122`.
 *
 * @since 0.1.0
 * @category conversions
 * @example
 * import * as Errno from "@procfsroot/vfs/Errno"
 *
 * Errno.codeOf({ code: "UNKNOWN", errno: -122 }) // "EDQUOT"
 */
export const codeOf: (error: { readonly code: string; readonly errno?: unknown }) => string = internal.codeOf

/**
 * Creates the `Error` that Node would throw for this failure. It has a `code`, and for an `Errno` also `errno`,
 * `syscall`, `path` and `dest`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toError: (failure: Errno | BadArgument) => Error = internal.toError

/**
 * Sets the cause of an error like the option of its constructor, as a property that is not enumerable, and returns the
 * error.
 *
 * @since 0.1.0
 * @category conversions
 */
export const withCause: <E extends Error>(error: E, cause: unknown) => E = internal.withCause

/**
 * The reasons that a `SystemError` of Effect can have.
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
 * Returns the reason that Effect's own file system for Node reports for an errno.
 *
 * @since 0.1.0
 * @category conversions
 */
export const reasonOf: (errno: string) => Reason = reason.reasonOf

/**
 * Returns the errno for a reason, for errors that do not carry an errno. Returns `undefined` for a reason that does not
 * stand for one errno.
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromReason: (reason: unknown) => string | undefined = reason.fromReason

/**
 * Returns the `code` of an error, or of the nearest of its causes that has one. The code is an errno, or a code that
 * only Node has, such as `ERR_INVALID_ARG_VALUE`. Codes of other libraries are skipped. Returns `undefined` if there is
 * no code, as in the errors of many fakes.
 *
 * @since 0.1.0
 * @category conversions
 */
export const inError: (error: unknown) => string | undefined = reason.inError

/**
 * Returns the errno of an error: its `code`, or the errno that `fromNodeCode` finds for a code such as `ERR_FS_EISDIR`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const ofError: (error: unknown) => string | undefined = reason.ofError
