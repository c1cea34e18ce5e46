/**
 * Schemas of the errors and of resolved paths, for programs that send them over RPC or HTTP, or store them, as workflows
 * do. An error is encoded as a plain object with its tag, its errno and its other fields, and decoded to an error of the
 * same class. Of a `cause` that is an `Error`, only the name and the message are kept.
 *
 * The index does not export this module, so that only programs that use schemas load it. A `ResolveError` of `Root`
 * contains host paths: see `ResolveError.withoutHostPaths`.
 *
 * @example
 * import * as ErrorSchema from "@procfsroot/effect4/ErrorSchema"
 * import * as Rpc from "effect/rpc/Rpc"
 * import * as Schema from "effect/Schema"
 *
 * const resolve = Rpc.make("resolve", {
 *   payload: { path: Schema.String },
 *   success: ErrorSchema.RootedPath,
 *   error: ErrorSchema.ResolveError
 * })
 *
 * @since 0.1.0
 */
import "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type { RootedPath as Rooted } from "@procfsroot/path/RootedPath"
import type * as Schema from "effect/Schema"
import * as internal from "./internal/errorSchema.js"
import type * as Errors from "./ResolveError.js"
import type * as ProcessErrors from "./WormholeError.js"

/**
 * The plain object for a `ResolveError`. It has the same fields as the `ResolveFailure` of `@procfsroot/vfs`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Encoded<Tag extends string, Code extends string> {
  readonly _tag: Tag
  readonly code: Code
  readonly root: string
  readonly path: string
  readonly at: string
}

/**
 * The plain object for an error about a process.
 *
 * @since 0.1.0
 * @category models
 */
export interface EncodedProcessError<Tag extends string, Code extends string> {
  readonly _tag: Tag
  readonly code: Code
  readonly pid: number
}

/**
 * The plain object for a `RootUnavailable`.
 *
 * @since 0.1.0
 * @category models
 */
export interface EncodedRootUnavailable {
  readonly _tag: "RootUnavailable"
  readonly code: string
  readonly root: string
  readonly reason?: string
  readonly cause?: unknown
}

/**
 * A path that a root has resolved. Decoding it checks only its form: what is there may have changed since.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RootedPath: Schema.Codec<Rooted, string> = internal.RootedPath

/**
 * Encodes `ResolveError.PathNotFound`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PathNotFound: Schema.Codec<Errors.PathNotFound, Encoded<"PathNotFound", "ENOENT">> = internal.PathNotFound

/**
 * Encodes `ResolveError.NotADirectory`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const NotADirectory: Schema.Codec<Errors.NotADirectory, Encoded<"NotADirectory", "ENOTDIR">> =
  internal.NotADirectory

/**
 * Encodes `ResolveError.SymlinkLoop`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SymlinkLoop: Schema.Codec<
  Errors.SymlinkLoop,
  Encoded<"SymlinkLoop", "ELOOP"> & { readonly cycle: ReadonlyArray<string> }
> = internal.SymlinkLoop

/**
 * Encodes `ResolveError.TooManySymlinks`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TooManySymlinks: Schema.Codec<
  Errors.TooManySymlinks,
  Encoded<"TooManySymlinks", "ELOOP"> & { readonly limit: number }
> = internal.TooManySymlinks

/**
 * Encodes `ResolveError.SymlinkForbidden`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SymlinkForbidden: Schema.Codec<
  Errors.SymlinkForbidden,
  Encoded<"SymlinkForbidden", "ELOOP"> & { readonly by: "policy" | "mount" }
> = internal.SymlinkForbidden

/**
 * Encodes `ResolveError.EscapesRoot`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const EscapesRoot: Schema.Codec<
  Errors.EscapesRoot,
  Encoded<"EscapesRoot", "EXDEV"> & { readonly via?: string }
> = internal.EscapesRoot

/**
 * Encodes `ResolveError.CrossesMount`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CrossesMount: Schema.Codec<
  Errors.CrossesMount,
  Encoded<"CrossesMount", "EXDEV"> & { readonly known: boolean }
> = internal.CrossesMount

/**
 * Encodes `ResolveError.MagicLink`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MagicLink: Schema.Codec<Errors.MagicLink, Encoded<"MagicLink", "EXDEV"> & { readonly target: string }> =
  internal.MagicLink

/**
 * Encodes `ResolveError.AccessDenied`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AccessDenied: Schema.Codec<
  Errors.AccessDenied,
  Encoded<"AccessDenied", "EACCES" | "EPERM"> & { readonly cause?: unknown }
> = internal.AccessDenied

/**
 * Encodes `ResolveError.NameTooLong`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const NameTooLong: Schema.Codec<
  Errors.NameTooLong,
  Encoded<"NameTooLong", "ENAMETOOLONG"> & { readonly cause?: unknown }
> = internal.NameTooLong

/**
 * Encodes `ResolveError.InvalidPath`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const InvalidPath: Schema.Codec<Errors.InvalidPath, Encoded<"InvalidPath", "EINVAL" | "EILSEQ">> =
  internal.InvalidPath

/**
 * Encodes `ResolveError.RootClosed`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RootClosed: Schema.Codec<Errors.RootClosed, Encoded<"RootClosed", "EBADF">> = internal.RootClosed

/**
 * Encodes `ResolveError.LookupFailed`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const LookupFailed: Schema.Codec<
  Errors.LookupFailed,
  Encoded<"LookupFailed", string> & { readonly cause: unknown }
> = internal.LookupFailed

/**
 * Encodes every `ResolveError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ResolveError: Schema.Union<
  readonly [
    typeof PathNotFound,
    typeof NotADirectory,
    typeof SymlinkLoop,
    typeof TooManySymlinks,
    typeof SymlinkForbidden,
    typeof EscapesRoot,
    typeof CrossesMount,
    typeof MagicLink,
    typeof AccessDenied,
    typeof NameTooLong,
    typeof InvalidPath,
    typeof RootClosed,
    typeof LookupFailed
  ]
> = internal.ResolveError

/**
 * Encodes `ResolveError.RootUnavailable`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RootUnavailable: Schema.Codec<Errors.RootUnavailable, EncodedRootUnavailable> = internal.RootUnavailable

/**
 * Encodes `WormholeError.ProcessNotFound`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ProcessNotFound: Schema.Codec<
  ProcessErrors.ProcessNotFound,
  EncodedProcessError<"ProcessNotFound", "ESRCH">
> = internal.ProcessNotFound

/**
 * Encodes `WormholeError.ProcessIsZombie`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ProcessIsZombie: Schema.Codec<
  ProcessErrors.ProcessIsZombie,
  EncodedProcessError<"ProcessIsZombie", "ESRCH">
> = internal.ProcessIsZombie

/**
 * Encodes `WormholeError.ProcessNotPermitted`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ProcessNotPermitted: Schema.Codec<
  ProcessErrors.ProcessNotPermitted,
  EncodedProcessError<"ProcessNotPermitted", "EACCES" | "EPERM">
> = internal.ProcessNotPermitted

/**
 * Encodes every `WormholeError`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const WormholeError: Schema.Union<
  readonly [typeof ProcessNotFound, typeof ProcessIsZombie, typeof ProcessNotPermitted, typeof RootUnavailable]
> = internal.WormholeError
