/**
 * Opens a directory as a root, for programs that use promises. A root resolves paths, and has a file system inside it
 * with the interface of `fs.promises`.
 *
 * @since 0.1.0
 */
import type * as Policy from "@procfsroot/path/Policy"
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type * as Walk from "@procfsroot/path/Walk"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type { ResolveFailure } from "@procfsroot/vfs/ResolveFailure"
import type * as FileSystem from "./FileSystem.js"
import type { Choice } from "./Native.js"
import * as errors from "./internal/promises/errors.js"
import * as internal from "./internal/promises/nodeRoot.js"
import type { Abortable, Promises, Sync } from "./Promises.js"
import type { Strategy } from "./Root.js"
import type { RootDirectory, RootDirectorySync } from "./RootDirectory.js"

export type { RootedPath } from "@procfsroot/path/RootedPath"
export type { Hop } from "@procfsroot/path/Walk"
export type { ResolveFailure } from "@procfsroot/vfs/ResolveFailure"

/**
 * The options for resolving a path. The defaults are those of `Policy.defaultPolicy`, which resolves as the kernel
 * does, but follows up to 255 links instead of 40.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResolveOptions extends Policy.Options, Abortable {}

/**
 * The options for resolving many paths.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchOptions extends ResolveOptions {
  /**
   * The number of lookups to cache while the batch runs, by default 100,000. Each takes about 200 bytes. When the limit
   * is reached, the cache is cleared. Anything but a whole number of at least 0 or `Infinity` is a `RangeError`.
   */
  readonly maxRemembered?: number | undefined
}

/**
 * The result of resolving one path of a batch: the resolved path or the error.
 *
 * @since 0.1.0
 * @category models
 */
export type Resolution =
  | { readonly path: RootedPath; readonly error?: undefined }
  | { readonly path?: undefined; readonly error: ResolveFailure }

/**
 * How far a path can be resolved.
 *
 * @since 0.1.0
 * @category models
 */
export interface Location extends Walk.Location {
  /** The error at which resolving stopped. It is absent if the whole path resolves. */
  readonly error?: ResolveFailure
}

/**
 * Every link that a path follows, and the result of resolving it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Explanation {
  readonly path: string
  readonly hops: ReadonlyArray<Walk.Hop>
  /** Whether a `..` in the path itself, not in a link's target, stayed at the root. */
  readonly clamped: boolean
  readonly result: Resolution
}

/**
 * An open root. If others rename files while a path is resolved or afterwards, the path that the root returns may be
 * wrong. To open a file safely in a root that others can change, use `promises`.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenRoot extends AsyncDisposable {
  /** The path of the root, as the caller passed it. For a root in a root, the path of its directory. */
  readonly path: string
  /** How the root resolves paths on this system. This is decided when it is opened. */
  readonly strategy: Strategy
  /**
   * Resolves `path`, and returns the path of the file inside the root, without links. A path without a leading slash
   * starts at the root. Rejects with an `Error` whose `code` is the errno and whose `cause` is the `ResolveFailure`.
   *
   * It has only the policy in `options`, and not the one that the root was opened with: `promises.realpath` says which
   * file the other functions would use.
   */
  readonly resolve: (path: string, options?: ResolveOptions) => Promise<RootedPath>
  /**
   * Resolves many paths, and returns the results in the same order. Within one call, a root on a disk looks up each
   * name only once, as long as there are at most `maxRemembered` names.
   */
  readonly resolveAll: (paths: Iterable<string>, options?: BatchOptions) => Promise<ReadonlyArray<Resolution>>
  /** Resolves `path` as far as possible. It does not fail: if the path does not resolve, the result has the `error`. */
  readonly locate: (path: string, options?: ResolveOptions) => Promise<Location>
  /** Resolves `path`, and returns every link that it follows. It does not fail: the `result` may be an error. */
  readonly explain: (path: string, options?: ResolveOptions) => Promise<Explanation>
  /**
   * Converts a path that the root has returned to a host path. It does not check the path: another text, such as `/../x`,
   * may become a path outside the root.
   */
  readonly hostPath: (path: RootedPath) => string
  /** The race-free file system inside the root. */
  readonly promises: Promises
  /** The synchronous functions of the file system inside the root. */
  readonly sync: Sync
  /** Operations that Node's `fs.promises` does not have. */
  readonly directory: RootDirectory
  /** The short operations of `directory`, without promises. */
  readonly directorySync: RootDirectorySync
  /**
   * Opens a directory as a root of its own. Its policy is at least as strict as the policy of this root, and it is
   * read-only if this root is. The path is resolved like those of `promises`. Close the new root as well. It works
   * until then, even after this root is closed.
   */
  readonly subRoot: (path: string, options?: FileSystem.Options) => Promise<OpenRoot>
  /**
   * Closes the root. Every later call fails with EBADF. The directory itself stays open until the running operations
   * have ended and all open files and watches are closed. A root that is never closed keeps its directory open
   * until the process ends, even if nothing refers to the root any more.
   */
  readonly close: () => Promise<void>
}

