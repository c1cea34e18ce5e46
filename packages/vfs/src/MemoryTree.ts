/**
 * A file system in memory that contains a tree. Permissions, links and errors are the same as on Linux. Reading a file
 * does not change its access time, as on a disk mounted with `noatime`. Devices cannot be opened. All of `Tree` is
 * exported here as well.
 *
 * @since 0.1.0
 */
import type * as Walk from "@procfsroot/path/Walk"
import type { FileSystem } from "./FileSystem.js"
import type * as inode from "./internal/memory/inode.js"
import * as internal from "./internal/memory/memory.js"
import * as own from "./internal/memory/ownOptions.js"
import type * as openFile from "./internal/memory/openFile.js"
import type * as steps from "./internal/memory/steps.js"
import type { Limits } from "./MemoryLimits.js"
import type { PathPolicy } from "./PathPolicy.js"
import type { Entry, Tree } from "./Tree.js"

export * from "./Tree.js"

/**
 * The reason why a tree is invalid.
 *
 * @since 0.1.0
 * @category models
 */
export interface Invalid {
  readonly _tag: "Invalid"
  /** The key of the invalid entry. */
  readonly path: string
  /** What is wrong with the entry, worded as the end of a sentence. */
  readonly why: string
}

/**
 * The user that a program runs as. New files belong to this user and group. The superuser (uid 0) may do everything. A
 * user whose numbers are impossible is refused with a `TypeError`: each id is a whole number from 0 to 4,294,967,294.
 *
 * @since 0.1.0
 * @category models
 */
export interface User {
  readonly uid: number
  readonly gid: number
  /** The user's other groups. */
  readonly groups?: ReadonlyArray<number> | undefined
  /** The permission bits that new files do not get, from 0 to 0o777. By default 0o022. */
  readonly umask?: number | undefined
}

/**
 * The kernel's settings `fs.protected_symlinks`, `fs.protected_regular` and `fs.protected_fifos` (`proc_sys_fs(5)`),
 * which restrict what a user can do in sticky directories such as `/tmp`. Each of these three is by default 0, which
 * does not forbid anything. Most distributions set `{ symlinks: 1, regular: 2, fifos: 1 }`: links of other users are
 * not followed, and opening a file with `O_CREAT` does not open an existing file of another user. `hardlinks` is
 * `fs.protected_hardlinks`, by default 1 as on nearly every machine: a user cannot make a hard link to another user's
 * file without permission to read and write it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Protected {
  readonly symlinks?: 0 | 1 | undefined
  readonly regular?: 0 | 1 | 2 | undefined
  readonly fifos?: 0 | 1 | 2 | undefined
  readonly hardlinks?: 0 | 1 | undefined
}

/**
 * The user, settings, limits and policy of a file system in memory.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The user that the program runs as. By default the superuser. */
  readonly user?: User | undefined
  readonly protection?: Protected | undefined
  readonly limits?: Limits | undefined
  /** Record the changes that are not synced yet, which `crash` and `crashes` need. By default `false`. */
  readonly crashes?: boolean | undefined
  /** The policy by which every operation of the file system resolves its paths. */
  readonly policy?: PathPolicy | undefined
}

/**
 * The handle of a file in a tree.
 *
 * @since 0.1.0
 * @category models
 */
export type Node = inode.Node

/**
 * An open file of a tree.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenNode = openFile.OpenNode

/**
 * Options for choosing one of the trees that may be on the disk after a power failure.
 *
 * @since 0.1.0
 * @category models
 */
export interface CrashOptions {
  /** The seed of the choice, by default 0. After the same operations, the same seed chooses the same tree. */
  readonly seed?: number | undefined
}

/**
 * The options of `crashes`.
 *
 * @since 0.1.0
 * @category models
 */
export interface CrashesOptions {
  /** The largest number of trees to return, by default 1,000. If there are more, `crashes` throws a `TypeError`. */
  readonly limit?: number | undefined
}

/**
 * A source of the current time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Clock {
  /** Returns the current time, in milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * A file system in memory, and the tree that it contains.
 *
 * @since 0.1.0
 * @category models
 */
export interface Memory {
  readonly _tag: "Memory"
  readonly fileSystem: FileSystem<OpenNode>
  readonly policy: PathPolicy | undefined
  readonly root: Node
  /** The path of the root in the whole tree. It is `/` unless `subRoot` opened this root. */
  readonly place: string
  /** The hook that runs before each step of an operation, for all roots in the tree. */
  readonly steps: steps.Steps
  readonly lookup: (asked: Walk.Lookup<Node>) => Walk.Entry<Node>
  /**
   * The current time in milliseconds since the epoch, which operations record in files. Set it before each operation,
   * or call `useClock`.
   */
  now: number
  /**
   * Passes a clock instead of a time. The clock is asked once, when an operation first needs the time, and its answer
   * becomes `now`. Call this again before the next operation. `undefined` keeps the last time.
   */
  readonly useClock: (clock: Clock | undefined) => void
  /** Replaces all limits, for all users and roots of the tree. Throws a `TypeError` if a limit has an unknown name. */
  readonly limit: (limits: Limits) => void
  readonly snapshot: () => Readonly<Record<string, Entry>>
  /** Writes all changes so far to the disk, as `sync(2)` does. */
  readonly syncAll: () => void
  /**
   * Returns one of the trees that may be on the disk after a power failure at this moment. Throws a `TypeError` without
   * the option `crashes`.
   */
  readonly crash: (options?: CrashOptions) => Readonly<Record<string, Entry>>
  /**
   * Returns all trees that may be on the disk after a power failure at this moment. Throws a `TypeError` without the
   * option `crashes`, or if there are more trees than `limit`.
   */
  readonly crashes: (options?: CrashesOptions) => ReadonlyArray<Readonly<Record<string, Entry>>>
  /** Returns the path of an open file, or its last path if it was removed. */
  readonly pathOf: (file: OpenNode) => string
  /**
   * Returns the same tree for another user, with the same root and policy. Each user sees what the others change. The
   * limits apply to all users together. Only the limit of open files, and the numbers of descriptors, are separate for
   * each user, as in another process.
   */
  readonly asUser: (user: User) => Memory
  /**
   * Returns the directory at `path` as a root of its own in the same tree, with a policy that is at least as strict.
   * Throws an `Errno` if there is no such directory.
   */
  readonly subRoot: (path: string, policy?: PathPolicy) => Memory
}

/**
 * Creates a file system that contains a tree. Returns `Invalid` if no file system could contain it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (tree: Tree, options?: Options) => Memory | Invalid = internal.make

/**
 * Copies a user. A layer makes this copy, since the caller may change its own before the layer is built.
 *
 * @since 0.1.0
 * @category options
 */
export const ownUser: (user: User) => User = own.ownUser

/**
 * Copies the options of a tree, with what is inside of `faults`, `limits`, `protected` and `user`, but not each fault.
 *
 * @since 0.1.0
 * @category options
 */
export const ownOptions: <Fault>(options: own.Options<Fault>) => Required<own.Options<Fault>> = own.ownOptions
