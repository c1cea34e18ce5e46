/**
 * Directories that are held open as roots: neither a rename nor a reused PID puts another directory in their place. Paths are
 * resolved by `openat2(2)` where it is there, and by a walk otherwise, with the same answers.
 *
 * @since 0.1.0
 */
import type { Policy } from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type * as Handle from "@procfsroot/vfs/Handle"
import * as internal from "./internal/root.js"
import * as unavailable from "./internal/unavailable.js"
import type { Binding } from "./Native.js"

/**
 * How a root resolves paths, and why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Strategy {
  readonly name: "kernel" | "walk"
  readonly reason: string
}

/**
 * Paths that are resolved one after the other, which share their lookups.
 *
 * @since 0.1.0
 * @category models
 */
export interface Batch extends Disposable {
  /** As many paths from the one at `from` on as there is time for in this turn of the event loop; one at least. */
  readonly walkSome: <A>(
    paths: ReadonlyArray<string>,
    from: number,
    policy: Policy,
    read: (path: string, outcome: Walk.Outcome<unknown>) => A
  ) => ReadonlyArray<A>
}

/**
 * A `Batch` whose calls are made on the thread pool.
 *
 * @since 0.1.0
 * @category models
 */
export interface PooledBatch extends Disposable {
  readonly walk: (path: string, policy: Policy, signal: AbortSignal) => Promise<Walk.Outcome<unknown>>
}

/**
 * An open root. What is `…OnPool` makes its calls on Node's thread pool, where a file system that does not answer stops
 * nobody else; an aborted signal ends it after the call that is under way.
 *
 * @since 0.1.0
 * @category models
 */
export interface Root {
  readonly strategy: Strategy
  /** Where the path leads, by the kernel if it can say; what is missing is walked, to tell where. */
  readonly resolve: (path: string, policy: Policy) => RootedPath | Walk.Outcome<unknown>
  readonly walk: (path: string, policy: Policy) => Walk.Outcome<unknown>
  readonly batch: (maxRemembered: number) => Batch
  /**
   * What the kernel can answer without waiting for any file system, from its memory (`RESOLVE_CACHED`); `"ask"` where it may
   * answer on the pool, `undefined` where only a walk can tell.
   */
  readonly resolveCached: (path: string, policy: Policy) => RootedPath | "ask" | undefined
  readonly resolveOnPool: (path: string, policy: Policy) => Promise<RootedPath | undefined>
  readonly walkOnPool: (path: string, policy: Policy, signal: AbortSignal) => Promise<Walk.Outcome<unknown>>
  readonly batchOnPool: (maxRemembered: number) => PooledBatch
}

/**
 * What a user of an open root has: it closes with the last of them.
 *
 * @since 0.1.0
 * @category models
 */
export type RootHandle = Handle.Handle<Root>

/**
 * Why a root could not be opened, as `open` throws it: a code of `open(2)`, or `ENOTSUP` with a reason where the system has
 * not what a root needs.
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
  /** What answers `openat2`, looked for once it is known that a descriptor is free to load it. `Native.load` by default. */
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
 * `open` on the thread pool, where a mount that does not answer stops nobody else. The function that is returned gives it up:
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
