/**
 * Adapts a `Root` of Effect 3 to promises and plain data. It describes the shape of a root, since the package that
 * defines `Root` depends on this one.
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type {
  BatchOptions,
  PlainExplanation,
  PlainLocation,
  PlainResolveError,
  PlainResult,
  PlainRoot,
  ResolveOptions
} from "../edition.js"
import { run } from "./run.js"

interface ResolveErrorLike extends Omit<PlainResolveError, "tag"> {
  readonly _tag: string
}

type Result = Either.Either<string, ResolveErrorLike>

/** The shape of a `Root` of Effect 3. */
export interface RootLike extends Pick<PlainRoot, "path" | "strategy"> {
  readonly resolve: (path: string, options?: ResolveOptions) => Effect.Effect<string, ResolveErrorLike>
  readonly resolveAll: (
    paths: Iterable<string>,
    options?: BatchOptions
  ) => Effect.Effect<ReadonlyArray<Result>>
  readonly resolveStream: (paths: Stream.Stream<string>, options?: BatchOptions) => Stream.Stream<Result>
  readonly locate: (
    path: string,
    options?: ResolveOptions
  ) => Effect.Effect<Pick<PlainLocation, "deepest" | "remaining"> & { readonly error?: ResolveErrorLike }>
  readonly explain: (
    path: string,
    options?: ResolveOptions
  ) => Effect.Effect<Omit<PlainExplanation, "result"> & { readonly result: Result }>
  /** A method, so that a root that only accepts its own branded paths is assignable. */
  hostPath(path: string): string
}

const plainError = ({ _tag, at, code, message, path, root }: ResolveErrorLike): PlainResolveError => ({
  tag: _tag,
  code,
  root,
  path,
  at,
  message
})

const plainResult: (result: Result) => PlainResult = Either.match({
  onLeft: (error) => ({ error: plainError(error) }),
  onRight: (ok) => ({ ok })
})

/** Adapts a root. Its methods can be used without `this`. */
export const plainRoot = (root: RootLike): PlainRoot => ({
  path: root.path,
  strategy: root.strategy,
  resolve: (path, options, signal) =>
    run(() => Effect.map(Effect.either(root.resolve(path, options)), plainResult), signal),
  resolveAll: (paths, options) =>
    run(() => Effect.map(root.resolveAll(paths, options), (results) => results.map(plainResult))),
  resolveStream: (paths, options, chunk) =>
    run(() =>
      Effect.map(
        Stream.runCollect(root.resolveStream(Stream.fromIterable(paths).pipe(Stream.rechunk(chunk)), options)),
        (results) => Chunk.toReadonlyArray(results).map(plainResult)
      )
    ),
  locate: (path, options) =>
    run(() =>
      Effect.map(root.locate(path, options), ({ deepest, error, remaining }) => ({
        deepest,
        remaining,
        ...(error === undefined ? {} : { error: plainError(error) })
      }))
    ),
  explain: (path, options) =>
    run(() =>
      Effect.map(root.explain(path, options), ({ result, ...rest }) => ({ ...rest, result: plainResult(result) }))
    ),
  hostPath: (path) => root.hostPath(path)
})
