/** The `Root` service, made from a provider that walks paths. */
import * as Policy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import { remembered } from "@procfsroot/vfs/Limits"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Either.js"
import { dual } from "effect/Function"
import { hasProperty } from "effect/Predicate"
import * as Stream from "effect/Stream"
import { type ResolveError, RootClosed } from "../ResolveError.js"
import type {
  Batch,
  BatchOptions,
  Explanation,
  Location,
  Provider,
  ResolveOptions,
  Root,
  Strategy,
  TypeId as RootTypeId
} from "../Root.js"
import * as EventLoop from "./eventLoop.js"
import { fromFailed, refused } from "./resolveError.js"

/** @internal */
export const TypeId: RootTypeId = Symbol.for("@procfsroot/platform/Root") as RootTypeId // is always the same symbol

/** @internal */
export const tag = Context.GenericTag<Root>("@procfsroot/platform/Root")

/** @internal */
export const fromOutcome = (
  root: string,
  path: string,
  outcome: Walk.Resolved<unknown> | Walk.Unresolved
): Either.Either<RootedPath.RootedPath, ResolveError> =>
  outcome._tag === "Resolved" ? Either.right(Walk.toPath(outcome)) : Either.left(fromFailed(root, path, outcome))

const location = (root: string, path: string, outcome: Walk.Outcome<unknown>): Location =>
  outcome._tag === "Resolved"
    ? Walk.location(outcome)
    : { ...Walk.location(outcome), error: fromFailed(root, path, outcome) }

type Answer = Either.Either<RootedPath.RootedPath, ResolveError>

/** Walks the paths that are not refused, and merges their results with the refusals. */
const answerAll = (root: string, paths: ReadonlyArray<string>, batch: Batch): Effect.Effect<ReadonlyArray<Answer>> => {
  const read = (path: string, outcome: Walk.Outcome<unknown>): Answer => fromOutcome(root, path, outcome)
  const refusals = new Map<number, Answer>()
  paths.forEach((path, i) => {
    const refusal = refused(root, path)
    if (refusal !== undefined) refusals.set(i, Either.left(refusal))
  })
  if (refusals.size === 0) return batch(paths, read)
  return Effect.map(batch(paths.filter((_, i) => !refusals.has(i)), read), (answers) => {
    const walked = answers.values()
    // There is one result for each path that was not refused, in order.
    return paths.map((_, i) => refusals.get(i) ?? walked.next().value as Answer)
  })
}

