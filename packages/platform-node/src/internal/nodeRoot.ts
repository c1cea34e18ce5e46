import { open, openSync } from "node:fs"
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import { RootUnavailable } from "@procfsroot/platform/ResolveError"
import * as Root from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Options } from "../NodeRoot.js"
import { KernelRoot } from "./kernelRoot.js"
import { load, type Openat2 } from "./openat2.js"
import { toNode } from "./pathBytes.js"
import { flags, PinnedRoot } from "./pinnedRoot.js"
import { batchAsync, batchSync, walkAsync, walkSync } from "./walkRoot.js"

/** How many paths of a batch are resolved before other fibers get their turn. */
const TURN = 1_024

const unavailable = (root: string, cause: NodeJS.ErrnoException): RootUnavailable =>
  new RootUnavailable({ root, code: cause.code ?? "UNKNOWN", cause })

const openHere = (path: string): Effect.Effect<number, RootUnavailable> =>
  Effect.try({
    try: () => openSync(toNode(path), flags),
    catch: (cause) => unavailable(path, cause as NodeJS.ErrnoException) // `node:fs` throws nothing else
  })

/** A root on a hung mount must not stop the event loop either. */
const openOnPool = (path: string): Effect.Effect<number, RootUnavailable> =>
  Effect.async((resume) =>
    open(
      toNode(path),
      flags,
      (cause, fd) => resume(cause === null ? Effect.succeed(fd) : Effect.fail(unavailable(path, cause)))
    )
  )

const pin = (path: string, onPool: boolean): Effect.Effect<PinnedRoot, RootUnavailable, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.map(onPool ? openOnPool(path) : openHere(path), (fd) => new PinnedRoot(fd, !onPool)),
    dispose
  )

const dispose = (resource: Disposable): Effect.Effect<void> => Effect.sync(() => resource[Symbol.dispose]())

/** Walks a part of a batch a turn at a time, so that other fibers go on and an interruption is met. */
const inTurns = <A>(
  paths: ReadonlyArray<string>,
  walkSome: (paths: ReadonlyArray<string>) => ReadonlyArray<A>
): Effect.Effect<ReadonlyArray<A>> => {
  if (paths.length <= TURN) return Effect.sync(() => walkSome(paths))
  const outcomes: Array<A> = []
  const turn: Effect.Effect<ReadonlyArray<A>> = Effect.suspend(() => {
    for (const outcome of walkSome(paths.slice(outcomes.length, outcomes.length + TURN))) outcomes.push(outcome)
    return outcomes.length === paths.length ? Effect.succeed(outcomes) : Effect.zipRight(Effect.yieldNow(), turn)
  })
  return turn
}

const onMainThread = (path: string, root: PinnedRoot, kernel: KernelRoot | undefined): Root.Provider => ({
  path,
  walk: (asked, policy) => Effect.sync(() => walkSync(root, asked, policy)),
  resolve: (asked, policy) => {
    const answer = kernel?.resolve(asked, policy)
    return answer === undefined
      ? Root.fromOutcome(path, asked, walkSync(root, asked, policy))
      : Effect.succeed(answer)
  },
  batch: (policy, maxRemembered) =>
    Effect.map(
      Effect.acquireRelease(Effect.sync(() => batchSync(root, maxRemembered)), dispose),
      (batch) => (paths) => inTurns(paths, (some) => batch.walkSome(some, policy))
    )
})

const onThreadPool = (path: string, root: PinnedRoot, kernel: KernelRoot | undefined): Root.Provider => {
  const walk = (asked: string, policy: Policy) => Effect.promise((signal) => walkAsync(root, asked, policy, signal))
  return {
    path,
    walk,
    batch: (policy, maxRemembered) =>
      Effect.map(
        Effect.acquireRelease(Effect.sync(() => batchAsync(root, maxRemembered)), dispose),
        (batch) => Effect.forEach((asked) => Effect.promise((signal) => batch.walk(asked, policy, signal)))
      ),
    ...(kernel === undefined ? {} : {
      resolve: (asked, policy) =>
        Effect.flatMap(
          Effect.async<RootedPath | undefined>((resume) =>
            kernel.resolveAsync(asked, policy, (answer) => resume(Effect.succeed(answer)))
          ),
          (answer) =>
            answer === undefined
              ? Effect.flatMap(walk(asked, policy), (outcome) => Root.fromOutcome(path, asked, outcome))
              : Effect.succeed(answer)
        )
    })
  }
}

/**
 * `make` with whatever answers `openat2`: a test gives one that fails.
 *
 * @internal
 */
export const makeWith = (path: string, { offMainThread = false }: Options, openat2: Openat2 | undefined) =>
  Effect.gen(function*() {
    const root = yield* pin(path, offMainThread)
    const kernel = openat2 === undefined
      ? undefined
      : yield* Effect.acquireRelease(Effect.sync(() => new KernelRoot(root, openat2)), dispose)
    return Root.make(offMainThread ? onThreadPool(path, root, kernel) : onMainThread(path, root, kernel))
  })

/** @internal */
export const make = (path: string, options: Options = {}) =>
  Effect.suspend(() => makeWith(path, options, options.strategy === "walk" ? undefined : load()))

/** @internal */
export const layer = (path: string, options?: Options) => Layer.scoped(Root.Root, make(path, options))
