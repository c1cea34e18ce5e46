/**
 * Directories that are held open as roots: neither a rename nor a reused PID can replace them. Paths are resolved by
 * `openat2(2)` where it is available, and otherwise by a walk, with the same results.
 *
 * @since 0.1.0
 */
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type * as Handle from "@procfsroot/vfs/Handle"
import type { Call } from "@procfsroot/vfs/Program"
import * as internal from "./internal/root.js"
import * as unavailable from "./internal/unavailable.js"
import type { Binding, Native } from "./Native.js"

/**
 * How a root resolves paths, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Strategy {
  readonly name: "kernel" | "walk"
  readonly reason: string
  /** What makes the system calls that Node does not have. Absent if the root is not on a disk. */
  readonly native?: Native
}

/**
 * Resolves paths one after the other, sharing their lookups.
 *
 * @since 0.1.0
 * @category models
 */
export interface Batch extends Disposable {
  /**
   * Resolves as many paths, starting at `from`, as there is time for in this turn of the event loop, but at least one.
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
   * Where the path leads. The kernel resolves it, or finds the missing name, if it can; otherwise the path is walked.
   */
  readonly resolve: (path: string, policy: Policy) => RootedPath | Walk.Resolved<unknown> | Walk.Unresolved
  readonly walk: (path: string, policy: Policy) => Walk.Outcome<unknown>
  readonly batch: (maxRemembered: number) => Batch
  /**
   * What the kernel can resolve from its caches, without waiting for any file system (`RESOLVE_CACHED`). `undefined` if
   * it cannot.
   */
  readonly resolveCached: (path: string, policy: Policy) => RootedPath | Walk.Unresolved | undefined
}

/**
 * What a root does in other threads, where a file system that does not respond blocks only calls to it. The calls of
 * one turn of the event loop go to a thread together. A call that is cancelled finishes in the background, and the
 * root stays open until then.
 *
 * @since 0.1.0
 * @category models
 */
export interface OffThread {
  readonly resolve: (path: string, policy: Policy) => Call<RootedPath | Walk.Unresolved>
  readonly walk: (path: string, policy: Policy) => Call<Walk.Outcome<unknown>>
  /** The paths share their lookups. */
  readonly walkAll: (
    paths: ReadonlyArray<string>,
    policy: Policy,
    maxRemembered: number
  ) => Call<ReadonlyArray<Walk.Outcome<unknown>>>
}

/**
 * A handle to an open root. The root is closed with its last handle.
 *
 * @since 0.1.0
 * @category models
 */
export type RootHandle = Handle.Handle<Root>

/**
 * Why a root could not be opened, as `open` throws it: a code of `open(2)`, or `ENOTSUP` with a reason if the system
 * lacks what a root needs.
 *
 * @since 0.1.0
 * @category errors
 */
export interface Unavailable {
  readonly _tag: "Unavailable"
  readonly code: string
  readonly reason: string | undefined
  readonly cause: unknown
}

/**
 * @since 0.1.0
 * @category refinements
 */
export const isUnavailable: (thrown: unknown) => thrown is Unavailable = unavailable.isUnavailable

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Loads the native calls. Called once it is known that a descriptor is free for it. `Native.load` by default. */
  readonly bind?: (() => Binding) | undefined
}

/**
 * Opens the directory `path` as a root. Throws `Unavailable`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const open: (path: string, options?: Options) => RootHandle = internal.open

/**
 * `open` in another thread, where a mount that does not respond holds up nobody else. Once it is cancelled, nothing stays
 * open.
 *
 * @since 0.1.0
 * @category constructors
 */
export const openOffThread: (path: string, options?: Options) => Call<RootHandle> = internal.openOffThread

/**
 * What an open root does in other threads. Throws an `Errno` with EBADF if it is closed, as the calls do when they begin.
 *
 * @since 0.1.0
 * @category constructors
 */
export const offThread: (root: RootHandle) => OffThread = internal.offThread
