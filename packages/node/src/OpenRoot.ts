/**
 * A directory that plays `/`, for programs with promises: it resolves paths, and has the file system inside it as
 * `fs.promises`.
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
import * as internal from "./internal/promises/nodeRoot.js"
import type { Abortable, Promises, Sync } from "./Promises.js"
import type { Strategy } from "./Root.js"
import type { RootDirectory } from "./RootDirectory.js"

/**
 * How to resolve a path. Missing options are those of `Policy.defaultPolicy`, which does what the kernel does.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResolveOptions extends Policy.Options, Abortable {}

/**
 * How to resolve many paths.
 *
 * @since 0.1.0
 * @category models
 */
export interface BatchOptions extends ResolveOptions {
  /**
   * How many names to remember while the batch runs, at about 200 bytes each; 100,000 by default. When the limit is
   * reached, all are forgotten, and looked up again when needed.
   */
  readonly maxRemembered?: number | undefined
}

/**
 * Where a path of a batch leads, or why it does not.
 *
 * @since 0.1.0
 * @category models
 */
export type Resolution =
  | { readonly path: RootedPath; readonly error?: undefined }
  | { readonly path?: undefined; readonly error: ResolveFailure }

/**
 * How far a path leads.
 *
 * @since 0.1.0
 * @category models
 */
export interface Location extends Walk.Location {
  /** Why it does not lead further; absent if it leads to its end. */
  readonly error?: ResolveFailure
}

/**
 * Every link that a path follows, and where it leads.
 *
 * @since 0.1.0
 * @category models
 */
export interface Explanation {
  readonly path: string
  readonly hops: ReadonlyArray<Walk.Hop>
  /** Whether a `..` of the path itself was kept at the root. */
  readonly clamped: boolean
  readonly result: Resolution
}

/**
 * An open root. Its results are strings that were correct when they were made. To be sure that a file is opened inside a
 * root that somebody else is changing, open it by `promises`.
 *
 * @since 0.1.0
 * @category models
 */
export interface OpenRoot extends AsyncDisposable {
  /** The root as its caller named it. */
  readonly path: string
  /** How it resolves paths on this system, decided when it was opened. */
  readonly strategy: Strategy
  /**
   * The place to which `path` leads. A path without a leading slash starts at the root. Rejects with an `Error` whose
   * `code` is the errno and whose `cause` is the `ResolveFailure`.
   */
  readonly resolve: (path: string, options?: ResolveOptions) => Promise<RootedPath>
  /**
   * The result of each path, in order. Within one call, a root on a disk looks up each name once, as long as there are
   * at most `maxRemembered` names.
   */
  readonly resolveAll: (paths: Iterable<string>, options?: BatchOptions) => Promise<ReadonlyArray<Resolution>>
  /** How far `path` leads. Not reaching its end is a result, not an error. */
  readonly locate: (path: string, options?: ResolveOptions) => Promise<Location>
  /** Every link that `path` follows, whether or not it reaches its end. */
  readonly explain: (path: string, options?: ResolveOptions) => Promise<Explanation>
  /** The caller's own path of a place inside the root. */
  readonly hostPath: (path: RootedPath) => string
  /** The file system inside the root, race-free. */
  readonly promises: Promises
  /** The part of it that never waits. */
  readonly sync: Sync
  /** What it can do beyond `promises`. */
  readonly directory: RootDirectory
  /**
   * Opens a directory as a root of its own, with a policy that is at least as strict as that of this one, and read-only
   * if this one is. The path is resolved as those of `promises` are. Close the new root yourself: it works until then,
   * even after this one is closed.
   */
  readonly subRoot: (path: string, options?: FileSystem.Options) => Promise<OpenRoot>
  /**
   * Closes the root: every later call fails with EBADF. The directory itself is closed after the operations under way,
   * the open files and the watches.
   */
  readonly close: () => Promise<void>
}

/**
 * How a root is opened. The policy (`containment`, `symlinks`, `mounts`, `from`, `maxSymlinks`) applies to every path of
 * every operation of `promises`, `sync` and `directory`, and to `subRoot`. The methods that resolve paths do not have it:
 * each call takes its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Abortable, PathPolicy {
  /**
   * Every operation that would change something fails with `EROFS`, before anything is looked up. This is not about what
   * you do with descriptors (`openSync`, `openDescriptor`): `fs.fchmodSync` of one that is open for reading works.
   */
  readonly readOnly?: boolean | undefined
  /**
   * - `kernel`: one `openat2(2)` per path, if there are native calls and the kernel permits it. Paths that it cannot
   *   resolve are walked.
   * - `walk`: every component is looked up.
   *
   * The results are the same. The default is `kernel`. Which one a root uses, and why, is in its `strategy`.
   */
  readonly strategy?: "kernel" | "walk" | undefined
  /**
   * What makes the system calls that Node does not have: `koffi`, what the `runtime` itself has (`node:ffi`
   * in Node 26, `bun:ffi`), or `none`: then extended attributes, special files and some renames are ENOTSUP. `auto`, the
   * default, takes what there is; in Node it takes koffi first, since `node:ffi` prints a warning when it is loaded. What
   * a root uses, and why, is in its `strategy.native`. If nothing is there, one warning for each process says why.
   */
  readonly native?: Choice | undefined
  /**
   * Opens the root, and resolves its paths, in another thread if they may have to wait for a file system. A mount that
   * does not respond then blocks only calls to it: neither other paths nor other roots nor Node's own thread pool. A
   * signal ends the wait at once; the system call cannot be cancelled and finishes in the background. All roots share
   * the threads, of some 10 MB each: as
   * a rule at most four, and more while some are held up, up to 32 by one root and 64 in all. They load the package
   * `@procfsroot/node`, so it must be installed next to a bundled program; otherwise the root cannot be opened
   * (ENOTSUP). This is about the root's own methods, not about `promises`.
   *
   * It is not the default: a local file system never makes a program wait long, and another thread takes 15 times as long
   * for a path that is not in the kernel's caches.
   */
  readonly offMainThread?: boolean | undefined
}

/**
 * The root of a process (`/proc/<pid>/root`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Process {
  readonly pid: number
}

/**
 * Opens a directory, or the root of a process, as a root. It is held open until `close`: it does not matter what the
 * path names later, nor whether the PID is reused.
 *
 * Rejects with an `Error` whose `code` is an errno: of `open(2)`, `ENOTSUP` if `/proc` is not a procfs that shows this
 * process, or `ESRCH` if there is no such process.
 *
 * @example
 * import { openRoot } from "@procfsroot/node"
 *
 * const release = async () => {
 *   await using root = await openRoot("/srv/container", { readOnly: true })
 *   return await root.promises.readFile("/etc/os-release", "utf8")
 * }
 *
 * @since 0.1.0
 * @category constructors
 */
export const openRoot: (root: string | Process, options?: Options) => Promise<OpenRoot> = internal.openRoot
