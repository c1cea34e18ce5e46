/**
 * The reasons why a path does not resolve in a root, as plain data and as error messages. Each edition turns them into
 * its own errors.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { BadArgument, Errno } from "./Errno.js"
import * as messages from "./internal/messages.js"
import * as internal from "./internal/resolveFailure.js"

/**
 * The fields of every failure. `at` is a path inside the root, never a host path.
 *
 * @since 0.1.0
 * @category models
 */
export interface Details {
  /** The path of the root, as the caller passed it. For a root in a root, the path of its directory. */
  readonly root: string
  /** The path as it was passed. */
  readonly path: string
  /** The path inside the root at which the problem is. */
  readonly at: RootedPath
}

/**
 * A failure with its errno. The module `ResolveError` of each edition explains them.
 *
 * @since 0.1.0
 * @category models
 */
export type ResolveFailure =
  & Details
  & (
    | { readonly _tag: "PathNotFound"; readonly code: "ENOENT" }
    | { readonly _tag: "NotADirectory"; readonly code: "ENOTDIR" }
    | { readonly _tag: "SymlinkLoop"; readonly code: "ELOOP"; readonly cycle: ReadonlyArray<RootedPath> }
    | { readonly _tag: "TooManySymlinks"; readonly code: "ELOOP"; readonly limit: number }
    | { readonly _tag: "SymlinkForbidden"; readonly code: "ELOOP"; readonly by: "policy" | "mount" }
    | { readonly _tag: "EscapesRoot"; readonly code: "EXDEV"; readonly via?: RootedPath }
    | { readonly _tag: "CrossesMount"; readonly code: "EXDEV"; readonly known: boolean }
    | { readonly _tag: "MagicLink"; readonly code: "EXDEV"; readonly target: string }
    | { readonly _tag: "AccessDenied"; readonly code: "EACCES" | "EPERM"; readonly cause?: unknown }
    | { readonly _tag: "NameTooLong"; readonly code: "ENAMETOOLONG"; readonly cause?: unknown }
    | { readonly _tag: "InvalidPath"; readonly code: "EINVAL" | "EILSEQ" }
    | { readonly _tag: "RootClosed"; readonly code: "EBADF" }
    | { readonly _tag: "LookupFailed"; readonly code: string; readonly cause: unknown }
  )

/**
 * Creates the failure for `path` in the root called `root`, from the outcome of its walk. `errnoOf` returns the errno
 * of the error that a lookup failed with.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromOutcome: (
  root: string,
  path: string,
  outcome: Pick<Walk.Unresolved, "at" | "reason">,
  errnoOf: (cause: unknown) => string | undefined
) => ResolveFailure = internal.fromOutcome

/**
 * Returns the failure for a path that is refused before anything is looked up, as in the kernel: it contains a NUL, has
 * more than 4,095 bytes, or cannot be encoded as bytes. Returns `undefined` for all other paths. Throws a `TypeError` if
 * the path is not a string, which only a program without types can pass.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refused: (root: string, path: string) => ResolveFailure | undefined = internal.refused

/**
 * Creates the failure for a path in a closed root.
 *
 * @since 0.1.0
 * @category constructors
 */
export const closed: (root: string, path: string) => ResolveFailure & { readonly _tag: "RootClosed" } = internal.closed

/**
 * Returns the failure of a path in the root `/`, if an operation failed because the path did not resolve. `texts` are
 * the arguments of the operation that are strings.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromThrown: (
  thrown: Errno | BadArgument,
  texts: ReadonlyArray<string>,
  errnoOf: (cause: unknown) => string | undefined
) => ResolveFailure | undefined = internal.fromThrown

/**
 * Returns `true` if a value is a `ResolveFailure`.
 *
 * @since 0.1.0
 * @category guards
 */
export const isResolveFailure: (u: unknown) => u is ResolveFailure = internal.isResolveFailure

/**
 * Returns the failure without host paths, for programs inside the root: the root is `/`, and the cause has only its
 * errno.
 *
 * @since 0.1.0
 * @category constructors
 */
export const withoutHostPaths: (failure: ResolveFailure, path: string) => ResolveFailure = internal.withoutHostPaths

/**
 * Returns an error message that says what happened and where, with the errno.
 *
 * @since 0.1.0
 * @category rendering
 */
export const message: (failure: ResolveFailure) => string = messages.unresolved

/**
 * Returns an error message for a root that cannot be used. `reason` replaces the text for the errno.
 *
 * @since 0.1.0
 * @category rendering
 */
export const unavailable: (root: string, code: string, reason?: string) => string = messages.unavailable

/**
 * Returns an error message for a tree that no file system can contain.
 *
 * @since 0.1.0
 * @category rendering
 */
export const invalidTree: (path: string, why: string) => string = messages.invalidTree

/**
 * Quotes a path for printing. Puts it in double quotes, and escapes characters that are invisible or could garble a
 * terminal, as in JSON.
 *
 * @since 0.1.0
 * @category rendering
 */
export const quote: (path: string) => string = messages.quote

/**
 * Runs `make`, which creates an error, without capturing a stack trace. Capturing a stack trace takes eight times as
 * long as the rest.
 *
 * @since 0.1.0
 * @category running
 */
export const withoutStack: <A>(make: () => A) => A = internal.withoutStack
