import { type Bind, bindFor, type Binding, type Openat2 } from "@procfsroot/node/Native"
import * as Node from "@procfsroot/node/Root"
import type { Policy } from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as EventLoop from "../../EventLoop.js"
import { type ResolveError, RootClosed, RootUnavailable } from "../../ResolveError.js"
import * as Root from "../../Root.js"
import type { Options } from "../NodeRoot.js"

/** @internal */
export const failWith = (root: string, thrown: unknown): Effect.Effect<never, RootUnavailable> => {
  if (!Node.isUnavailable(thrown)) return Effect.die(thrown)
  const { cause, code, reason } = thrown
  return Effect.fail(
    new RootUnavailable({
      root,
      code,
      ...(reason === undefined ? {} : { reason }),
      ...(cause === undefined ? {} : { cause })
    })
  )
}

const openOnMainThread = (path: string, bind: Bind | undefined): Effect.Effect<Node.RootHandle, RootUnavailable> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(Node.open(path, { bind }))
    } catch (thrown) {
      return failWith(path, thrown)
    }
  })

/**
 * A root on a hung mount blocks neither the event loop nor the fiber. `Effect.callback` installs its canceler one step
 * after the call has begun, and an interruption in between would leak the root; `onInterrupt` has no such gap.
 */
const openOnPool = (path: string, bind: Bind | undefined): Effect.Effect<Node.RootHandle, RootUnavailable> =>
  Effect.suspend(() => {
    let giveUp = () => {}
    let opened: Node.RootHandle | undefined
    const call = Effect.callback<Node.RootHandle, RootUnavailable>((resume) => {
      giveUp = Node.openOnPool(path, { bind }, (result) => {
        if ("error" in result) return resume(failWith(path, result.error))
        opened = result.root
        resume(Effect.succeed(result.root))
      })
    })
    const undo = Effect.sync(() => {
      giveUp()
      opened?.close()
    })
    return Effect.uninterruptible(Effect.onInterrupt(Effect.interruptible(call), () => undo))
  })

/**
 * The handle closes with the scope. The root itself closes when everything that was begun or made by then has ended.
 */
const openHandle = (
  path: string,
  onPool: boolean,
  bind: Bind | undefined
): Effect.Effect<Node.RootHandle, RootUnavailable, Scope.Scope> =>
  Effect.acquireRelease((onPool ? openOnPool : openOnMainThread)(path, bind), (root) => Effect.sync(() => root.close()))

const dispose = (resource: Disposable): Effect.Effect<void> => Effect.sync(() => resource[Symbol.dispose]())

/** @internal */
export const closed = (root: string, path: string) => Effect.fail(new RootClosed({ root, path, at: RootedPath.root }))

/** Walks a part of a batch in turns of the event loop, so that timers fire and interruptions take effect. */
const inTurns = <A>(
  count: number,
  walkSome: (from: number) => ReadonlyArray<A>
): Effect.Effect<ReadonlyArray<A>> => {
  const continueWith = (answers: ReadonlyArray<A>): Effect.Effect<ReadonlyArray<A>> =>
    Effect.suspend(() => {
      const more = walkSome(answers.length)
      const all = answers.length === 0 ? more : answers.concat(more)
      return all.length === count ? Effect.succeed(all) : Effect.andThen(EventLoop.nextTurn, continueWith(all))
    })
  return continueWith([])
}

/** Keeps the root open until a batch has ended. */
const retain = (rootPath: string, root: Node.RootHandle): Effect.Effect<Node.RootHandle, RootClosed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() => root.isOpen ? Effect.succeed(root.retain()) : closed(rootPath, "")),
    (retained) => Effect.sync(() => retained.close())
  )

/** The answer of a root as an effect. */
const answered = (
  rootPath: string,
  path: string,
  answer: RootedPath.RootedPath | Walk.Resolved<unknown> | Walk.Unresolved
): Effect.Effect<RootedPath.RootedPath, ResolveError> =>
  typeof answer === "string" ? Effect.succeed(answer) : Effect.fromResult(Root.fromOutcome(rootPath, path, answer))

