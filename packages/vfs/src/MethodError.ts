/**
 * What the error of a method of Effect's `FileSystem` says, as data: the same in every version of Effect. Each edition
 * turns it into its `PlatformError`.
 *
 * @since 0.1.0
 */
import type { BadArgument, Errno, Reason } from "./Errno.js"
import * as imitation from "./internal/imitate.js"
import * as internal from "./internal/methodError.js"
import type { ResolveFailure } from "./ResolveFailure.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface MethodError {
  /** `BadArgument`, or the reason of a `SystemError`. */
  readonly reason: Reason | "BadArgument"
  readonly method: string
  readonly subject: string | number
  readonly syscall: string | undefined
  readonly description: string | undefined
  readonly cause: Error | ResolveFailure | undefined
}

/**
 * What failed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failing {
  /** The method, as errors name it. */
  readonly method: string
  /** The path as the caller gave it, or the descriptor of an open file. */
  readonly subject: string | number
  /** The arguments that are text. */
  readonly texts?: ReadonlyArray<string>
}

/**
 * A failed system call, without its path.
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
 * What a `PlatformError` of a file system below says besides its cause.
 *
 * @since 0.1.0
 * @category models
 */
export interface Below {
  readonly reason?: Reason | "BadArgument" | undefined
  readonly syscall?: string | undefined
}

/**
 * The error of a failed system call. Its cause is an `Error` with `code`, `syscall` and `path`, like Node's.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromFailure: (method: string, subject: string | number, failure: Failure) => MethodError =
  internal.fromFailure

/**
 * The error for one of a file system below, without the host paths in it. One without an errno keeps its reason.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromBelow: (method: string, subject: string | number, error: unknown, below: Below) => MethodError =
  internal.fromBelow

/**
 * The error for a path that did not resolve. Its cause is the failure as seen from inside: its root is `/`.
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
 * The error for what an operation threw inside a root. `errnoOf` finds the errno in what a lookup failed with.
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
 * The error for what an operation threw, as Effect's own file system for Node reports it: paths are not explained,
 * unless a policy has refused them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const likeNode: (failing: Failing, thrown: Errno | BadArgument) => MethodError = internal.likeNode

/**
 * The error of a write that wrote nothing and reported no error.
 *
 * @since 0.1.0
 * @category constructors
 */
export const writeZero: (failing: Failing) => MethodError = internal.writeZero

/**
 * Makes errors by `imitate`, which must not run the constructor of their class: that of a schema takes several times as
 * long as an operation in memory. What `construct` makes of `sample` is compared first. If it has other properties, as it
 * may in another version, errors are made by `construct`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const imitating: <A, E extends object>(
  construct: (fields: A) => E,
  imitate: (fields: A) => E,
  sample: A
) => (fields: A) => E = imitation.imitating
