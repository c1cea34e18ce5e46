/**
 * A directory that serves as `/`, and the ways to resolve paths inside it.
 *
 * @since 0.1.0
 */
import "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type * as Policy from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as fileSystemRoot from "./internal/fileSystemRoot.js"
import { refused } from "./internal/resolveError.js"
import * as internal from "./internal/root.js"
import type { ResolveError, RootClosed, RootUnavailable } from "./ResolveError.js"

export type { Policy } from "@procfsroot/path/Policy"
export type { RootedPath } from "@procfsroot/path/RootedPath"
export type { Hop, Outcome, Resolved, Unresolved } from "@procfsroot/path/Walk"

/**
 * The options for resolving a path. The defaults are those of `Policy.defaultPolicy`, which resolves as the kernel
 * does.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResolveOptions extends Policy.Options {}

/**
 * The options for resolving many paths, in a list or in a stream.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchOptions extends ResolveOptions {
  /**
   * The number of lookups to cache while the batch runs, by default 100,000. Each takes about 200 bytes. When the limit
   * is reached, the cache is cleared. Anything but a whole number of at least 0 or `Infinity` is a defect
   * (`RangeError`).
   */
  readonly maxRemembered?: number | undefined
}

/**
 * How far a path can be resolved.
 *
 * @since 0.1.0
 * @category models
 */
export interface Location extends Walk.Location {
  /** The error at which resolving stopped. It is absent if the whole path resolves. */
  readonly error?: ResolveError
}

/**
 * Every link that a path follows, and the result of resolving it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Explanation {
  readonly path: string
  readonly hops: ReadonlyArray<Walk.Hop>
  /** Whether a `..` in the path itself, not in a link's target, stayed at the root. */
  readonly clamped: boolean
  readonly result: Result.Result<RootedPath, ResolveError>
}

/**
 * How a root resolves paths, and the reason, for example "koffi is not installed". The results do not depend on it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Strategy {
  /** `kernel` makes one system call per path, `walk` one lookup per component. */
  readonly name: "kernel" | "walk"
  /** The reason, as a sentence or a part of one. */
  readonly reason: string
  /**
   * The library that makes the system calls that Node does not have (`koffi`, `node:ffi`, `bun:ffi`, `Deno.dlopen` or
   * `none`), and the reason. It is absent if the root is not on a disk.
   */
  readonly native?: { readonly name: string; readonly reason: string }
}

/**
 * The type of the value of the service `Root`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The path of the root, as the caller passed it; for a root in a root, that of its directory. */
  readonly path: string
  /** How the root resolves paths on this system. This is decided when it is opened. */
  readonly strategy: Strategy
  /**
   * Resolves `path`, and returns the path of the file inside the root, without links. A path without a leading slash
   * starts at the root.
   */
  readonly resolve: (path: string, options?: ResolveOptions) => Effect.Effect<RootedPath, ResolveError>
  /**
   * Resolves many paths, and returns the results in the same order. Within one call, a root on a disk looks up each
   * name only once, as long as there are at most `maxRemembered` names.
   */
  readonly resolveAll: (
    paths: Iterable<string>,
    options?: BatchOptions
  ) => Effect.Effect<ReadonlyArray<Result.Result<RootedPath, ResolveError>>>
  /** Like `resolveAll`, for a stream of paths. Lookups are cached until the stream ends. */
  readonly resolveStream: <E, R>(
    paths: Stream.Stream<string, E, R>,
    options?: BatchOptions
  ) => Stream.Stream<Result.Result<RootedPath, ResolveError>, E, R>
  /** Resolves `path` as far as possible. It does not fail: if the path does not resolve, the result has the `error`. */
  readonly locate: (path: string, options?: ResolveOptions) => Effect.Effect<Location>
  /** Resolves `path`, and returns every link that it follows. It does not fail: the `result` may be an error. */
  readonly explain: (path: string, options?: ResolveOptions) => Effect.Effect<Explanation>
  /**
   * Converts a path that the root has returned to a host path. It does not check the path: another text, such as `/../x`,
   * may become a path outside the root.
   */
  readonly hostPath: (path: RootedPath) => string
}

/**
 * The service that resolves paths inside a root. If others rename files while a path is resolved or afterwards, the
 * result may be wrong. To open a file safely in a root that others can change, use a file system that works inside the
 * root.
 *
 * @since 0.1.0
 * @category services
 */
export class Root extends Context.Service<Root, Service>()("@procfsroot/effect4/Root") {}

/**
 * Walks several paths in order. Calls `read` with each outcome, and returns the results.
 *
 * @since 0.1.0
 * @category models
 */
export interface Batch {
  <A>(
    paths: ReadonlyArray<string>,
    read: (path: string, outcome: Walk.Outcome<unknown>) => A
  ): Effect.Effect<ReadonlyArray<A>>
}

