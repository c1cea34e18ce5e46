/** A `Root` of Effect 4 with promises and plain data. */
import type { ResolveError } from "@procfsroot/effect4/ResolveError"
import type { Root } from "@procfsroot/effect4/Root"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { PlainResolveError, PlainResult, PlainRoot } from "@procfsroot/testkit/edition"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { run } from "./run.js"

const plainError = ({ _tag, at, code, message, path, root }: ResolveError): PlainResolveError => ({
  tag: _tag,
  code,
  root,
  path,
  at,
  message
})

const plainResult: (result: Result.Result<string, ResolveError>) => PlainResult = Result.match({
  onFailure: (error) => ({ error: plainError(error) }),
  onSuccess: (ok) => ({ ok })
})

/** Converts a root. Its methods require no services. */
export const plainRoot = (root: Root["Service"]): PlainRoot => ({
  path: root.path,
  strategy: root.strategy,
  resolve: (path, options, signal) =>
    run(() => Effect.map(Effect.result(root.resolve(path, options)), plainResult), signal),
  resolveAll: (paths, options) =>
    run(() => Effect.map(root.resolveAll(paths, options), (results) => results.map(plainResult))),
  resolveStream: (paths, options, chunk) =>
    run(() =>
      Effect.map(
        Stream.runCollect(root.resolveStream(Stream.fromIterable(paths).pipe(Stream.rechunk(chunk)), options)),
        (results) => results.map(plainResult)
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
  hostPath: (path) => root.hostPath(path as RootedPath) // what a root has resolved
})
