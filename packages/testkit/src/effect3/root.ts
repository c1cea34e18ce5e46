/** A `Root` of Effect 3 with promises and plain data. It is known by its shape, since this package is below its own. */
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

/** What a `Root` of Effect 3 is to its adapter. */
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
  /** A method, since a root takes the paths alone that are its own. */
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

/** The root, whose methods need nothing but themselves. */
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
