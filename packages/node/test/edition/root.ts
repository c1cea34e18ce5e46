/** The roots of the edition with promises, in the form that the suites use. */
import { inheriting } from "@procfsroot/testkit/inheriting"
import type { OpenRoot, Resolution } from "@procfsroot/node/OpenRoot"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { PlainResolveError, PlainResult, PlainRoot } from "@procfsroot/testkit/edition"
import { message, type ResolveFailure } from "@procfsroot/vfs/ResolveFailure"

const plainError = (failure: ResolveFailure): PlainResolveError => {
  const { _tag: tag, at, code, path, root } = failure
  return { tag, code, root, path, at, message: message(failure) }
}

const plainResult = ({ error, path }: Resolution): PlainResult =>
  error === undefined ? { ok: path } : { error: plainError(error) }

/** The error of `resolve` must have the failure as its cause, with the same code and message. */
const rejected = (error: unknown): PlainResult => {
  if (!(error instanceof Error && "code" in error && typeof error.cause === "object")) throw error
  const cause = plainError(error.cause as ResolveFailure) // as documented
  if (error.code !== cause.code || error.message !== cause.message) {
    throw new Error("the error differs from its cause", { cause: error })
  }
  return { error: cause }
}

export const plainRoot = (root: OpenRoot): PlainRoot => ({
  path: root.path,
  strategy: root.strategy,
  resolve: async (path, options, signal) => {
    try {
      return { ok: await root.resolve(path, inheriting({ signal }, options ?? {})) }
    } catch (error) {
      if (signal?.aborted === true) throw error
      return rejected(error)
    }
  },
  resolveAll: async (paths, options) => (await root.resolveAll(paths, options)).map(plainResult),
  // The edition has no stream of results, so each chunk is a batch.
  resolveStream: async (paths, options, chunk) => {
    const results: Array<PlainResult> = []
    for (let i = 0; i < paths.length; i += chunk) {
      results.push(...(await root.resolveAll(paths.slice(i, i + chunk), options)).map(plainResult))
    }
    return results
  },
  locate: async (path, options) => {
    const { deepest, error, remaining } = await root.locate(path, options)
    return { deepest, remaining, ...(error === undefined ? {} : { error: plainError(error) }) }
  },
  explain: async (path, options) => {
    const { result, ...rest } = await root.explain(path, options)
    return { ...rest, result: plainResult(result) }
  },
  hostPath: (path) => root.hostPath(path as RootedPath) // a root has resolved it
})
