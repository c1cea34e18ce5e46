/**
 * A directory that plays `/`, and the ways to resolve paths inside it.
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
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as fileSystemRoot from "./internal/fileSystemRoot.js"
import { refused } from "./internal/resolveError.js"
import * as internal from "./internal/root.js"
import type { ResolveError, RootClosed, RootUnavailable } from "./ResolveError.js"

/**
 * How to resolve a path. Missing options are those of `Policy.defaultPolicy`, which does what the kernel does.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResolveOptions extends Policy.Options {}

/**
 * How to resolve many paths, in a list or in a stream.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchOptions extends ResolveOptions {
  /**
   * How many names to remember while the batch runs, at about 200 bytes each; 100,000 by default. When the limit is
   * reached, all are forgotten, and looked up again when needed.
   */
  readonly maxRemembered?: number
}

/**
 * How far a path leads.
 *
 * @since 0.1.0
 * @category models
 */
export interface Location extends Walk.Location {
  /** Why it does not lead further; absent if it leads to its end. */
  readonly error?: ResolveError
}

/**
 * Every link that a path follows, and where it leads.
 *
 * @since 0.1.0
 * @category models
 */
export interface Explanation {
  readonly path: string
  readonly hops: ReadonlyArray<Walk.Hop>
  /** Whether a `..` of the path itself was kept at the root. */
  readonly clamped: boolean
  readonly result: Result.Result<RootedPath, ResolveError>
}

/**
 * How a root resolves paths, and why: "koffi is not installed", for example. The results are the same.
 *
 * @since 0.1.0
 * @category models
 */
export interface Strategy {
  /** `kernel`: one system call per path. `walk`: one lookup per component. */
  readonly name: "kernel" | "walk"
  /** The reason as text for people: a sentence or a part of one. */
  readonly reason: string
  /**
   * What makes the system calls that Node does not have (`koffi`, `node:ffi`, `bun:ffi` or `none`), and
   * why. Absent if the root is not on a disk.
   */
  readonly native?: { readonly name: string; readonly reason: string }
}

/**
 * The service. Its results are strings that were correct when they were made. To be sure that a file is opened inside a
 * root that somebody else is changing, use a file system that works inside the root.
 *
 * @since 0.1.0
 * @category services
 */
export class Root extends Context.Service<Root, {
  /** The root as its caller named it. */
  readonly path: string
  /** How it resolves paths on this system, decided when it was opened. */
  readonly strategy: Strategy
  /** The place to which `path` leads. A path without a leading slash starts at the root. */
  readonly resolve: (path: string, options?: ResolveOptions) => Effect.Effect<RootedPath, ResolveError>
  /**
   * The result of each path, in order. Within one call, a root on a disk looks up each name once, as long as there are
   * at most `maxRemembered` names.
   */
  readonly resolveAll: (
    paths: Iterable<string>,
    options?: BatchOptions
  ) => Effect.Effect<ReadonlyArray<Result.Result<RootedPath, ResolveError>>>
  /** Like `resolveAll`, for a stream of paths. Names are remembered until the stream ends. */
  readonly resolveStream: <E, R>(
    paths: Stream.Stream<string, E, R>,
    options?: BatchOptions
  ) => Stream.Stream<Result.Result<RootedPath, ResolveError>, E, R>
  /** How far `path` leads. Not reaching its end is a result, not an error. */
  readonly locate: (path: string, options?: ResolveOptions) => Effect.Effect<Location>
  /** Every link that `path` follows, whether or not it reaches its end. */
  readonly explain: (path: string, options?: ResolveOptions) => Effect.Effect<Explanation>
  /** The caller's own path of a place inside the root. */
  readonly hostPath: (path: RootedPath) => string
}>()("@procfsroot/effect4/Root") {}

/**
 * Walks paths in order, and returns the results of `read` for their outcomes.
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
 * What a provider of roots supplies; `make` derives the rest.
 *
 * @since 0.1.0
 * @category models
 */
export interface Provider {
  readonly path: string
  /** Missing if every component is looked up. */
  readonly strategy?: Strategy
  /** A single walk. All methods of a closed root fail with `RootClosed`. */
  readonly walk: (path: string, policy: Policy.Policy) => Effect.Effect<Walk.Outcome<unknown>, RootClosed>
  /**
   * Begins a batch. The returned function walks one part of the batch after another, and may remember lookups. Each
   * outcome is read immediately, so that none is kept.
   */
  readonly batch?: (policy: Policy.Policy, maxRemembered: number) => Effect.Effect<Batch, RootClosed, Scope.Scope>
  /** A faster way to the same result as `walk`, if there is one. */
  readonly resolve?: (path: string, policy: Policy.Policy) => Effect.Effect<RootedPath, ResolveError>
}

/**
 * Derives a `Root` from walks.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (provider: Provider) => Root["Service"] = internal.make

/**
 * Why a path is refused before anything is looked up, as by the kernel: it contains a NUL, has more than 4,095 bytes,
 * or cannot be encoded as bytes. `undefined` for all other paths.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refusal: (root: string, path: string) => ResolveError | undefined = refused

/**
 * The result of resolving `path` in the root called `root`, from the outcome of its walk.
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
 * A root over the `FileSystem` that is provided: Node's, a fake, or that of another root. It looks up a name by
 * `readLink` and `stat`, and a path without links by one call of `realPath`, if its own path has none either. Names must be well-formed text, since a `FileSystem` takes no others.
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
  Layer.effect(Root, fileSystemRoot.make(path))

/**
 * `resolve` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const resolve = (path: string, options?: ResolveOptions): Effect.Effect<RootedPath, ResolveError, Root> =>
  Root.use((root) => root.resolve(path, options))

/**
 * `resolveAll` of the `Root` in the context.
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
 * `resolveStream` of the `Root` in the context, for a pipe.
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
export const resolveStream = (options?: BatchOptions) =>
<E, R>(
  paths: Stream.Stream<string, E, R>
): Stream.Stream<Result.Result<RootedPath, ResolveError>, E, R | Root> =>
  Stream.unwrap(Root.useSync((root) => root.resolveStream(paths, options)))

/**
 * `locate` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const locate = (path: string, options?: ResolveOptions): Effect.Effect<Location, never, Root> =>
  Root.use((root) => root.locate(path, options))

/**
 * `explain` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const explain = (path: string, options?: ResolveOptions): Effect.Effect<Explanation, never, Root> =>
  Root.use((root) => root.explain(path, options))

/**
 * `hostPath` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const hostPath = (path: RootedPath): Effect.Effect<string, never, Root> =>
  Root.useSync((root) => root.hostPath(path))
