/** Opens a `Root` in a directory of the host. */
import { type Bind, bindFor, type Binding, type Openat2, type Wanted } from "@procfsroot/node/Native"
import * as Node from "@procfsroot/node/Root"
import { isOn } from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { Call } from "@procfsroot/vfs/Program"
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

const openOnMainThread = (path: string, bind: Bind): Effect.Effect<Node.RootHandle, RootUnavailable> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(Node.open(path, { bind }))
    } catch (thrown) {
      return failWith(path, thrown)
    }
  })

/**
 * Opens a root so that a hung mount blocks neither the event loop nor the fiber. `Effect.callback` installs its
 * canceler one step after the call has begun, and an interruption in between would leave the root open; `onInterrupt`
 * does not have this gap.
 */
const openOffThread = (path: string, bind: Bind): Effect.Effect<Node.RootHandle, RootUnavailable> =>
  Effect.suspend(() => {
    let giveUp = () => {}
    let opened: Node.RootHandle | undefined
    const call = Effect.callback<Node.RootHandle, RootUnavailable>((resume) => {
      const cancel = Node.openOffThread(path, { bind }).begin((answer) => {
        if ("error" in answer) return resume(failWith(path, answer.error))
        opened = answer.value
        resume(Effect.succeed(answer.value))
      })
      if (cancel !== undefined) giveUp = cancel
    })
    const undo = Effect.sync(() => {
      giveUp()
      opened?.close()
    })
    return Effect.uninterruptible(Effect.onInterrupt(Effect.interruptible(call), () => undo))
  })

/**
 * Opens a handle that is closed with the scope. The root itself is closed when all running operations and everything
 * opened in it have ended.
 */
const openHandle = (
  path: string,
  offMainThread: boolean,
  bind: Bind
): Effect.Effect<Node.RootHandle, RootUnavailable, Scope.Scope> =>
  Effect.acquireRelease(
    (offMainThread ? openOffThread : openOnMainThread)(path, bind),
    (root) => Effect.sync(() => root.close())
  )

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

/** Converts the result of a root to an effect. */
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
 * Makes a call in another thread. If the fiber is interrupted, it does not wait for the call, and the root stays open
 * until the call ends.
 */
const elsewhere = <A>(call: Call<A>): Effect.Effect<A> =>
  Effect.callback((resume) => {
    const giveUp = call.begin((answer) =>
      resume("error" in answer ? Effect.die(answer.error) : Effect.succeed(answer.value))
    )
    return giveUp === undefined ? Effect.void : Effect.sync(giveUp)
  })

const offMainThread = (rootPath: string, root: Node.RootHandle): Root.Provider => {
  const threads = Node.offThread(root)
  return {
    path: rootPath,
    strategy: root.value.strategy,
    walk: (path, policy) =>
      Effect.suspend(() => root.isOpen ? elsewhere(threads.walk(path, policy)) : closed(rootPath, path)),
    // Most paths are in the kernel's caches and can be resolved here: another thread costs several times as much.
    resolve: (path, policy) => {
      if (!root.isOpen) return closed(rootPath, path)
      const cached = root.value.resolveCached(path, policy)
      if (cached !== undefined) return answered(rootPath, path, cached)
      return Effect.flatMap(elsewhere(threads.resolve(path, policy)), (answer) => answered(rootPath, path, answer))
    },
    batch: (policy, maxRemembered) =>
      Effect.map(retain(rootPath, root), (retained) => (paths, read) =>
        Effect.map(
          elsewhere(Node.offThread(retained).walkAll(paths, policy, maxRemembered)),
          (outcomes) => outcomes.map((outcome, i) => read(paths[i] ?? "", outcome))
        ))
  }
}

interface Threads {
  readonly offMainThread?: boolean | undefined
}

/**
 * A root over a handle, which the caller closes.
 *
 * @internal
 */
export const rootOf = (path: string, handle: Node.RootHandle, options: Threads): Root.Root["Service"] =>
  Root.make((isOn("offMainThread", options.offMainThread) ? offMainThread : onMainThread)(path, handle))

interface Opened {
  readonly handle: Node.RootHandle
  readonly root: Root.Root["Service"]
}

/**
 * Opens a root with its own native calls, or with those of a test. A misspelt option is a defect.
 *
 * @internal
 */
export const openBound = (
  path: string,
  options: Threads & Wanted,
  bind?: Bind
): Effect.Effect<Opened, RootUnavailable, Scope.Scope> =>
  Effect.suspend(() =>
    Effect.map(
      openHandle(path, isOn("offMainThread", options.offMainThread), bind ?? bindFor(options)),
      (handle) => ({ handle, root: rootOf(path, handle, options) })
    )
  )

/** @internal */
export const bindingOf = (openat2: Openat2 | undefined): Binding =>
  openat2 === undefined ? { openat2, reason: "openat2 is not used" } : { openat2 }

/** @internal */
export const make = Effect.fnUntraced(
  function*(
    path: string,
    options: Options = {}
  ): Effect.fn.Return<Root.Root["Service"], RootUnavailable, Scope.Scope> {
    const { root } = yield* openBound(path, options)
    return root
  }
)
