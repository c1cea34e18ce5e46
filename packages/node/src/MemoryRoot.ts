/**
 * A root in memory that behaves like Linux, for tests of programs that use `fs`. Links, permissions, descriptors and
 * errors are the same as on a disk. This module also works without Node, except for the streams of `node:stream`, and
 * `readLines`, which uses such a stream.
 *
 * @since 0.1.0
 */
import type * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import type { Expected, Operation } from "@procfsroot/vfs/MemoryJournal"
import type { Limits } from "@procfsroot/vfs/MemoryLimits"
import type { CrashesOptions, CrashOptions, Protected, User } from "@procfsroot/vfs/MemoryTree"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type { Entry, Tree } from "@procfsroot/vfs/Tree"
import type * as FileSystem from "./FileSystem.js"
import * as internal from "./internal/promises/memoryRoot.js"
import type * as methods from "./internal/promises/methods.js"
import type { OpenRoot } from "./OpenRoot.js"

export type { Step } from "@procfsroot/vfs/MemoryFaults"
export { type Expected, format, type Operation } from "@procfsroot/vfs/MemoryJournal"
export type { Limits } from "@procfsroot/vfs/MemoryLimits"
export type { CrashesOptions, CrashOptions, Protected, User } from "@procfsroot/vfs/MemoryTree"
export * from "@procfsroot/vfs/Tree"

/**
 * The name of a function of `promises`, of `directory` or of an open file, or `subRoot`. `resolve` stands for all
 * functions that only resolve paths. Functions of `sync` have their names without `Sync`, and `existsSync` is `access`.
 * Functions of `directorySync` have the same names as those of `directory`.
 *
 * @since 0.1.0
 * @category models
 */
export type Method = methods.Method

/**
 * A fault: what goes wrong, where, and when. A missing field does not restrict anything: with `{ code: "EIO" }`, every
 * operation fails. A `delay` is in milliseconds. Synchronous functions ignore `delay`, and throw an `Error` for `hang`.
 *
 * - With a `method`, operations of that name fail before they do anything, if one of their paths leads to `path`.
 * - With a `step`, that step fails at `path`, in every operation. With a `method` as well, it fails only in operations
 *   of that name.
 * - With neither, every operation that touches `path` fails at its first step there.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault extends MemoryFaults.Fault<number, Method> {}

/**
 * A fault, the number of operations or steps that it matched, and the number of those that it changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report extends MemoryFaults.Report<number, Method> {}

/**
 * The user, settings, faults, limits and policy of a root in memory.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends PathPolicy {
  /**
   * The user that the program runs as, by default the superuser, who may do everything. New files belong to this user
   * and group.
   */
  readonly user?: User | undefined
  /**
   * The kernel's settings that restrict sticky directories. By default they forbid nothing. Permissions are always
   * checked.
   */
  readonly protected?: Protected | undefined
  /** Make every operation that would change something fail with `EROFS`, before it looks anything up. */
  readonly readOnly?: boolean | undefined
  /** The faults to inject. A fault that could never strike, such as one with an unknown method, is a `TypeError`. */
  readonly faults?: ReadonlyArray<Fault> | undefined
  /** The limits, for example on space or open files. By default there are none. */
  readonly limits?: Limits | undefined
  /** Record the changes that are not synced yet, which `crash` and `crashes` need. By default `false`. */
  readonly crashes?: boolean | undefined
  /** Returns the time to record in files, in milliseconds since the epoch. By default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/**
 * A root over a tree in memory, with the same interface as a root on a disk.
 *
 * @since 0.1.0
 * @category models
 */
export interface MemoryRoot extends OpenRoot {
  /**
   * Returns the whole current tree. If a file has several names, all but the alphabetically first are hard links to it.
   * The entries are the same data as the constructors create. A snapshot is also a `Tree`. A snapshot of a large tree
   * takes almost no time or memory, because it shares unchanged files with the tree, and creates its entries when they
   * are first used. `TreeDiff` skips the parts that two snapshots share.
   */
  readonly snapshot: () => Readonly<Record<string, Entry>>
  /**
   * Returns the journal: all operations so far, including those of roots that `subRoot` opened, in the order in which
   * they started.
   */
  readonly operations: () => ReadonlyArray<Operation>
  /** Replaces all faults, and counts matches from the beginning. Throws a `TypeError` if a fault could never strike. */
  readonly inject: (faults: ReadonlyArray<Fault>) => void
  /** Returns how often each fault matched and struck, in the order in which they were injected. */
  readonly report: () => ReadonlyArray<Report>
  /** Throws an error that lists the faults that did not strike, if there are any. */
  readonly assertAllStruck: () => void
  /**
   * Compares the operations so far with the expected ones, and throws an error that shows the difference unless they
   * are the same, in the same order. With `where`, only the operations for which it returns `true` are compared.
   */
  readonly expectOperations: (
    expected: ReadonlyArray<Expected>,
    options?: { readonly where?: ((operation: Operation) => boolean) | undefined }
  ) => void
  /** Replaces all limits. */
  readonly limit: (limits: Limits) => void
  /** Writes all changes so far to the disk, as `sync(2)` does. A crash after this keeps them. */
  readonly syncAll: () => void
  /**
   * Returns one of the trees that may be on the disk after a power failure at this moment. The seed, by default 0,
   * chooses the tree. Throws a `TypeError` without the option `crashes: true`. The result is always the whole tree,
   * even for a root that `subRoot` opened.
   *
   * Changes of names and attributes reach the disk in their order, so the crash can be after any one of them. Each
   * block written to a file may or may not have reached the disk. An fsync of a file stores its content, and all
   * changes up to the last change of that file. An fsync of a directory stores all changes up to the last change of
   * that directory. These are the trees that ext4 can leave with `data=ordered` and `noauto_da_alloc`.
   */
  readonly crash: (options?: CrashOptions) => Readonly<Record<string, Entry>>
  /**
   * Returns all trees that may be on the disk after a power failure at this moment. A tree is repeated only if changes
   * undo each other. Throws a `TypeError` if there are more than `limit` trees, by default 1,000: sync earlier, or
   * choose some trees with `crash`.
   */
  readonly crashes: (options?: CrashesOptions) => ReadonlyArray<Readonly<Record<string, Entry>>>
  readonly subRoot: (path: string, options?: FileSystem.Options) => Promise<MemoryRoot>
  /**
   * Returns a root over the same tree for another user, with the same policy. Close the new root as well. Each user
   * sees what the others change. There is one journal for all users, and faults and limits apply to all of them. Only
   * the limit of open files, and the numbers of descriptors, are separate for each user, as in another process.
   */
  readonly asUser: (user: User) => MemoryRoot
}

/**
 * Opens a root over a new file system that contains the tree. Throws a `TypeError` if no file system could contain it.
 *
 * Temporary directories have numbered names, so that every run is the same. The file system contains nothing but the
 * tree, except that the empty tree has a `/tmp`.
 *
 * @example
 * import { MemoryRoot, openMemoryRoot } from "@procfsroot/node"
 *
 * const root = openMemoryRoot({ "/run/motd": "hello\n", "/var/run": MemoryRoot.link("/run") })
 * await root.promises.readFile("/var/run/motd", "utf8") // "hello\n"
 * root.sync.realpathSync("/var/run/motd") // "/run/motd"
 *
 * @since 0.1.0
 * @category constructors
 */
export const openMemoryRoot: (tree: Tree, options?: Options) => MemoryRoot = internal.openMemoryRoot
