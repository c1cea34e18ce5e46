/**
 * A tree as plain data, and the file system in memory over it: permissions, links and errors as on Linux. Reading does
 * not change access times, as on a disk mounted with `noatime`, and there are no devices.
 *
 * @since 0.1.0
 */
import type * as Walk from "@procfsroot/path/Walk"
import type { FileSystem } from "./FileSystem.js"
import type * as inode from "./internal/memory/inode.js"
import * as internal from "./internal/memory/memory.js"
import type * as openFile from "./internal/memory/openFile.js"
import type * as steps from "./internal/memory/steps.js"
import * as tree from "./internal/memory/tree.js"
import type { Limits } from "./MemoryLimits.js"
import type { PathPolicy } from "./PathPolicy.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Attributes {
  /** Permission bits, with set-user-id, set-group-id and the sticky bit. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtime: Date
}

/**
 * @since 0.1.0
 * @category models
 */
export interface File extends Attributes {
  readonly type: "File"
  /** Text is stored as UTF-8. Content that is not valid UTF-8 must be bytes. */
  readonly content: string | Uint8Array
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Directory extends Attributes {
  readonly type: "Directory"
  /** Another file system is mounted here: what is below is on a device of its own. */
  readonly mount?: true
}

/**
 * A symbolic link, which has no mode of its own on Linux.
 *
 * @since 0.1.0
 * @category models
 */
export interface Link extends Omit<Attributes, "mode"> {
  readonly type: "SymbolicLink"
  readonly target: string
}

/**
 * A fifo or a socket: programs can find it, but not communicate through it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Special extends Attributes {
  readonly type: "FIFO" | "Socket"
}

/**
 * A device, which programs can find, but not open (`ENXIO`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Device extends Attributes {
  readonly type: "CharacterDevice" | "BlockDevice"
  readonly major: number
  readonly minor: number
}

/**
 * Another name for the file, link, fifo or socket at `of`, which is the key of another entry.
 *
 * @since 0.1.0
 * @category models
 */
export interface HardLink {
  readonly type: "HardLink"
  readonly of: string
}

/**
 * A file whose bytes are read when a program first needs them. Until then, its size is `size`.
 *
 * @since 0.1.0
 * @category models
 */
export interface LazyFile extends Attributes {
  readonly type: "LazyFile"
  readonly size: number
  /** Called at most once, unless it throws. An `Errno` that it throws is what the operation fails with. */
  readonly read: () => Uint8Array
}

/**
 * What is at a path in a tree.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = File | Directory | Link | Special | Device | HardLink

/**
 * A tree as plain data: absolute paths and what is there. Text and bytes are files. Parent directories need no entry;
 * an entry for one, before or after, sets its attributes. A name that is not valid UTF-8 is written as
 * `SurrogateEscape` writes it. Nothing else is in the file system, except that the empty tree has a `/tmp`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tree extends Readonly<Record<string, string | Uint8Array | Entry | LazyFile>> {}

/**
 * A regular file. By default it has mode 0o644, belongs to the superuser, and was last changed at the epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const file: (content: string | Uint8Array, attributes?: Partial<Attributes>) => File = tree.file

/**
 * A regular file whose bytes are read when a program first needs them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lazyFile: (size: number, read: () => Uint8Array, attributes?: Partial<Attributes>) => LazyFile =
  tree.lazyFile

/**
 * A directory. By default it has mode 0o755, belongs to the superuser, and was last changed at the epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const directory: (attributes?: Partial<Attributes>) => Directory = tree.directory

/**
 * A directory in which another file system is mounted: what is below has another device. Renames and hard links between
 * it and the rest are EXDEV, its own name cannot be removed or renamed (EBUSY), and the policy `mounts: "forbid"` does
 * not enter it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const mount: (attributes?: Partial<Attributes>) => Directory = tree.mount

/**
 * A symbolic link. Its target may be absolute, relative or missing, but not empty.
 *
 * @since 0.1.0
 * @category constructors
 */
export const link: (target: string, attributes?: Partial<Omit<Attributes, "mode">>) => Link = tree.link

/**
 * Another name for the file of another entry.
 *
 * @since 0.1.0
 * @category constructors
 */
export const hardLink: (of: string) => HardLink = tree.hardLink

/**
 * A fifo whose other end takes everything that is written and never writes: a read waits until it is interrupted.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fifo: (attributes?: Partial<Attributes>) => Special = tree.special("FIFO")

/**
 * A socket. Opening it fails with `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const socket: (attributes?: Partial<Attributes>) => Special = tree.special("Socket")

/**
 * A device. Opening it fails with `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const device: (
  type: Device["type"],
  major: number,
  minor: number,
  attributes?: Partial<Attributes>
) => Device = tree.device

/**
 * Why a tree cannot be made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Invalid {
  readonly _tag: "Invalid"
  /** The path of the invalid entry, as it was written. */
  readonly path: string
  /** What is wrong with it, worded as the end of a sentence. */
  readonly why: string
}

