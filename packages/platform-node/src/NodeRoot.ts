/**
 * Roots on Linux, fast and pinned.
 *
 * @since 0.1.0
 */
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import type { Root } from "@procfsroot/platform/Root"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as internal from "./internal/nodeRoot.js"

/**
 * How a `NodeRoot` asks.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * - `kernel`: one `openat2(2)` a path, where koffi is installed and the kernel permits it; what it does not answer is
   *   walked.
   * - `walk`: every component is looked up by `lstat` and `readlink`.
   *
   * The answers are the same. `kernel` unless told. Which one a root has, and why, is in its `strategy`: without koffi, or
   * where a sandbox forbids the call, it is `walk`.
   */
  readonly strategy?: "kernel" | "walk"
  /**
   * Every call that may have to wait for a file system is made on Node's thread pool (four threads, unless
   * `UV_THREADPOOL_SIZE` says otherwise) instead of on the thread of the event loop.
   *
   * Without it, a path is resolved in one go, which is what is wanted for local file systems: the calls take about a
   * microsecond a component, a trip to the pool 25 to 60. With it, a hung network or FUSE mount inside a root that is not
   * trusted holds up one thread of the pool and no fiber: a fiber that waits for it can be interrupted, `Effect.timeout`
   * included, and the call is left to end by itself. What the kernel can answer from its memory, without asking any file
   * system (`RESOLVE_CACHED`, since Linux 5.12), is asked for at once all the same, which is most of what `resolve` asks.
   */
  readonly offMainThread?: boolean
}

/**
 * Opens the directory `path` and resolves inside it, until the scope closes. The root is pinned: what `path` names later
 * does not matter, nor does a reused PID behind `/proc/<pid>/root`. Names are bytes; those that are no UTF-8 come as
 * `SurrogateEscape` has them.
 *
 * The magic links of procfs (`/proc/<pid>/exe`) are refused inside the root as the kernel refuses them.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, if no descriptor is free, or if `/proc` is not a procfs
 * that shows this process.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (path: string, options?: Options) => Effect.Effect<Root, RootUnavailable, Scope.Scope> =
  internal.make

/**
 * `make` as a layer.
 *
 * @example
 * import { Root } from "@procfsroot/platform"
 * import { NodeRoot } from "@procfsroot/platform-node"
 * import * as Effect from "effect/Effect"
 *
 * const program = Root.resolve("/var/run/docker.sock").pipe(
 *   Effect.provide(NodeRoot.layer("/proc/1/root"))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: (path: string, options?: Options) => Layer.Layer<Root, RootUnavailable> = internal.layer