/**
 * The operations from which `make` creates a `Root`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Provider {
  readonly path: string
  /** How it resolves paths. By default, it is described as looking up every component. */
  readonly strategy?: Strategy
  /** Walks a single path. Fails with `RootClosed` if the root is closed, as the other methods do. */
  readonly walk: (path: string, policy: Policy.Policy) => Effect.Effect<Walk.Outcome<unknown>, RootClosed>
  /**
   * Starts a batch. The returned function walks one part of the batch after another, and may cache lookups. It reads
   * each outcome immediately, and does not keep it.
   */
  readonly batch?: (policy: Policy.Policy, maxRemembered: number) => Effect.Effect<Batch, RootClosed, Scope.Scope>
  /** Resolves a path faster than `walk`, with the same result, if there is such a way. */
  readonly resolve?: (path: string, policy: Policy.Policy) => Effect.Effect<RootedPath, ResolveError>
}

/**
 * Creates a `Root` from the operations of a provider.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (provider: Provider) => Service = internal.make

/**
 * Returns the failure for a path that is refused before anything is looked up, as in the kernel: it contains a NUL, has
 * more than 4,095 bytes, or cannot be encoded as bytes. Returns `undefined` for all other paths.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refusal: (root: string, path: string) => ResolveError | undefined = refused

/**
 * Converts the outcome of a walk to the result of resolving `path` in the root called `root`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromOutcome: (
  root: string,
  path: string,
  outcome: Walk.Resolved<unknown> | Walk.Unresolved
) => Result.Result<RootedPath, ResolveError> = internal.fromOutcome

/**
 * Provides a root over the `FileSystem` in the context, which may be Node's, a fake, or the file system of another
 * root. It looks up names with `readLink` and `stat`. If the root's own path has no links, it resolves paths without
 * links by one call of `realPath`. Names must be well-formed strings, since a `FileSystem` does not support others. It
 * is built again for each `FileSystem` that it is provided with.
 *
 * Fails with `RootUnavailable` if `path` is not a directory that can be read.
 *
 * @example
 * import { Root } from "@procfsroot/effect4"
 * import { NodeFileSystem } from "@effect/platform-node"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const program = Root.resolve("/etc/mtab").pipe(
 *   Effect.provide(Root.layer("/srv/box").pipe(Layer.provide(NodeFileSystem.layer)))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (path: string): Layer.Layer<Root, RootUnavailable, FileSystem> =>
  // Otherwise a program with several file systems would use the first one for all.
  Layer.fresh(Layer.effect(Root, fileSystemRoot.make(path)))

/**
 * Resolves a path, and returns the path of the file inside the root, without links. Calls `resolve` of the `Root` in
 * the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const resolve = (path: string, options?: ResolveOptions): Effect.Effect<RootedPath, ResolveError, Root> =>
  Root.use((root) => root.resolve(path, options))

/**
 * Resolves many paths, and returns the results in the same order. Calls `resolveAll` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const resolveAll = (
  paths: Iterable<string>,
  options?: BatchOptions
): Effect.Effect<ReadonlyArray<Result.Result<RootedPath, ResolveError>>, never, Root> =>
  Root.use((root) => root.resolveAll(paths, options))

/**
 * Resolves the paths of a stream, and returns the results in the same order. Calls `resolveStream` of the `Root` in the
 * context.
 *
 * @example
 * import { Root } from "@procfsroot/effect4"
 * import * as Stream from "effect/Stream"
 *
 * const answers = Stream.make("/etc/passwd", "/etc/mtab").pipe(Root.resolveStream())
 *
 * @since 0.1.0
 * @category accessors
 */
export const resolveStream: {
  (
    options?: BatchOptions
  ): <E, R>(
    paths: Stream.Stream<string, E, R>
  ) => Stream.Stream<Result.Result<RootedPath, ResolveError>, E, R | Root>
  <E, R>(
    paths: Stream.Stream<string, E, R>,
    options?: BatchOptions
  ): Stream.Stream<Result.Result<RootedPath, ResolveError>, E, R | Root>
} = dual(
  ([paths]) => Stream.isStream(paths),
  <E, R>(paths: Stream.Stream<string, E, R>, options?: BatchOptions) =>
    Stream.unwrap(Root.useSync((root) => root.resolveStream(paths, options)))
)

/**
 * Resolves a path as far as possible. Calls `locate` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const locate = (path: string, options?: ResolveOptions): Effect.Effect<Location, never, Root> =>
  Root.use((root) => root.locate(path, options))

/**
 * Resolves a path, and returns every link that it follows. Calls `explain` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const explain = (path: string, options?: ResolveOptions): Effect.Effect<Explanation, never, Root> =>
  Root.use((root) => root.explain(path, options))

/**
 * Converts a path that the root has returned to a host path. Calls `hostPath` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const hostPath = (path: RootedPath): Effect.Effect<string, never, Root> =>
  Root.useSync((root) => root.hostPath(path))
