/**
 * A directory that plays `/`, and the ways to resolve paths inside it.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type * as Policy from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as fileSystemRoot from "./internal/fileSystemRoot.js"
import { refused } from "./internal/resolveError.js"
import * as internal from "./internal/root.js"
import type { ResolveError, RootClosed, RootUnavailable } from "./ResolveError.js"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = internal.TypeId

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

/**
 * How a path is to be resolved; what is left out is as `Policy.defaultPolicy` has it: the kernel's answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResolveOptions extends Policy.Options {}

/**
 * How many paths are to be resolved, at once or as they come.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchOptions extends ResolveOptions {
  /**
   * How many names may be remembered while the batch runs, about 200 bytes each; 100,000 unless told. At the limit
   * all are forgotten and looked up again when met.
   */
  readonly maxRemembered?: number
}

/**
 * How far a path leads.
 *
 * @since 0.1.0
 * @category models
 */
export interface Location {
  /** The deepest place on the way that exists; the answer itself where nothing is missing. */
  readonly deepest: RootedPath
  /** The rest of the path as asked, empty where nothing remains; a link that could not be followed is part of it. */
  readonly remaining: string
  /** Why it does not lead further; absent where it leads to its end. */
  readonly error?: ResolveError
}

/**
 * The whole way that a path takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Explanation {
  readonly path: string
  readonly hops: ReadonlyArray<Walk.Hop>
  /** Whether a `..` of the path itself was held at the root. */
  readonly clamped: boolean
  readonly result: Either.Either<RootedPath, ResolveError>
}

/**
 * How a root finds its answers, and why so: "koffi is not installed", for example. The answers are the same.
 *
 * @since 0.1.0
 * @category models
 */
export interface Strategy {
  /** `kernel`: one system call for a path. `walk`: a lookup for each component. */
  readonly name: "kernel" | "walk"
  /** For people: one sentence, or a part of one. */
  readonly reason: string
}

/**
 * The service. Its answers are strings: they tell what was there when it was asked. Whoever must be sure that a file is
 * opened inside a root that somebody else is changing needs a file system that works inside it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Root {
  readonly [TypeId]: TypeId
  /** The root as its caller named it. */
  readonly path: string
  /** How it resolves paths on this system, decided when it was opened. */
  readonly strategy: Strategy
  /** The place to which `path` leads. A path without a leading slash is taken from the root. */
  readonly resolve: (path: string, options?: ResolveOptions) => Effect.Effect<RootedPath, ResolveError>
  /**
   * Each path's own result, in order. Within one call, a root that has to ask a disk looks up no name twice, as far as
   * `maxRemembered` reaches.
   */
  readonly resolveAll: (
    paths: Iterable<string>,
    options?: BatchOptions
  ) => Effect.Effect<ReadonlyArray<Either.Either<RootedPath, ResolveError>>>
  /** As `resolveAll`, for as many paths as a stream brings; what is remembered is kept until the stream ends. */
  readonly resolveStream: <E, R>(
    paths: Stream.Stream<string, E, R>,
    options?: BatchOptions
  ) => Stream.Stream<Either.Either<RootedPath, ResolveError>, E, R>
  /** How far `path` leads; that it does not lead to its end is part of the answer, not an error. */
  readonly locate: (path: string, options?: ResolveOptions) => Effect.Effect<Location>
  /** The way `path` takes, link by link, whether or not it arrives. */
  readonly explain: (path: string, options?: ResolveOptions) => Effect.Effect<Explanation>
  /** The path under which the caller's own system knows a place inside the root. */
  readonly hostPath: (path: RootedPath) => string
}

/**
 * @since 0.1.0
 * @category tags
 */
export const Root: Context.Tag<Root, Root> = internal.tag

/**
 * Walks paths in order, and gives what `read` makes of each outcome.
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
  /** Left out where every component is looked up. */
  readonly strategy?: Strategy
  /** One walk, on its own. Every way to ask a root that is closed fails with `RootClosed`. */
  readonly walk: (path: string, policy: Policy.Policy) => Effect.Effect<Walk.Outcome<unknown>, RootClosed>
  /**
   * Begins a batch: what it gives walks one part of the batch after another, and may remember lookups. Each outcome is read
   * at once, so that none is kept.
   */
  readonly batch?: (policy: Policy.Policy, maxRemembered: number) => Effect.Effect<Batch, RootClosed, Scope.Scope>
  /** A faster way to the same answer as `walk`, where there is one. */
  readonly resolve?: (path: string, policy: Policy.Policy) => Effect.Effect<RootedPath, ResolveError>
}

/**
 * Derives a `Root` from walks.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (provider: Provider) => Root = internal.make

/**
 * Why a path is refused before anything is looked up, as the kernel refuses it: it holds a NUL, it is longer than 4,095
 * bytes, or it is no text of a path at all. `undefined` for all others.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refusal: (root: string, path: string) => ResolveError | undefined = refused

/**
 * What the outcome of a walk means to whoever asked for `path` in the root that is called `root`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromOutcome: (
  root: string,
  path: string,
  outcome: Walk.Outcome<unknown>
) => Either.Either<RootedPath, ResolveError> = internal.fromOutcome

/**
 * A root over whatever `FileSystem` is provided: Node's, a fake's, another root's. It looks at a name by `readLink` and
 * `stat`; names must be well-formed text, since the `FileSystem` takes no other.
 *
 * Fails with `RootUnavailable` where `path` is no directory that can be read.
 *
 * @example
 * import { Root } from "@procfsroot/platform"
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
export const layer: (path: string) => Layer.Layer<Root, RootUnavailable, FileSystem> = fileSystemRoot.layer

/**
 * `resolve` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const resolve: (path: string, options?: ResolveOptions) => Effect.Effect<RootedPath, ResolveError, Root> =
  internal.resolve

/**
 * `resolveAll` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const resolveAll: (
  paths: Iterable<string>,
  options?: BatchOptions
) => Effect.Effect<ReadonlyArray<Either.Either<RootedPath, ResolveError>>, never, Root> = internal.resolveAll

/**
 * `resolveStream` of the `Root` in the context, for a pipe.
 *
 * @example
 * import { Root } from "@procfsroot/platform"
 * import * as Stream from "effect/Stream"
 *
 * const answers = Stream.make("/etc/passwd", "/etc/mtab").pipe(Root.resolveStream())
 *
 * @since 0.1.0
 * @category accessors
 */
export const resolveStream: (options?: BatchOptions) => <E, R>(
  paths: Stream.Stream<string, E, R>
) => Stream.Stream<Either.Either<RootedPath, ResolveError>, E, R | Root> = internal.resolveStream

/**
 * `locate` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const locate: (path: string, options?: ResolveOptions) => Effect.Effect<Location, never, Root> = internal.locate

/**
 * `explain` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const explain: (path: string, options?: ResolveOptions) => Effect.Effect<Explanation, never, Root> =
  internal.explain

/**
 * `hostPath` of the `Root` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const hostPath: (path: RootedPath) => Effect.Effect<string, never, Root> = internal.hostPath