const onMainThread = (rootPath: string, root: Node.RootHandle): Root.Provider => ({
  path: rootPath,
  strategy: root.value.strategy,
  walk: (path, policy) =>
    Effect.suspend(() => root.isOpen ? Effect.succeed(root.value.walk(path, policy)) : closed(rootPath, path)),
  resolve: (path, policy) => {
    if (!root.isOpen) return closed(rootPath, path)
    return answered(rootPath, path, root.value.resolve(path, policy))
  },
  batch: (policy, maxRemembered) =>
    Effect.flatMap(retain(rootPath, root), (retained) =>
      Effect.map(
        Effect.acquireRelease(Effect.sync(() => retained.value.batch(maxRemembered)), dispose),
        (batch) => (paths, read) => inTurns(paths.length, (from) => batch.walkSome(paths, from, policy, read))
      ))
})

/**
 * Runs calls on the thread pool. If the fiber is interrupted, it does not wait for them, but the root stays open until
 * they end: its descriptor must not name another directory when a call leaves the queue.
 */
const onPool = <A>(
  rootPath: string,
  path: string,
  root: Node.RootHandle,
  begin: (root: Node.Root, signal: AbortSignal) => Promise<A>
): Effect.Effect<A, RootClosed> =>
  Effect.callback((resume, signal) => {
    if (!root.isOpen) return resume(closed(rootPath, path))
    const retained = root.retain()
    begin(retained.value, signal)
      .finally(() => retained.close())
      .then((value) => resume(Effect.succeed(value)), (error) => resume(Effect.die(error)))
  })

/**
 * Most paths are in the kernel's caches, and are resolved immediately: a trip to the pool costs ten times as much. Only
 * those that would have to wait go there.
 */
const resolveCachedFirst =
  (rootPath: string, root: Node.RootHandle, walk: Root.Provider["walk"]): NonNullable<Root.Provider["resolve"]> =>
  (path, policy) => {
    if (!root.isOpen) return closed(rootPath, path)
    const cached = root.value.resolveCached(path, policy)
    const walked = Effect.flatMap(
      walk(path, policy),
      (outcome) => Effect.fromResult(Root.fromOutcome(rootPath, path, outcome))
    )
    if (cached === undefined) return walked
    if (cached !== "ask") return answered(rootPath, path, cached)
    return Effect.flatMap(
      onPool(rootPath, path, root, (opened) => opened.resolveOnPool(path, policy)),
      (answer) => answer === undefined ? walked : Effect.succeed(answer)
    )
  }

const onThreadPool = (rootPath: string, root: Node.RootHandle): Root.Provider => {
  const walk = (path: string, policy: Policy) =>
    onPool(rootPath, path, root, (opened, signal) => opened.walkOnPool(path, policy, signal))
  return {
    path: rootPath,
    strategy: root.value.strategy,
    walk,
    batch: (policy, maxRemembered) =>
      Effect.flatMap(retain(rootPath, root), (retained) =>
        Effect.map(
          Effect.acquireRelease(Effect.sync(() => retained.value.batchOnPool(maxRemembered)), dispose),
          (batch) => (paths, read) =>
            EventLoop.forEach(paths, (path) =>
              Effect.map(
                // A batch has its own handle, which is closed after it.
                Effect.orDie(onPool(rootPath, path, retained, (_, signal) => batch.walk(path, policy, signal))),
                (outcome) => read(path, outcome)
              ))
        )),
    ...(root.value.strategy.name === "walk" ? {} : { resolve: resolveCachedFirst(rootPath, root, walk) })
  }
}

/**
 * A root over a handle, which somebody else closes.
 *
 * @internal
 */
export const rootOf = (path: string, handle: Node.RootHandle): Root.Root["Service"] =>
  Root.make(onMainThread(path, handle))

interface Opened {
  readonly handle: Node.RootHandle
  readonly root: Root.Root["Service"]
}

/** @internal */
export const openBound = (
  path: string,
  { offMainThread = false }: Options,
  bind: Bind | undefined
): Effect.Effect<Opened, RootUnavailable, Scope.Scope> =>
  Effect.map(openHandle(path, offMainThread, bind), (handle) => ({
    handle,
    root: Root.make((offMainThread ? onThreadPool : onMainThread)(path, handle))
  }))

/** @internal */
export const bindingOf = (openat2: Openat2 | undefined): Binding =>
  openat2 === undefined ? { openat2, reason: "openat2 is not used" } : { openat2 }

/** @internal */
export const make = Effect.fn("NodeRoot.make")(
  function*(
    path: string,
    options: Options = {}
  ): Effect.fn.Return<Root.Root["Service"], RootUnavailable, Scope.Scope> {
    const bind = bindFor(options)
    const { root } = yield* openBound(path, options, bind)
    return root
  }
)