/** Walks each path separately, for providers without `batch`. */
const oneByOne =
  (root: string, walk: Provider["walk"], policy: Policy.Policy) =>
  (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Answer>> =>
    EventLoop.forEach(paths, (path) => {
      const refusal = refused(root, path)
      return refusal === undefined
        ? Effect.either(Effect.flatMap(walk(path, policy), (outcome) => fromOutcome(root, path, outcome)))
        : Effect.succeed(Either.left(refusal))
    })

/** The number of paths in one part of a batch. */
const PART = 1_024

/** Resolves one part after the other, so that timers and I/O can run in between. */
const inParts =
  (answer: (paths: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Answer>>) =>
  (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Answer>> => {
    const starts = Array.from({ length: Math.ceil(paths.length / PART) }, (_, i) => i * PART)
    return Effect.map(
      EventLoop.forEach(starts, (start) => answer(paths.slice(start, start + PART))),
      (parts) => noAnswers.concat(...parts)
    )
  }

const noAnswers: ReadonlyArray<Answer> = []

const everyComponent: Strategy = { name: "walk", reason: "this kind of root looks up every component" }

/** The result of a batch that began after the root was closed. */
const allClosed = (root: string) => (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Answer>> =>
  Effect.succeed(paths.map((path) => Either.left(new RootClosed({ root, path, at: RootedPath.root }))))

/** @internal */
export const make = (provider: Provider): Root => {
  const { path: root, walk } = provider

  const {
    batch,
    strategy = everyComponent,
    resolve = (path, policy) => Effect.flatMap(walk(path, policy), (outcome) => fromOutcome(root, path, outcome))
  } = provider

  /** Refuses what the kernel refuses before it looks up anything, and otherwise passes the path to `use`. */
  const checked = <A>(
    path: string,
    options: ResolveOptions | undefined,
    use: (path: string, policy: Policy.Policy) => Effect.Effect<A, ResolveError>
  ): Effect.Effect<A, ResolveError> =>
    Effect.suspend(() => {
      const refusal = refused(root, path)
      return EventLoop.runFairly(refusal === undefined ? use(path, Policy.make(options)) : Effect.fail(refusal))
    })

  /** Resolves one part of a batch after another. */
  const begin = (options: BatchOptions = {}) => {
    const policy = Policy.make(options)
    const room = remembered(options.maxRemembered)
    return batch === undefined
      ? Effect.succeed(oneByOne(root, walk, policy))
      : Effect.match(batch(policy, room), {
        onFailure: () => allClosed(root),
        onSuccess: (walkAll) => (paths: ReadonlyArray<string>) => answerAll(root, paths, walkAll)
      })
  }

  return tag.of({
    [TypeId]: TypeId,
    path: root,
    strategy,
    resolve: (path, options) => checked(path, options, resolve),
    resolveAll: (paths, options) =>
      Effect.scoped(
        Effect.flatMap(Effect.suspend(() => begin(options)), (answer) => inParts(answer)(Array.from(paths)))
      ),
    resolveStream: (paths, options) =>
      Stream.unwrapScoped(
        Effect.map(
          Effect.suspend(() => begin(options)),
          (answer) =>
            Stream.mapChunksEffect(paths, (chunk) =>
              Effect.map(inParts(answer)(Chunk.toReadonlyArray(chunk)), Chunk.unsafeFromArray))
        )
      ),
    locate: (path, options) =>
      Effect.match(checked(path, options, walk), {
        onFailure: (error): Location => ({ deepest: RootedPath.root, remaining: path, error }),
        onSuccess: (outcome) => location(root, path, outcome)
      }),
    explain: (path, options) =>
      Effect.match(checked(path, options, walk), {
        onFailure: (error): Explanation => ({ path, hops: [], clamped: false, result: Either.left(error) }),
        onSuccess: (outcome) => ({
          path,
          hops: Walk.hops(outcome.trace),
          clamped: Walk.clamped(outcome.trace),
          result: fromOutcome(root, path, outcome)
        })
      }),
    hostPath: (path) => RootedPath.behind(root, path)
  })
}

/** @internal */
export const resolve = (path: string, options?: ResolveOptions) =>
  Effect.flatMap(tag, (root) => root.resolve(path, options))

/** @internal */
export const resolveAll = (paths: Iterable<string>, options?: BatchOptions) =>
  Effect.flatMap(tag, (root) => root.resolveAll(paths, options))

/** @internal */
export const resolveStream: {
  (options?: BatchOptions): <E, R>(paths: Stream.Stream<string, E, R>) => Stream.Stream<Answer, E, R | Root>
  <E, R>(paths: Stream.Stream<string, E, R>, options?: BatchOptions): Stream.Stream<Answer, E, R | Root>
} = dual(
  ([paths]) => hasProperty(paths, Stream.StreamTypeId),
  <E, R>(paths: Stream.Stream<string, E, R>, options?: BatchOptions) =>
    Stream.unwrap(Effect.map(tag, (root) => root.resolveStream(paths, options)))
)

/** @internal */
export const locate = (path: string, options?: ResolveOptions) =>
  Effect.flatMap(tag, (root) => root.locate(path, options))

/** @internal */
export const explain = (path: string, options?: ResolveOptions) =>
  Effect.flatMap(tag, (root) => root.explain(path, options))

/** @internal */
export const hostPath = (path: RootedPath.RootedPath) => Effect.map(tag, (root) => root.hostPath(path))
