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
 * A `Batch` that makes its calls on the thread pool.
 *
 * @since 0.1.0
 * @category models
 */
export interface PooledBatch extends Disposable {
  readonly walk: (path: string, policy: Policy, signal: AbortSignal) => Promise<Walk.Outcome<unknown>>
}

/**
 * An open root. The `…OnPool` methods make their calls on Node's thread pool, where a file system that does not respond
 * blocks nobody else. An aborted signal ends them after the current call.
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
   * What the kernel can resolve from its caches, without waiting for any file system (`RESOLVE_CACHED`). `"ask"` if it
   * may find the answer on the pool, `undefined` if the path has to be walked.
   */
  readonly resolveCached: (path: string, policy: Policy) => RootedPath | Walk.Unresolved | "ask" | undefined
  readonly resolveOnPool: (path: string, policy: Policy) => Promise<RootedPath | undefined>
  readonly walkOnPool: (path: string, policy: Policy, signal: AbortSignal) => Promise<Walk.Outcome<unknown>>
  readonly batchOnPool: (maxRemembered: number) => PooledBatch
}

/**
 * A handle to an open root, which closes with the last of them.
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
 * `open` on the thread pool, where a mount that does not respond blocks nobody else. The returned function cancels it:
 * then nothing is reported, and nothing stays open.
 *
 * @since 0.1.0
 * @category constructors
 */
export const openOnPool: (
  path: string,
  options: Options,
  done: (result: { readonly root: RootHandle } | { readonly error: unknown }) => void
) => () => void = internal.openOnPool
