import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import * as Root from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Options } from "../NodeRoot.js"
import { KernelRoot } from "./kernelRoot.js"
import { load, type Openat2 } from "./openat2.js"
import { openRoot } from "./openRoot.js"
import { PinnedRoot } from "./pinnedRoot.js"
import { batchAsync, batchSync, type Ground, groundOf, walkAsync, walkSync } from "./walkRoot.js"

/** How many paths of a batch are resolved before other fibers get their turn. */
const TURN = 1_024

const pin = (path: string, onPool: boolean): Effect.Effect<PinnedRoot, RootUnavailable, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.map(openRoot(path, onPool), (fd) => new PinnedRoot(fd, !onPool)),
    dispose
  )

const dispose = (resource: Disposable): Effect.Effect<void> => Effect.sync(() => resource[Symbol.dispose]())

/** Walks a part of a batch a turn at a time, so that other fibers go on and an interruption is met. */
const inTurns = <A>(
  paths: ReadonlyArray<string>,
  walkSome: (paths: ReadonlyArray<string>) => ReadonlyArray<A>
): Effect.Effect<ReadonlyArray<A>> => {
  if (paths.length <= TURN) return Effect.sync(() => walkSome(paths))
  const answers: Array<A> = []
  const turn: Effect.Effect<ReadonlyArray<A>> = Effect.suspend(() => {
    for (const answer of walkSome(paths.slice(answers.length, answers.length + TURN))) answers.push(answer)
    return answers.length === paths.length ? Effect.succeed(answers) : Effect.zipRight(Effect.yieldNow(), turn)
  })
  return turn
}

const onMainThread = (path: string, ground: Ground, kernel: KernelRoot | undefined): Root.Provider => ({
  path,
  walk: (asked, policy) => Effect.sync(() => walkSync(ground, asked, policy)),
  resolve: (asked, policy) => {
    const answer = kernel?.resolve(asked, policy)
    if (answer !== undefined) return Effect.succeed(answer)
    const outcome = walkSync(ground, asked, policy)
    kernel?.tell(outcome._tag === "Resolved")
    return Root.fromOutcome(path, asked, outcome)
  },
  batch: (policy, maxRemembered) =>
    Effect.map(
      Effect.acquireRelease(Effect.sync(() => batchSync(ground, maxRemembered)), dispose),
      (batch) => (paths, read) => inTurns(paths, (some) => batch.walkSome(some, policy, read))
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
        (batch) => (paths, read) =>
          Effect.forEach(paths, (asked) =>
            Effect.map(
              Effect.promise((signal) => batch.walk(asked, policy, signal)),
              (outcome) => read(asked, outcome)
            ))
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

/** A root that is open, and what was opened for it. */
interface OpenedRoot {
  readonly pinned: PinnedRoot
  readonly kernel: KernelRoot | undefined
  readonly root: Root.Root
}

/**
 * Opens a root with whatever answers `openat2`: a test gives one that fails.
 *
 * @internal
 */
export const open = (
  path: string,
  { offMainThread = false }: Options,
  openat2: Openat2 | undefined
): Effect.Effect<OpenedRoot, RootUnavailable, Scope.Scope> =>
  Effect.gen(function*() {
    const pinned = yield* pin(path, offMainThread)
    const kernel = openat2 === undefined
      ? undefined
      : yield* Effect.acquireRelease(Effect.sync(() => new KernelRoot(pinned, openat2)), dispose)
    const provider = offMainThread
      ? onThreadPool(path, pinned, kernel)
      : onMainThread(path, groundOf(pinned, openat2), kernel)
    return { pinned, kernel, root: Root.make(provider) }
  })

/** @internal */
export const makeWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Effect.map(open(path, options, openat2), ({ root }) => root)

/** @internal */
export const make = (path: string, options: Options = {}) =>
  Effect.suspend(() => makeWith(path, options, options.strategy === "walk" ? undefined : load()))

/** @internal */
export const layer = (path: string, options?: Options) => Layer.scoped(Root.Root, make(path, options))
