/**
 * Roots on Linux. The root directory is held open, and the kernel resolves paths where it can.
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
 * The options of a `NodeRoot`. An unknown value of an option is a defect (`RangeError`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * - `kernel`: makes one `openat2(2)` call per path, if native calls are available and the kernel permits it. Paths
   *   that the kernel cannot resolve are walked.
   * - `walk`: looks up every component with `lstat` and `readlink`, and makes no native calls, as with
   *   `native: "none"`.
   *
   * Paths resolve to the same results. The default is `kernel`, but without native calls, or if a sandbox forbids the
   * call, the root walks. The field `strategy` of a root says which one it uses, and why.
   */
  readonly strategy?: "kernel" | "walk" | undefined
  /**
   * The library that makes the system calls that Node does not have: `koffi`, the `runtime`'s own (`node:ffi` in Node
   * 26, `bun:ffi`, `Deno.dlopen`), or `none`. With `none`, extended attributes, special files and some renames fail with
   * ENOTSUP. The default, `auto`, uses the first that is available. In Node it tries koffi first, since `node:ffi` prints
   * a warning when it is loaded. The field `strategy.native` of a root says which one it uses, and why. If none is
   * available, the process prints one warning with the reason.
   */
  readonly native?: Choice | undefined
  /**
   * Use other threads for every call that may have to wait for a file system. Paths that the kernel can resolve from
   * its caches without waiting (`RESOLVE_CACHED`, since Linux 5.12) are still resolved synchronously, as fast as
   * before. In practice these are most paths.
   *
   * A network or FUSE mount that does not respond then blocks only the fibers that use it. They can be interrupted, for
   * example by `Effect.timeout`, but the system call cannot be cancelled and finishes in the background. Other paths,
   * other roots and Node's own thread pool are not affected. All roots share the threads, which take about 10 MB each.
   * There are usually at most four, and more while some are blocked: up to 32 for one root, and 64 in all. A thread
   * starts when it is needed, in about 50 ms, ends after ten seconds without work, and does not keep the process
   * running. The threads load the package `@procfsroot/node`, so a bundled program needs it installed beside it, in the
   * same version; otherwise opening the root fails with `RootUnavailable`.
   *
   * This is not the default, because `Effect.runSync` would then fail now and then, depending on the kernel's caches. A
   * local file system never makes a program wait long: a component takes about 1 µs on the main thread. In another
   * thread, a path takes about 15 µs if there are many, and 100 µs if there is only one.
   */
  readonly offMainThread?: boolean | undefined
}

/**
 * Opens the directory `path` as a root, which stays open until the scope closes. It stays the same directory even if
 * `path` is renamed, or the PID in `/proc/<pid>/root` is reused. Names that are not valid UTF-8 are written in the form
 * of `SurrogateEscape`.
 *
 * Like the kernel, it refuses to follow magic links of procfs (`/proc/<pid>/exe`) inside the root.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, if the limit of open files is reached, or if `/proc`
 * is not a procfs that shows this process.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (path: string, options?: Options) => Effect.Effect<Root["Service"], RootUnavailable, Scope.Scope> =
  internal.make

/**
 * Provides a root, as `make` opens it.
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
