/** The ways to ask a root for paths. All of them must give the same answers. */
import type { BatchOptions, OpenRoot, PlainResult, PlainRoot, RootEdition } from "./edition.js"

/** Asks for several paths. */
export type Ask = (
  root: PlainRoot,
  paths: ReadonlyArray<string>,
  options: BatchOptions
) => Promise<ReadonlyArray<PlainResult>>

export interface RootWay {
  readonly name: string
  readonly open: (path: string) => Promise<OpenRoot>
  readonly ask: Ask
}

/** One call per path. */
export const oneByOne: Ask = async (root, paths, options) => {
  const results: Array<PlainResult> = []
  for (const path of paths) results.push(await root.resolve(path, options))
  return results
}

/** All paths in one batch. */
export const batch: Ask = (root, paths, options) => root.resolveAll(paths, options)

/** All paths in one batch with a very small cache. */
export const forgetfulBatch: Ask = (root, paths, options) => root.resolveAll(paths, { ...options, maxRemembered: 3 })

/** The paths as a stream, in chunks of an unusual length. */
export const stream: Ask = (root, paths, options) => root.resolveStream(paths, options, 7)

/** The ways that every edition has on Node. */
export const rootWays = ({ nodeRoot }: RootEdition): ReadonlyArray<RootWay> => {
  const way = (name: string, options: Parameters<RootEdition["nodeRoot"]>[1], ask: Ask): RootWay => ({
    name,
    open: (path) => nodeRoot(path, options),
    ask
  })
  return [
    way("kernel", { strategy: "kernel" }, oneByOne),
    way("walk", { strategy: "walk" }, oneByOne),
    way("kernel, off the main thread", { strategy: "kernel", offMainThread: true }, oneByOne),
    way("walk, off the main thread", { strategy: "walk", offMainThread: true }, oneByOne),
    way("batch", { strategy: "kernel" }, batch),
    way("batch with a small cache", { strategy: "kernel" }, forgetfulBatch),
    way("batch, off the main thread", { strategy: "kernel", offMainThread: true }, batch),
    way("stream", { strategy: "kernel" }, stream)
  ]
}

/** A result without the message. */
export type Answer = { readonly ok: string } | { readonly errno: string }

export const answerOf = (result: PlainResult): Answer => "ok" in result ? result : { errno: result.error.code }
