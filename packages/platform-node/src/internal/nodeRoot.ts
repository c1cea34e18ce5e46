/** Opens a `Root` in a directory of the host. */
import { isOn } from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import * as Node from "@procfsroot/node/Root"
import { type Bind, bindFor, type Binding, type Openat2 } from "@procfsroot/node/Native"
import * as EventLoop from "@procfsroot/platform/EventLoop"
import { type ResolveError, RootClosed, RootUnavailable } from "@procfsroot/platform/ResolveError"
import * as Root from "@procfsroot/platform/Root"
import { isHandle } from "@procfsroot/vfs/Handle"
import { type Call, isCall, type Now } from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
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

/** Makes an effect interruptible if the caller is: the caller may rely on not being interrupted. */
type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Opens a root so that a hung mount blocks neither the event loop nor the fiber. `Effect.async` installs its canceler
 * one step after the call has begun, and an interruption in between would leave the root open; `onInterrupt` does not
 * have this gap.
 */
const openOffThread = (
  path: string,
  bind: Bind,
  restore: Restore
): Effect.Effect<Node.RootHandle, RootUnavailable> =>
  Effect.suspend(() => {
    let giveUp = () => {}
    let opened: Node.RootHandle | undefined
    const call = Effect.async<Node.RootHandle, RootUnavailable>((resume) => {
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
    return Effect.onInterrupt(restore(call), () => undo)
  })

/**
 * Two copies of `@procfsroot/vfs` do not know each other's calls and errors: the call that `Node` returns would be taken
 * for its result.
 */
const checkCopy = (opened: unknown): Effect.Effect<void> =>
  isHandle(opened) ? Effect.void : Effect.die(
    new Error(
      "@procfsroot/platform-node and @procfsroot/node use two copies of @procfsroot/vfs: " +
        "install one version, and bundle either all packages of procfsroot or none"
    )
  )

/**
 * Opens a handle that is closed with the scope. The root itself is closed when all running operations and everything
 * opened in it have ended.
 */
const openHandle = (
  path: string,
  offMainThread: boolean,
  bind: Bind
): Effect.Effect<Node.RootHandle, RootUnavailable, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.acquireRelease(
      offMainThread ? openOffThread(path, bind, restore) : openOnMainThread(path, bind),
      (root) => Effect.sync(() => root.close())
    ).pipe(Effect.tap(checkCopy))
  )

const dispose = (resource: Disposable): Effect.Effect<void> => Effect.sync(() => resource[Symbol.dispose]())

/** @internal */
export const closed = (root: string, path: string) => Effect.fail(new RootClosed({ root, path, at: RootedPath.root }))

/** Walks a part of a batch in turns of the event loop, so that timers fire and interruptions take effect. */
const inTurns = <A>(
  count: number,
  walkSome: (from: number) => Effect.Effect<ReadonlyArray<A>>
): Effect.Effect<ReadonlyArray<A>> => {
  const continueWith = (answers: ReadonlyArray<A>): Effect.Effect<ReadonlyArray<A>> =>
    Effect.flatMap(walkSome(answers.length), (more) => {
      const all = answers.length === 0 ? more : answers.concat(more)
      return all.length === count ? Effect.succeed(all) : Effect.zipRight(EventLoop.nextTurn, continueWith(all))
    })
  return continueWith([])
}

/** Converts the result of a root to an effect. */
const answered = (
  rootPath: string,
  path: string,
  answer: RootedPath.RootedPath | Walk.Resolved<unknown> | Walk.Unresolved
): Effect.Effect<RootedPath.RootedPath, ResolveError> =>
  typeof answer === "string" ? Effect.succeed(answer) : Root.fromOutcome(rootPath, path, answer)

/**
 * Makes a call in another thread, and goes on with its result. If the fiber is interrupted, it does not wait for the
 * call, and the root stays open until the call ends.
 */
const elsewhere = <A, B, E>(call: Call<A>, goOn: (value: A) => Effect.Effect<B, E>): Effect.Effect<B, E> =>
  Effect.async((resume) => {
    const giveUp = call.begin((answer) => resume("error" in answer ? Effect.die(answer.error) : goOn(answer.value)))
    return giveUp === undefined ? Effect.void : Effect.sync(giveUp)
  })

const settled = <A>(now: Now<A>): Effect.Effect<A> => isCall(now) ? elsewhere(now, Effect.succeed) : Effect.succeed(now)

const providerOf = (rootPath: string, root: Node.RootHandle, options: Node.ResolverOptions): Root.Provider => {
  const resolver = Node.resolver(root, options)
  return {
    path: rootPath,
    strategy: root.value.strategy,
    walk: (path, policy) =>
      Effect.suspend(() => root.isOpen ? settled(resolver.walk(path, policy)) : closed(rootPath, path)),
    resolve: (path, policy) => {
      if (!root.isOpen) return closed(rootPath, path)
      const answer = resolver.resolve(path, policy)
      return isCall(answer)
        ? elsewhere(answer, (found) => answered(rootPath, path, found))
        : answered(rootPath, path, answer)
    },
    batch: (policy, maxRemembered) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.suspend(() => root.isOpen ? Effect.succeed(resolver.batch(maxRemembered)) : closed(rootPath, "")),
          dispose
        ),
        (batch) => (paths, read) =>
          inTurns(
            paths.length,
            (from) => Effect.suspend(() => settled(batch.walkSome(paths, from, policy, read)))
          )
      )
  }
}

/**
 * A root over a handle, which the caller closes.
 *
 * @internal
 */
export const rootOf = (path: string, handle: Node.RootHandle, options: Node.ResolverOptions): Root.Root =>
  Root.make(providerOf(path, handle, options))

interface Opened {
  readonly handle: Node.RootHandle
  readonly root: Root.Root
}

/**
 * Copies options, also what they inherit, such as the getters of a class. A new option that is missing here is a compile
 * error.
 *
 * @internal
 */
export const copy = ({ native, offMainThread, strategy }: Options): Required<Options> => ({
  native,
  offMainThread,
  strategy
})

/**
 * Opens a root with its own native calls, or with those of a test. A misspelt option is a defect.
 *
 * @internal
 */
export const openBound = (
  path: string,
  given: Options,
  bind?: Bind
): Effect.Effect<Opened, RootUnavailable, Scope.Scope> => {
  // The caller may change its options before the root is opened.
  const options = copy(given)
  return Effect.suspend(() =>
    Effect.map(
      openHandle(path, isOn("offMainThread", options.offMainThread), bind ?? bindFor(options)),
      (handle) => ({ handle, root: rootOf(path, handle, options) })
    )
  )
}

/** @internal */
export const bindingOf = (openat2: Openat2 | undefined): Binding =>
  openat2 === undefined ? { openat2, reason: "openat2 is not used" } : { openat2 }

/**
 * Opens a root with the given native calls. Tests pass calls that fail.
 *
 * @internal
 */
export const open = (path: string, options: Options, openat2: Openat2 | undefined) =>
  openBound(path, options, () => bindingOf(openat2))

/** @internal */
export const makeWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Effect.map(open(path, options, openat2), ({ root }) => root)

/** @internal */
export const make = (path: string, options: Options = {}) => Effect.map(openBound(path, options), ({ root }) => root)

/** @internal */
export const layer = (path: string, options?: Options) => Layer.scoped(Root.Root, make(path, options))