/**
 * The user who works in a tree. The superuser may do everything. New files get these ids.
 *
 * @since 0.1.0
 * @category models
 */
export interface User {
  readonly uid: number
  readonly gid: number
  /** Other groups of the user. */
  readonly groups?: ReadonlyArray<number>
  /** The permissions that new files do not get, by default 0o022. */
  readonly umask?: number
}

/**
 * The kernel's settings `fs.protected_symlinks`, `fs.protected_regular` and `fs.protected_fifos` (`proc_sys_fs(5)`),
 * which restrict sticky directories. Each defaults to 0, which forbids nothing. Most distributions set
 * `{ symlinks: 1, regular: 2, fifos: 1 }`: in `/tmp`, another user's link is not followed, and another user's file is
 * not opened where a new one was meant. `hardlinks` is `fs.protected_hardlinks`, by default 1, as on nearly every machine:
 * another user's file gets no second name unless the user may write to it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Protected {
  readonly symlinks?: 0 | 1
  readonly regular?: 0 | 1 | 2
  readonly fifos?: 0 | 1 | 2
  readonly hardlinks?: 0 | 1
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The superuser by default. */
  readonly user?: User | undefined
  readonly protection?: Protected | undefined
  readonly limits?: Limits | undefined
  /** Whether what is not synced is recorded, for `crash` and `crashes`. By default it is not. */
  readonly crashes?: boolean | undefined
  /** How every operation of the file system resolves its paths. */
  readonly policy?: PathPolicy | undefined
}

/**
 * The handle of a file in memory.
 *
 * @since 0.1.0
 * @category models
 */
export type Node = inode.Node

/**
 * An open file in memory.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenNode = openFile.OpenNode

/**
 * Which tree is chosen of those that may be on the disk after a power failure.
 *
 * @since 0.1.0
 * @category models
 */
export interface CrashOptions {
  /** The same seed chooses the same tree after the same operations. By default 0. */
  readonly seed?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface CrashesOptions {
  /** The most trees, by default 1,000. If there are more, that is a `TypeError`. */
  readonly limit?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Memory {
  readonly _tag: "Memory"
  readonly fileSystem: FileSystem<OpenNode>
  readonly policy: PathPolicy | undefined
  readonly root: Node
  /** Where the root is in the whole tree: `/`, unless it is a root further down. */
  readonly place: string
  /** What is asked before each step of an operation, by all roots in the tree. */
  readonly steps: steps.Steps
  readonly lookup: (asked: Walk.Lookup<Node>) => Walk.Entry<Node>
  /** The time that operations record in files, in milliseconds since the epoch. The user of the file system sets it. */
  now: number
  /** Replaces all limits, those of other users and roots in the same tree as well. Throws a `TypeError` if there is no such limit. */
  readonly limit: (limits: Limits) => void
  readonly snapshot: () => Readonly<Record<string, Entry>>
  /** Stores all changes so far, as `sync(2)` does. */
  readonly syncAll: () => void
  /** A tree that may be on the disk after a power failure now. Throws a `TypeError` if nothing is recorded. */
  readonly crash: (options?: CrashOptions) => Readonly<Record<string, Entry>>
  /**
   * All such trees. Throws a `TypeError` if nothing is recorded, or if there are more than the limit.
   */
  readonly crashes: (options?: CrashesOptions) => ReadonlyArray<Readonly<Record<string, Entry>>>
  /** The path of an open file, or its last path if it has no name any more. */
  readonly pathOf: (file: OpenNode) => string
  /**
   * The same tree for another user, who has the same root and policy. What one changes, the others see; limits apply to
   * all. Open files have numbers of their own, as in another process, and are limited for each user.
   */
  readonly asUser: (user: User) => Memory
  /**
   * The directory at `path` as a root of its own in the same tree, with a policy that is at least as strict. Throws an
   * `Errno` if there is none.
   */
  readonly subRoot: (path: string, policy?: PathPolicy) => Memory
}

/**
 * A new file system with this tree in it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (tree: Tree, options?: Options) => Memory | Invalid = internal.make
