import * as ComponentStack from "@procfsroot/path/ComponentStack"
import * as Policy from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as Walk from "@procfsroot/path/Walk"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type { ResolveError } from "../ResolveError.js"
import type {
  BatchOptions,
  Explanation,
  Location,
  Provider,
  ResolveOptions,
  Root,
  TypeId as RootTypeId
} from "../Root.js"
import { fromFailed, refused } from "./resolveError.js"

/** @internal */
export const TypeId: RootTypeId = Symbol.for("@procfsroot/platform/Root") as RootTypeId // the one symbol of that name

/** @internal */
export const tag = Context.GenericTag<Root>("@procfsroot/platform/Root")

const DEFAULT_REMEMBERED = 100_000

/** @internal */
export const toEither = (
  root: string,
  path: string,
  outcome: Walk.Outcome<unknown>
): Either.Either<RootedPath.RootedPath, ResolveError> =>
  outcome._tag === "Resolved" ? Either.right(Walk.toPath(outcome)) : Either.left(fromFailed(root, path, outcome))

const location = (root: string, path: string, outcome: Walk.Outcome<unknown>): Location =>
  outcome._tag === "Resolved"
    ? { deepest: ComponentStack.toPath(outcome.place), remaining: outcome.tail.join("/") }
    : {
      deepest: ComponentStack.toPath(outcome.deepest),
      remaining: outcome.remaining,
      error: fromFailed(root, path, outcome)
    }

/** @internal */
export const make = (provider: Provider): Root => {
  const { batch, path: root, walk } = provider

  const walkAndResolve = (path: string, policy: Policy.Policy) =>
    Effect.flatMap(walk(path, policy), (outcome) => toEither(root, path, outcome))
  const { resolve = walkAndResolve } = provider

  const begin = (options: BatchOptions = {}) => {
    const { maxRemembered = DEFAULT_REMEMBERED, ...policy } = options
    return batch(Policy.make(policy), maxRemembered)
  }

  return tag.of({
    [TypeId]: TypeId,
    path: root,
    resolve: (path, options) =>
      Effect.suspend(() => {
        const refusal = refused(root, path)
        return refusal === undefined ? resolve(path, Policy.make(options)) : Effect.fail(refusal)
      }),
    resolveAll: (paths, options) => Effect.suspend(() => begin(options)(Array.from(paths))),
    resolveStream: (paths, options) =>
      Stream.unwrap(Effect.sync(() => {
        const part = begin(options)
        return Stream.mapChunksEffect(paths, (chunk) =>
          Effect.map(part(Chunk.toReadonlyArray(chunk)), Chunk.unsafeFromArray))
      })),
    locate: (path, options) =>
      Effect.suspend(() => {
        const error = refused(root, path)
        return error === undefined
          ? Effect.map(walk(path, Policy.make(options)), (outcome) => location(root, path, outcome))
          : Effect.succeed({ deepest: RootedPath.root, remaining: path, error })
      }),
    explain: (path, options) =>
      Effect.suspend(() => {
        const error = refused(root, path)
        if (error !== undefined) {
          return Effect.succeed<Explanation>({ path, hops: [], clamped: false, result: Either.left(error) })
        }
        return Effect.map(walk(path, Policy.make(options)), (outcome): Explanation => ({
          path,
          hops: Walk.hops(outcome.trace),
          clamped: Walk.clamped(outcome.trace),
          result: toEither(root, path, outcome)
        }))
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
export const resolveStream = (options?: BatchOptions) => <E, R>(paths: Stream.Stream<string, E, R>) =>
  Stream.unwrap(Effect.map(tag, (root) => root.resolveStream(paths, options)))

/** @internal */
export const locate = (path: string, options?: ResolveOptions) =>
  Effect.flatMap(tag, (root) => root.locate(path, options))

/** @internal */
export const explain = (path: string, options?: ResolveOptions) =>
  Effect.flatMap(tag, (root) => root.explain(path, options))

/** @internal */
export const hostPath = (path: RootedPath.RootedPath) => Effect.map(tag, (root) => root.hostPath(path))
