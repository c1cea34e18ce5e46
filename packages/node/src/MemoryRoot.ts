/**
 * A root in memory that behaves like Linux, for tests of programs that use `fs`. Links, permissions, descriptors and
 * errors are the same as on a disk. This module and all that it imports need nothing of Node;
 * without Node, only the streams of `node:stream` are missing, and `readLines`, which reads one.
 *
 * @since 0.1.0
 */
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import type * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as MemoryJournal from "@procfsroot/vfs/MemoryJournal"
import type * as MemoryLimits from "@procfsroot/vfs/MemoryLimits"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type * as FileSystem from "./FileSystem.js"
import * as internal from "./internal/promises/memoryRoot.js"
import type * as methods from "./internal/promises/methods.js"
import type { OpenRoot } from "./OpenRoot.js"

/**
 * A tree as plain data: absolute paths and what is there. Text and bytes are files. Parent directories need no entry.
 *
 * @since 0.1.0
 * @category models
 */
export type Tree = MemoryTree.Tree

/**
 * What is at a path in a tree.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = MemoryTree.Entry

/**
 * A regular file. By default it has mode 0o644, belongs to the superuser, and was last changed at the epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const file: typeof MemoryTree.file = MemoryTree.file

/**
 * A regular file whose bytes are read when a program first needs them. Until then, its size is `size`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lazyFile: typeof MemoryTree.lazyFile = MemoryTree.lazyFile

/**
 * A directory. By default it has mode 0o755, belongs to the superuser, and was last changed at the epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const directory: typeof MemoryTree.directory = MemoryTree.directory

/**
 * A directory in which another file system is mounted: what is below has another device. Renames and hard links between
 * it and the rest are EXDEV, its own name cannot be removed or renamed (EBUSY), and the policy `mounts: "forbid"` does
 * not enter it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const mount: typeof MemoryTree.mount = MemoryTree.mount

/**
 * A symbolic link. Its target may be absolute, relative or missing, but not empty.
 *
 * @since 0.1.0
 * @category constructors
 */
export const link: typeof MemoryTree.link = MemoryTree.link

/**
 * Another name for the file of another entry.
 *
 * @since 0.1.0
 * @category constructors
 */
export const hardLink: typeof MemoryTree.hardLink = MemoryTree.hardLink

/**
 * A fifo whose other end takes everything that is written and never writes: a read waits until it is aborted.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fifo: typeof MemoryTree.fifo = MemoryTree.fifo

/**
 * A socket. Opening it fails with `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const socket: typeof MemoryTree.socket = MemoryTree.socket

/**
 * A device. Opening it fails with `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const device: typeof MemoryTree.device = MemoryTree.device

/**
 * A user who works in the tree: ids, other groups, and the umask, by default 0o022. The user 0 may do everything.
 *
 * @since 0.1.0
 * @category models
 */
export type User = MemoryTree.User

/**
 * A function of `promises`, of `directory` or of an open file, `subRoot`, or `resolve` for all that resolve paths.
 * Functions of `sync` have the name without `Sync`, and `existsSync` is `access`.
 *
 * @since 0.1.0
 * @category models
 */
export type Method = methods.Method

/**
 * What operations are made of, named as the system calls are. `lookup` is one name of a path.
 *
 * @since 0.1.0
 * @category models
 */
export type Step = MemoryFaults.Step

/**
 * What goes wrong, where and when. Missing fields restrict nothing: with `{ code: "EIO" }`, everything fails. A `delay`
 * is in milliseconds; functions of `sync` do not wait for it, and those that `hang` throw an `Error`.
 *
 * - With a `method`, operations of that name fail before they do anything, if `path` is where their paths lead.
 * - With a `step`, whatever operation it is part of, the step fails at `path`; with a `method` too, only in operations
 *   of that name.
 * - With neither, every operation that touches `path` fails at its first step there.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault extends MemoryFaults.Fault<number, Method> {}

/**
 * A fault, how many operations or steps it was about, and how many of these it has changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report extends MemoryFaults.Report<number, Method> {}

/**
 * An operation that was begun: its method and paths, how it ended, and the bytes that it moved.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation extends MemoryJournal.Operation {}

/**
 * What a test expects of an operation. Fields that are missing may have any value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Expected extends MemoryJournal.Expected {}

/**
 * Operations as text for people, one on each line: `readFile "/etc/motd": ok, 6 bytes read`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const format: (operations: ReadonlyArray<Operation>) => string = MemoryJournal.format

/**
 * Limits of the file system, such as on space. Going over one fails with the errno of Linux.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits extends MemoryLimits.Limits {}

/**
 * Chooses one of the trees that may be there after a power failure. The same seed chooses the same tree.
 *
 * @since 0.1.0
 * @category models
 */
