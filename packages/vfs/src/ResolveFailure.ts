/**
 * Why a path does not resolve in a root, as data, and in words. Each edition turns it into its own errors.
 *
 * @since 0.1.0
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { BadArgument, Errno } from "./Errno.js"
import * as messages from "./internal/messages.js"
import * as internal from "./internal/resolveFailure.js"

/**
 * The fields of every failure. `at` is a place inside the root, never a host path.
 *
 * @since 0.1.0
 * @category models
 */
export interface Details {
  /** The root, as its caller named it. */
  readonly root: string
  /** The path as it was passed. */
  readonly path: string
  /** The place of the problem, inside the root. */
  readonly at: RootedPath
}

/**
 * A failure with its errno. See `ResolveError` of the editions for what each of them means.
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
    | { readonly _tag: "SymlinkForbidden"; readonly code: "ELOOP" }
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
 * The failure of `path` in the root called `root`. `errnoOf` finds the errno in what a lookup failed with.
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
 * Why a path is refused before anything is looked up, as by the kernel: it contains a NUL, has more than 4,095 bytes,
 * or cannot be encoded as bytes. `undefined` for all other paths.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refused: (root: string, path: string) => ResolveFailure | undefined = internal.refused

/**
 * The failure of every path in a root that is closed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const closed: (root: string, path: string) => ResolveFailure & { readonly _tag: "RootClosed" } = internal.closed

/**
 * Why a path did not resolve in the root `/`, if that is why an operation threw. `texts` are its arguments that are text.
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
 * The same failure without host paths, for programs inside the root: the root is `/`, and of the cause only the errno is
 * kept.
 *
 * @since 0.1.0
 * @category constructors
 */
export const withoutHostPaths: (failure: ResolveFailure, path: string) => ResolveFailure = internal.withoutHostPaths

/**
 * A sentence for people: what happened, where, and the errno.
 *
 * @since 0.1.0
 * @category rendering
 */
export const message: (failure: ResolveFailure) => string = messages.unresolved

/**
 * A sentence for people about a root that cannot be used. `reason` replaces what the errno says.
 *
 * @since 0.1.0
 * @category rendering
 */
export const unavailable: (root: string, code: string, reason?: string) => string = messages.unavailable

/**
 * A sentence for people about a tree that no file system could contain.
 *
 * @since 0.1.0
 * @category rendering
 */
export const invalidTree: (path: string, why: string) => string = messages.invalidTree

/**
 * A path to show to people: in double quotes, with every character that is invisible or could garble a terminal escaped
 * as in JSON.
 *
 * @since 0.1.0
 * @category rendering
 */
export const quote: (path: string) => string = messages.quote

/**
 * Runs `make` without capturing a stack, which costs eight times as much as the rest of an error.
 *
 * @since 0.1.0
 * @category running
 */
export const withoutStack: <A>(make: () => A) => A = internal.withoutStack
