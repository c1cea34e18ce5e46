/**
 * Roots on Linux, fast and pinned.
 *
 * @since 0.1.0
 */
import type { Choice } from "@procfsroot/node/Native"
import "../internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { RootUnavailable } from "../ResolveError.js"
import { Root } from "../Root.js"
import * as internal from "./internal/nodeRoot.js"

/**
 * How a `NodeRoot` resolves paths.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * - `kernel`: one `openat2(2)` per path, if there are native calls and the kernel permits it. Paths that it cannot
   *   resolve are walked.
   * - `walk`: every component is looked up by `lstat` and `readlink`.
   *
   * The results are the same. The default is `kernel`. Which one a root uses, and why, is in its `strategy`: without
   * native calls, or if a sandbox forbids the call, it is `walk`.
   */
  readonly strategy?: "kernel" | "walk"
  /**
   * What makes the system calls that Node does not have: `koffi`, what the `runtime` itself has (`node:ffi`
   * in Node 26, `bun:ffi`), or `none`: then extended attributes, special files and some renames are ENOTSUP. `auto`, the
   * default, takes what there is; in Node it takes koffi first, since `node:ffi` prints a warning when it is loaded. What
   * a root uses, and why, is in its `strategy.native`. If nothing is there, one warning for each process says why.
   */
  readonly native?: Choice
  /**
   * Makes every call that may have to wait for a file system in another thread. What the kernel can resolve from its
   * caches, without waiting (`RESOLVE_CACHED`, since Linux 5.12), is still resolved synchronously, for the same price:
   * most of what `resolve` asks for.
   *
   * A network or FUSE mount that does not respond then blocks only the fibers that ask for something in it. They can
   * be interrupted, also by `Effect.timeout`; the system call cannot be cancelled and finishes in the background.
   * Other paths, other roots and Node's own
   * thread pool are not affected. All roots share the threads, of some 10 MB each: as a rule at most four, and more
   * while some are held up, up to 32 by one root and 64 in all. They start when they are needed, which takes some 50
   * ms, end after ten seconds without work, and do not keep the process running. They load the package
   * `@procfsroot/node`, so it must be installed next to a bundled program; otherwise the root is `RootUnavailable`.
   *
   * It is not the default, because the kernel's caches would then decide whether a result is there at once, and
   * `Effect.runSync` would fail now and then. A local file system never makes a program wait long: on the main thread,
   * a component takes about a microsecond; in another thread, a path takes some 15 if there are many, and 100 alone.
   */
  readonly offMainThread?: boolean
}

/**
 * Opens the directory `path` and resolves inside it, until the scope closes. The root is pinned: it does not matter
 * what `path` names later, nor whether the PID in `/proc/<pid>/root` is reused. Names are bytes; those that are not
 * UTF-8 are written as `SurrogateEscape` writes them.
 *
 * Magic links of procfs (`/proc/<pid>/exe`) are refused inside the root, as by the kernel.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, if no descriptor is free, or if `/proc` is not a procfs
 * that shows this process.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (path: string, options?: Options) => Effect.Effect<Root["Service"], RootUnavailable, Scope.Scope> =
  internal.make

/**
 * `make` as a layer.
 *
 * @example
 * import { Root } from "@procfsroot/effect4"
 * import { NodeRoot } from "@procfsroot/effect4/node"
 * import * as Effect from "effect/Effect"
 *
 * const program = Root.resolve("/var/run/docker.sock").pipe(
 *   Effect.provide(NodeRoot.layer("/proc/1/root"))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (path: string, options?: Options): Layer.Layer<Root, RootUnavailable> =>
  Layer.effect(Root, make(path, options))