export interface CrashOptions extends MemoryTree.CrashOptions {}

/**
 * How many trees `crashes` may return.
 *
 * @since 0.1.0
 * @category models
 */
export interface CrashesOptions extends MemoryTree.CrashesOptions {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends PathPolicy {
  /** The user who works in the tree, by default the superuser, who may do everything. New files get these ids. */
  readonly user?: User | undefined
  /** What is forbidden in sticky directories, by default nothing. Permissions are checked in any case. */
  readonly protected?: MemoryTree.Protected | undefined
  /** Every operation that would change something fails with `EROFS`, before anything is looked up. */
  readonly readOnly?: boolean | undefined
  /** What goes wrong. A fault that could never strike, such as one with an unknown method, is a `TypeError`. */
  readonly faults?: ReadonlyArray<Fault> | undefined
  /** Limits, such as on space and open files. By default there are none. */
  readonly limits?: Limits | undefined
  /** Whether what is not synced is recorded, for `crash` and `crashes`. By default it is not. */
  readonly crashes?: boolean | undefined
  /** The time that is recorded in files, in milliseconds since the epoch: `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

/**
 * A root over a tree. It has the interface of a root on a disk.
 *
 * @since 0.1.0
 * @category models
 */
export interface MemoryRoot extends OpenRoot {
  /**
   * The whole current tree. If a file has several names, all but the alphabetically first are hard links to it. The
   * constructors make the same data. A snapshot is also a `Tree`. It shares with the tree what does not change
   * afterwards, so even that of a large tree takes neither time nor memory; its entries are made when they are looked at.
   * `TreeDiff` compares two without looking at what they share.
   */
  readonly snapshot: () => Readonly<Record<string, Entry>>
  /** The journal: all operations so far, in the order in which they began, also of roots further down. */
  readonly operations: () => ReadonlyArray<Operation>
  /** Replaces all faults by these, and counts from the beginning. Throws a `TypeError` if one could never strike. */
  readonly inject: (faults: ReadonlyArray<Fault>) => void
  /** Which faults have struck, in the order in which they were injected. */
  readonly report: () => ReadonlyArray<Report>
  /** Throws an error that lists the faults that never struck, if there are any. */
  readonly assertAllStruck: () => void
  /**
   * Throws an error that shows the difference, unless the operations so far, of those for which `where` is true, are as
   * expected: the same number, in the same order.
   */
  readonly expectOperations: (
    expected: ReadonlyArray<Expected>,
    options?: { readonly where?: (operation: Operation) => boolean }
  ) => void
  /** Replaces all limits. */
  readonly limit: (limits: Limits) => void
  /** Stores all changes so far, as `sync(2)` does: a crash after this keeps them. */
  readonly syncAll: () => void
  /**
   * A tree that may be on the disk after a power failure now, chosen by the seed, by default 0. It needs the option
   * `crashes: true`; without it, it throws a `TypeError`. It is the whole tree, also of a root further down.
   *
   * Changes of names and attributes are on the disk up to any one of them, in their order; each block of a file that was
   * written to is there or not. An fsync of a file stores its content and all changes up to its own last one, and that
   * of a directory all changes up to its last one. This allows what ext4 may leave with `data=ordered` and
   * `noauto_da_alloc`.
   */
  readonly crash: (options?: CrashOptions) => Readonly<Record<string, Entry>>
  /**
   * All trees that may be there, each once unless changes undo each other. More than `limit` of them, by default 1,000, are a
   * `TypeError`: sync earlier, or choose some by `crash`.
   */
  readonly crashes: (options?: CrashesOptions) => ReadonlyArray<Readonly<Record<string, Entry>>>
  readonly subRoot: (path: string, options?: FileSystem.Options) => Promise<MemoryRoot>
  /**
   * The same tree for another user, with the same policy: a root of its own, which is closed by itself. What one user
   * changes, the others see. Operations of all users are in one journal, and faults and limits apply to all. Open files
   * have numbers of their own, as in another process, and are limited for each user.
   */
  readonly asUser: (user: User) => MemoryRoot
}

/**
 * Makes a root of a tree, which nobody else has. Throws a `TypeError` if no file system could contain the tree.
 *
 * Names of temporary directories are counted, so that every run is the same. There is nothing but the tree, except that
 * the empty tree has a `/tmp`.
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