/**
 * The options for opening a root. The policy (`containment`, `symlinks`, `mounts`, `from`, `maxSymlinks`) applies to
 * every path of every operation of `promises`, `sync`, `directory` and `directorySync`, and to `subRoot`. It does not
 * apply to the methods that only resolve paths: pass a policy to each call. An unknown value of an option is a
 * `RangeError`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Abortable, PathPolicy {
  /**
   * Make every operation that would change something fail with `EROFS`, before it looks anything up. It does not
   * restrict what you do with descriptors from `openSync` and `openDescriptor`: `fs.fchmodSync` works on a descriptor
   * that is open for reading.
   */
  readonly readOnly?: boolean | undefined
  /**
   * The user and the group that create files, instead of those of the process: the `fsuid` and `fsgid` of
   * `credentials(7)`. They are set only during calls that create or rename a file. Otherwise, the process keeps its
   * user and its capabilities.
   *
   * It is for the roots of containers with a user namespace: where a mount has no id for the user of the process,
   * creating a file fails with `EOVERFLOW`, even for root. In `/proc/<pid>/uid_map` and `gid_map`, the line that begins
   * with 0 has the id of the container's root as its second number.
   *
   * Without the capabilities CAP_SETUID and CAP_SETGID, these calls fail with `EPERM`, and without native calls with
   * `ENOTSUP`.
   */
  readonly createAs?: FileSystem.Creator | undefined
  /**
   * - `kernel`: makes one `openat2(2)` call per path, if native calls are available and the kernel permits it. Paths
   *   that the kernel cannot resolve are walked.
   * - `walk`: looks up every component, and makes no native calls, as with `native: "none"`.
   *
   * Paths resolve to the same results. The default is `kernel`. The field `strategy` of a root says which one it uses,
   * and why.
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
   * Use other threads for every call that may have to wait for a file system: opening the root, resolving paths, and
   * the functions of `promises`, `directory` and open files. A mount that does not respond then blocks only calls that
   * use it, but not other paths, other roots or Node's own thread pool. A signal ends the wait at once, but the system
   * call cannot be cancelled and finishes in the background. Only `watch`, `streamDirectoryEntries`, `walkTree`, an
   * atomic write in pieces and the synchronous functions still work on the main thread. In a `Worker`, the Worker
   * itself opens the root and its files, and reads and writes them.
   *
   * All roots share the threads, which take about 10 MB each. There are usually at most four, and more while some are
   * blocked: up to 32 for one root, and 64 in all. The threads load the package `@procfsroot/node`, so a bundled
   * program needs it installed beside it, in the same version; otherwise opening the root fails with ENOTSUP.
   *
   * This is not the default, because a local file system never makes a program wait long, and a call takes up to 15
   * times as long in another thread.
   */
  readonly offMainThread?: boolean | undefined
}

/**
 * A process whose root to open (`/proc/<pid>/root`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Process {
  readonly pid: number
}

/**
 * Opens a directory, or the root of a process (`{ pid }`), as a root. The directory, a path or a `file:` URL, is held
 * open until `close`. So it stays the same directory if the path is renamed later, or the PID is reused. If the first
 * thread of the process has ended, the root of another thread is opened. The root of a process holds the mount
 * namespace of the process open, so it keeps its mounts. Otherwise the kernel would unmount them when the last process
 * in the namespace ends.
 *
 * Rejects with an `Error` whose `code` is an errno: one of `open(2)`, `ENOTSUP` if `/proc` is not a procfs that shows
 * this process, or `ESRCH` if there is no such process.
 *
 * @example
 * import { openRoot } from "@procfsroot/node"
 *
 * const release = async () => {
 *   await using root = await openRoot("/srv/container", { readOnly: true })
 *   return await root.promises.readFile("/etc/os-release", "utf8")
 * }
 *
 * const uploads = () => openRoot(new URL("uploads", import.meta.url)) // beside this module
 *
 * @since 0.1.0
 * @category constructors
 */
export const openRoot: (root: string | URL | Process, options?: Options) => Promise<OpenRoot> = internal.openRoot

/**
 * Returns why a path did not resolve, if a function of an `OpenRoot` has failed because of that. Returns `undefined` for
 * all other errors.
 *
 * @example
 * import { OpenRoot } from "@procfsroot/node"
 *
 * const motd = async (root: OpenRoot.OpenRoot) => {
 *   try {
 *     return await root.promises.readFile("/etc/motd", "utf8")
 *   } catch (error) {
 *     const failure = OpenRoot.resolveFailure(error)
 *     if (failure?._tag === "PathNotFound") return ""
 *     if (failure?._tag === "SymlinkLoop") return `a broken image: ${failure.cycle.join(" → ")}`
 *     throw error
 *   }
 * }
 *
 * @since 0.1.0
 * @category getters
 */
export const resolveFailure: (error: unknown) => ResolveFailure | undefined = errors.resolveFailure

/**
 * Returns the error that `resolve` rejects with if a path does not resolve for this reason. `resolveAll`, `locate` and
 * `explain` return only the reason, which has neither a message nor a stack.
 *
 * @example
 * import { OpenRoot } from "@procfsroot/node"
 *
 * const linksOf = async (root: OpenRoot.OpenRoot, path: string) => {
 *   const { hops, result } = await root.explain(path)
 *   if (result.error !== undefined) throw OpenRoot.resolveError(result.error)
 *   return hops
 * }
 *
 * @since 0.1.0
 * @category constructors
 */
export const resolveError: (failure: ResolveFailure) => Error = errors.resolveError
