import type { Policy } from "@procfsroot/path/Policy"
import * as RootedPath from "@procfsroot/path/RootedPath"
import * as EventLoop from "@procfsroot/platform/EventLoop"
import { RootClosed, type RootUnavailable } from "@procfsroot/platform/ResolveError"
import * as Root from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import { constants } from "node:os"
import { getSystemErrorName } from "node:util"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Options } from "../NodeRoot.js"
import { type Binding, load } from "./binding.js"
import { errnoError, isExhausted } from "./errnoError.js"
import * as Handle from "@procfsroot/vfs/Handle"
import { KernelRoot } from "./kernelRoot.js"
import type { Openat2 } from "./openat2.js"
import { openRoot, unavailable } from "./openRoot.js"
import { PinnedRoot } from "./pinnedRoot.js"
import { checkSystem } from "./system.js"
import { Protection } from "./protection.js"
import { batchAsync, batchSync, type Ground, groundOf, walkAsync, walkSync } from "./walkRoot.js"

const { EAGAIN } = constants.errno

/** A root that is open, and the ways to ask it. */
interface OpenRoot {
  readonly pinned: PinnedRoot
  readonly kernel: KernelRoot | undefined
  readonly protection: Protection
  readonly ground: Ground
  readonly strategy: Root.Strategy
}

/** @internal */
export type RootHandle = Handle.Handle<OpenRoot>

const byKernel: Root.Strategy = { name: "kernel", reason: "openat2 resolves a path in one call" }

const byWalk = (reason: string): Root.Strategy => ({ name: "walk", reason })

/** With what resolves paths, as far as this system lets it. */
const kernelOf = (pinned: PinnedRoot, binding: Binding): Pick<OpenRoot, "kernel" | "strategy"> => {
  if (binding.openat2 === undefined) return { kernel: undefined, strategy: byWalk(binding.reason) }
  const kernel = new KernelRoot(pinned, binding.openat2)
  const { refusal } = kernel
  if (refusal === undefined) return { kernel, strategy: byKernel }
  kernel[Symbol.dispose]()
  const code = getSystemErrorName(-refusal)
  const error = errnoError(code, "openat2")
  if (isExhausted(error)) throw error
  const why = code === "ENOSYS"
    ? "this kernel or its sandbox has no openat2"
    : "openat2 is refused here, by a sandbox most likely"
  return { kernel: undefined, strategy: byWalk(`${why} (${code})`) }
}

/** Takes the descriptor over. */
const handleOf = (fd: number, findPlace: boolean, binding: Binding): RootHandle => {
  const pinned = new PinnedRoot(fd, findPlace)
  try {
    const protection = Protection.read()
    const ground = groundOf(pinned, protection, binding.openat2)
    return Handle.make({ pinned, protection, ground, ...kernelOf(pinned, binding) }, (root) => {
      root.kernel?.[Symbol.dispose]()
      root.pinned[Symbol.dispose]()
    })
  } catch (error) {
    pinned[Symbol.dispose]()
    throw error
  }
}

/** What answers `openat2`, looked for once it is known that a descriptor is free to load it. */
type Bind = () => Binding

/** The handle closes with the scope; the root, when what was begun or made by then is at its end too. */
const openHandle = (
  path: string,
  onPool: boolean,
  bind: Bind
): Effect.Effect<RootHandle, RootUnavailable, Scope.Scope> => {
  const opened = Effect.flatMap(checkSystem(path), () => {
    const binding = bind()
    return Effect.flatMap(openRoot(path, onPool), (fd) =>
      Effect.try({
        try: () => handleOf(fd, !onPool, binding),
        catch: (cause) => unavailable(path, cause as NodeJS.ErrnoException) // `node:fs` throws nothing else
      }))
  })
  return Effect.acquireRelease(opened, (root) => Effect.sync(() => root.close()))
}

const dispose = (resource: Disposable): Effect.Effect<void> => Effect.sync(() => resource[Symbol.dispose]())

const closed = (root: string, path: string) => Effect.fail(new RootClosed({ root, path, at: RootedPath.root }))

/** Walks a part of a batch a turn of the event loop at a time, so that timers go on and an interruption is met. */
const inTurns = <A>(
  count: number,
  walkSome: (from: number) => ReadonlyArray<A>
): Effect.Effect<ReadonlyArray<A>> => {
  const goOn = (answers: ReadonlyArray<A>): Effect.Effect<ReadonlyArray<A>> =>
    Effect.suspend(() => {
      const more = walkSome(answers.length)
      const all = answers.length === 0 ? more : answers.concat(more)
      return all.length === count ? Effect.succeed(all) : Effect.zipRight(EventLoop.nextTurn, goOn(all))
    })
  return goOn([])
}

/** Keeps the root open until a batch has ended. */
const retained = (path: string, root: RootHandle): Effect.Effect<RootHandle, RootClosed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() => root.isOpen ? Effect.succeed(root.retain()) : closed(path, "")),
    (held) => Effect.sync(() => held.close())
  )

