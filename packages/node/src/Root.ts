/**
 * Directories that are held open as roots, so that neither a rename nor a reused PID can replace them. Paths are
 * resolved by `openat2(2)` where it is available, and otherwise by a walk, with the same results.
 *
 * @since 0.1.0
 */
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type * as Handle from "@procfsroot/vfs/Handle"
import type { Call, MayWait, Now } from "@procfsroot/vfs/Program"
import * as resolving from "./internal/resolver.js"
import * as internal from "./internal/root.js"
import * as unavailable from "./internal/unavailable.js"
import type { Binding, Native } from "./Native.js"

/**
 * How a root resolves paths, and the reason.
 *
 * @since 0.1.0
 * @category models
 */
export interface Strategy {
  readonly name: "kernel" | "walk"
  readonly reason: string
  /** The library that makes the system calls that Node does not have. It is absent if the root is not on a disk. */
  readonly native?: Native
}

/**
 * Resolves several paths one after the other, and caches their lookups.
 *
 * @since 0.1.0
 * @category models
 */
export interface Batch extends Disposable {
  /**
   * Resolves paths from the index `from` on, until the time for this turn of the event loop is over. Resolves at least
   * one path.
   */
  readonly walkSome: <A>(
    paths: ReadonlyArray<string>,
    from: number,
    policy: Policy,
    read: (path: string, outcome: Walk.Outcome<unknown>) => A
  ) => ReadonlyArray<A>
}

/**
 * An open root.
 *
 * @since 0.1.0
 * @category models
 */
export interface Root {
  readonly strategy: Strategy
  /**
   * Resolves a path. If the kernel can neither resolve it nor find the missing name, the path is walked.
   */
  readonly resolve: (path: string, policy: Policy) => RootedPath | Walk.Resolved<unknown> | Walk.Unresolved
  readonly walk: (path: string, policy: Policy) => Walk.Outcome<unknown>
  readonly batch: (maxRemembered: number) => Batch
  /**
   * Resolves a path from the kernel's caches, without waiting for any file system (`RESOLVE_CACHED`). Returns
   * `undefined` if that is not possible.
   */
  readonly resolveCached: (path: string, policy: Policy) => RootedPath | Walk.Unresolved | undefined
}

/**
 * Resolves paths in other threads, where a file system that does not respond blocks only calls that use it. All calls
 * of one turn of the event loop are sent to a thread together. A call that is cancelled finishes in the background, and
 * the root stays open until then.
 *
 * @since 0.1.0
 * @category models
 */
export interface OffThread {
  readonly resolve: (path: string, policy: Policy) => Call<RootedPath | Walk.Unresolved>
  readonly walk: (path: string, policy: Policy) => Call<Walk.Outcome<unknown>>
  /** Walks several paths, and caches their lookups. */
  readonly walkAll: (
    paths: ReadonlyArray<string>,
    policy: Policy,
    maxRemembered: number
  ) => Call<ReadonlyArray<Walk.Outcome<unknown>>>
}

/**
 * Resolves several paths one after the other, perhaps in another thread. The root stays open until it is disposed of.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResolverBatch extends Disposable {
  /** Like `walkSome` of a `Batch`. */
  readonly walkSome: <A>(
    paths: ReadonlyArray<string>,
    from: number,
    policy: Policy,
    read: (path: string, outcome: Walk.Outcome<unknown>) => A
  ) => Now<ReadonlyArray<A>>
}

/**
 * Resolves the paths of a root. What has to wait for another thread is a call.
 *
 * @since 0.1.0
 * @category models
 */
export interface Resolver extends MayWait<Pick<Root, "resolve" | "walk">> {
  readonly batch: (maxRemembered: number) => ResolverBatch
}

/**
 * The options of `resolver`.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResolverOptions {
  /** Resolves in another thread what the kernel does not have in its caches. Defaults to `false`. */
  readonly offMainThread?: boolean | undefined
}

/**
 * A handle to an open root. The root is closed with its last handle.
 *
 * @since 0.1.0
 * @category models
 */
export type RootHandle = Handle.Handle<Root>

/**
 * The error that `open` throws if a root cannot be opened. `code` is an errno of `open(2)`, or `ENOTSUP` with a
 * `reason` if the system lacks something that a root needs.
 *
 * @since 0.1.0
 * @category errors
 */
export interface Unavailable extends Error {
  readonly _tag: "Unavailable"
  readonly code: string
  readonly reason: string | undefined
}

/**
 * Returns `true` if `open` threw an `Unavailable`.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isUnavailable: (thrown: unknown) => thrown is Unavailable = unavailable.isUnavailable

/**
 * The options of `open`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Loads the native calls, by default `Native.load`. It needs a free descriptor, so `open` calls it only after
   * checking that there is one.
   */
  readonly bind?: (() => Binding) | undefined
}

/**
 * Opens the directory `path` as a root. Throws `Unavailable`. If the path is `/proc/<pid>/root`, the mount namespace of
 * the process is held open as well, so that the root keeps its mounts.
 *
 * @since 0.1.0
 * @category constructors
 */
export const open: (path: string, options?: Options) => RootHandle = internal.open

/**
 * Like `open`, but in another thread, where a mount that does not respond blocks nothing else. If the call is
 * cancelled, it leaves nothing open.
 *
 * @since 0.1.0
 * @category constructors
 */
export const openOffThread: (path: string, options?: Options) => Call<RootHandle> = internal.openOffThread

/**
 * Returns the functions of a root that run in other threads. Throws an `Errno` with EBADF if the root is closed, and so
 * does each call when it starts.
 *
 * @since 0.1.0
 * @category constructors
 */
export const offThread: (root: RootHandle) => OffThread = internal.offThread

/**
 * Returns the functions that resolve a root's paths, on this thread or in others. Each throws an `Errno` with EBADF if
 * the root is closed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const resolver: (root: RootHandle, options?: ResolverOptions) => Resolver = resolving.make
