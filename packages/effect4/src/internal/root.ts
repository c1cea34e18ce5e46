/** The `Root` service, made from a provider that walks paths. */
import * as Policy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import { remembered } from "@procfsroot/vfs/Limits"
import type { NonEmptyReadonlyArray } from "effect/Array"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { type ResolveError, RootClosed } from "../ResolveError.js"
import type { Batch, BatchOptions, Explanation, Location, Provider, ResolveOptions, Root, Strategy } from "../Root.js"
import * as EventLoop from "./eventLoop.js"
import { fromFailed, refused } from "./resolveError.js"

/** @internal */
export const fromOutcome = (
  root: string,
  path: string,
  outcome: Walk.Resolved<unknown> | Walk.Unresolved
): Result.Result<RootedPath.RootedPath, ResolveError> =>
  outcome._tag === "Resolved" ? Result.succeed(Walk.toPath(outcome)) : Result.fail(fromFailed(root, path, outcome))

/** The result of resolving `path`, from its walk. */
const walked = <E>(root: string, path: string, walk: Effect.Effect<Walk.Outcome<unknown>, E>) =>
  Effect.flatMap(walk, (outcome) => Effect.fromResult(fromOutcome(root, path, outcome)))

const location = (root: string, path: string, outcome: Walk.Outcome<unknown>): Location =>
  outcome._tag === "Resolved"
    ? Walk.location(outcome)
    : { ...Walk.location(outcome), error: fromFailed(root, path, outcome) }

type Answer = Result.Result<RootedPath.RootedPath, ResolveError>

/** Walks the paths that are not refused, and merges their results with the refusals. */
const answerAll = (root: string, paths: ReadonlyArray<string>, batch: Batch): Effect.Effect<ReadonlyArray<Answer>> => {
  const read = (path: string, outcome: Walk.Outcome<unknown>): Answer => fromOutcome(root, path, outcome)
  const refusals = new Map<number, Answer>()
  paths.forEach((path, i) => {
    const refusal = refused(root, path)
    if (refusal !== undefined) refusals.set(i, Result.fail(refusal))
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
        ? Effect.result(walked(root, path, walk(path, policy)))
        : Effect.succeed(Result.fail(refusal))
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

// There is one result for each path of a part, and no part is empty.
const nonEmpty = (answers: ReadonlyArray<Answer>) => answers as NonEmptyReadonlyArray<Answer>

const noAnswers: ReadonlyArray<Answer> = []

const everyComponent: Strategy = { name: "walk", reason: "this kind of root looks up every component" }

/** The result of a batch that began after the root was closed. */
const allClosed = (root: string) => (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Answer>> =>
  Effect.succeed(paths.map((path) => Result.fail(new RootClosed({ root, path, at: RootedPath.root }))))

/** @internal */
export const make = (provider: Provider): Root["Service"] => {
  const { path: root, walk } = provider

  const {
    batch,
    strategy = everyComponent,
    resolve = (path, policy) => walked(root, path, walk(path, policy))
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

  return {
    path: root,
    strategy,
    resolve: (path, options) => checked(path, options, resolve),
    resolveAll: (paths, options) =>
      Effect.scoped(
        Effect.flatMap(Effect.suspend(() => begin(options)), (answer) => inParts(answer)(Array.from(paths)))
      ),
    resolveStream: (paths, options) =>
      Stream.unwrap(
        Effect.map(
          Effect.suspend(() => begin(options)),
          (answer) => Stream.mapArrayEffect(paths, (part) => Effect.map(inParts(answer)(part), nonEmpty))
        )
      ),
    locate: (path, options) =>
      Effect.match(checked(path, options, walk), {
        onFailure: (error): Location => ({ deepest: RootedPath.root, remaining: path, error }),
        onSuccess: (outcome) => location(root, path, outcome)
      }),
    explain: (path, options) =>
      Effect.match(checked(path, options, walk), {
        onFailure: (error): Explanation => ({ path, hops: [], clamped: false, result: Result.fail(error) }),
        onSuccess: (outcome) => ({
          path,
          hops: Walk.hops(outcome.trace),
          clamped: Walk.clamped(outcome.trace),
          result: fromOutcome(root, path, outcome)
        })
      }),
    hostPath: (path) => RootedPath.behind(root, path)
  }
}