const onMainThread = (path: string, root: RootHandle): Root.Provider => ({
  path,
  strategy: root.value.strategy,
  walk: (asked, policy) =>
    Effect.suspend(() =>
      root.isOpen ? Effect.succeed(walkSync(root.value.ground, asked, policy)) : closed(path, asked)
    ),
  resolve: (asked, policy) => {
    if (!root.isOpen) return closed(path, asked)
    const { ground, kernel } = root.value
    const answer = kernel?.resolve(asked, policy)
    if (answer !== undefined) return Effect.succeed(answer)
    const outcome = walkSync(ground, asked, policy)
    kernel?.tell(outcome._tag === "Resolved")
    return Root.fromOutcome(path, asked, outcome)
  },
  batch: (policy, maxRemembered) =>
    Effect.flatMap(retained(path, root), (held) =>
      Effect.map(
        Effect.acquireRelease(Effect.sync(() => batchSync(held.value.ground, maxRemembered)), dispose),
        (batch) => (paths, read) => inTurns(paths.length, (from) => batch.walkSome(paths, from, policy, read))
      ))
})

/**
 * What waits for the thread pool. Whoever gives up leaves the calls to their end, and the root stays open until then: its
 * number must not name another directory when a call leaves the queue.
 */
const onPool = <A>(
  path: string,
  asked: string,
  root: RootHandle,
  begin: (root: OpenRoot, signal: AbortSignal) => Promise<A>
): Effect.Effect<A, RootClosed> =>
  Effect.async((resume, signal) => {
    if (!root.isOpen) return resume(closed(path, asked))
    const held = root.retain()
    begin(held.value, signal)
      .finally(() => held.close())
      .then((value) => resume(Effect.succeed(value)), (error) => resume(Effect.die(error)))
  })

/**
 * Most paths are in the kernel's memory, and are answered at once: a trip to the pool costs ten times as much. What would
 * have to wait goes there.
 */
const waiting =
  (path: string, root: RootHandle, walk: Root.Provider["walk"]): NonNullable<Root.Provider["resolve"]> =>
  (asked, policy) => {
    if (!root.isOpen) return closed(path, asked)
    const cached = root.value.kernel?.resolveCached(asked, policy)
    if (typeof cached === "string") return Effect.succeed(cached)
    const walked = Effect.flatMap(walk(asked, policy), (outcome) => Root.fromOutcome(path, asked, outcome))
    if (cached !== EAGAIN) return walked
    return Effect.flatMap(
      onPool(path, asked, root, async ({ kernel }) => kernel?.resolveAsync(asked, policy)),
      (answer) => answer === undefined ? walked : Effect.succeed(answer)
    )
  }

const onThreadPool = (path: string, root: RootHandle): Root.Provider => {
  const walk = (asked: string, policy: Policy) =>
    onPool(path, asked, root, (opened, signal) => walkAsync(opened, asked, policy, signal))
  return {
    path,
    strategy: root.value.strategy,
    walk,
    batch: (policy, maxRemembered) =>
      Effect.flatMap(retained(path, root), (held) =>
        Effect.map(
          Effect.acquireRelease(Effect.sync(() => batchAsync(held.value, maxRemembered)), dispose),
          (batch) => (paths, read) =>
            EventLoop.forEach(paths, (asked) =>
              Effect.map(
                // A batch has a handle of its own, which closes after it.
                Effect.orDie(onPool(path, asked, held, (_, signal) => batch.walk(asked, policy, signal))),
                (outcome) => read(asked, outcome)
              ))
        )),
    ...(root.value.kernel === undefined ? {} : { resolve: waiting(path, root, walk) })
  }
}

interface Opened {
  readonly handle: RootHandle
  readonly root: Root.Root
}

/** @internal */
export const openBound = (
  path: string,
  { offMainThread = false }: Options,
  bind: Bind
): Effect.Effect<Opened, RootUnavailable, Scope.Scope> =>
  Effect.map(openHandle(path, offMainThread, bind), (handle) => ({
    handle,
    root: Root.make((offMainThread ? onThreadPool : onMainThread)(path, handle))
  }))

/** @internal */
export const given = (openat2: Openat2 | undefined): Binding =>
  openat2 === undefined ? { openat2, reason: "openat2 is not used" } : { openat2 }

/**
 * Opens a root with whatever answers `openat2`: a test gives one that fails.
 *
 * @internal
 */
export const open = (path: string, options: Options, openat2: Openat2 | undefined) =>
  openBound(path, options, () => given(openat2))

/** @internal */
export const makeWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Effect.map(open(path, options, openat2), ({ root }) => root)

const none: Bind = () => ({ openat2: undefined, reason: "the option \"strategy\" asks for it" })

/** @internal */
export const make = (path: string, options: Options = {}) =>
  Effect.map(openBound(path, options, options.strategy === "walk" ? none : load), ({ root }) => root)

/** @internal */
export const layer = (path: string, options?: Options) => Layer.scoped(Root.Root, make(path, options))
