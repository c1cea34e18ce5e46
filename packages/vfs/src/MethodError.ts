/**
 * Errors of the methods of Effect's `FileSystem`, as plain data. They are the same in every version of Effect, and each
 * edition turns them into its `PlatformError`.
 *
 * @since 0.1.0
 */
import type { BadArgument, Errno, Reason } from "./Errno.js"
import * as imitation from "./internal/imitate.js"
import * as internal from "./internal/methodError.js"
import type { ResolveFailure } from "./ResolveFailure.js"

/**
 * The fields of a `PlatformError`.
 *
 * @since 0.1.0
 * @category models
 */
export interface MethodError {
  /** The reason of a `SystemError`, or `BadArgument`. */
  readonly reason: Reason | "BadArgument"
  readonly method: string
  readonly subject: string | number
  readonly syscall: string | undefined
  readonly description: string | undefined
  readonly cause: Error | ResolveFailure | undefined
  /** Why the path did not resolve, if the cause is an `Error`. An edition makes it the cause of that `Error`. */
  readonly unresolved?: ResolveFailure
}

/**
 * The method that failed, and what it was called with.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failing {
  /** The name of the method in errors. */
  readonly method: string
  /** The path as the caller passed it, or the descriptor of an open file. */
  readonly subject: string | number
  /** The arguments that are strings. */
  readonly texts?: ReadonlyArray<string>
}

/**
 * The errno of a failed system call, and the name of the call if it is known.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  /** The errno: `ENOENT`, `EEXIST`, … */
  readonly code: string
  readonly syscall?: string | undefined
}

/**
 * The fields of a `PlatformError` of a file system below, without its cause.
 *
 * @since 0.1.0
 * @category models
 */
export interface Below {
  readonly reason?: Reason | "BadArgument" | undefined
  readonly syscall?: string | undefined
}

/**
 * Creates the error for a failed system call. Its cause is an `Error` with `code`, `syscall` and `path`, like Node's.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFailure: (method: string, subject: string | number, failure: Failure) => MethodError =
  internal.fromFailure

/**
 * Creates the error for a failure of a file system below, without the host paths of that failure. A failure without an
 * errno keeps its reason.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromBelow: (method: string, subject: string | number, error: unknown, below: Below) => MethodError =
  internal.fromBelow

/**
 * Creates the error for a path that did not resolve. Its cause is the failure as a program inside the root sees it,
 * with `/` as the root.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromResolveFailure: (
  method: string,
  failure: ResolveFailure,
  path?: string,
  syscall?: string | undefined
) => MethodError = internal.fromResolveFailure

/**
 * Creates the error for a value that an operation inside a root threw. `errnoOf` returns the errno of the error that a
 * lookup failed with.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromThrown: (
  failing: Failing,
  thrown: Errno | BadArgument,
  errnoOf: (cause: unknown) => string | undefined
) => MethodError = internal.fromThrown

/**
 * Creates the error for a value that an operation threw, in the form of Effect's own file system for Node. Its cause is
 * an `Error` like Node's, and `unresolved` says why a path did not resolve. But if a policy refused the path, for which
 * Node has no error, the cause is the failure itself.
 *
 * @since 0.1.0
 * @category constructors
 */
export const likeNode: (failing: Failing, thrown: Errno | BadArgument) => MethodError = internal.likeNode

/**
 * Creates the error for a write that took no bytes and reported no error.
 *
 * @since 0.1.0
 * @category constructors
 */
export const writeZero: (failing: Failing) => MethodError = internal.writeZero

/**
 * Returns a function that creates errors with `imitate` where possible. `imitate` must not run the constructor of the
 * error's class, since the constructor of a schema class takes several times as long as an operation in memory. The
 * first call passes `sample` to both `construct` and `imitate`, and compares the results. If they differ, as they may
 * in another version of Effect, all errors are created with `construct`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const imitating: <A, E extends object>(
  construct: (fields: A) => E,
  imitate: (fields: A) => E,
  sample: A
) => (fields: A) => E = imitation.imitating
