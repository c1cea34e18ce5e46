/**
 * A tree as plain data, and the file system in memory over it: permissions, links and errors as on Linux. Access times are
 * not kept, as on a disk mounted with `noatime`, and there are no devices.
 *
 * @since 0.1.0
 */
import type * as Walk from "@procfsroot/path/Walk"
import type { FileSystem } from "./FileSystem.js"
import type * as inode from "./internal/memory/inode.js"
import * as internal from "./internal/memory/memory.js"
import type * as openFile from "./internal/memory/openFile.js"
import * as tree from "./internal/memory/tree.js"

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
  /** Text stands for its UTF-8; what is no UTF-8 must be bytes. */
  readonly content: string | Uint8Array
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Directory extends Attributes {
  readonly type: "Directory"
}

/**
 * A symbolic link; it has no mode of its own on Linux.
 *
 * @since 0.1.0
 * @category models
 */
export interface Link extends Omit<Attributes, "mode"> {
  readonly type: "SymbolicLink"
  readonly target: string
}

/**
 * A fifo or a socket: there to be met, not to be talked through.
 *
 * @since 0.1.0
 * @category models
 */
export interface Special extends Attributes {
  readonly type: "FIFO" | "Socket"
}

/**
 * A further name for the file, link, fifo or socket at `of`, which is another entry's key.
 *
 * @since 0.1.0
 * @category models
 */
export interface HardLink {
  readonly type: "HardLink"
  readonly of: string
}

/**
 * What a place in a tree holds.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = File | Directory | Link | Special | HardLink

/**
 * A tree as plain data: absolute paths and what they hold. Text and bytes are files. Directories on the way need no entry
 * of their own; one that is given, before or after, says what they are like. A name that is not UTF-8 is written as
 * `SurrogateEscape` has it. Nothing else is in the file system: a program that makes temporary files needs a `/tmp`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tree extends Readonly<Record<string, string | Uint8Array | Entry>> {}

/**
 * A regular file: mode 0o644, of the superuser, last changed at the epoch, unless told.
 *
 * @since 0.1.0
 * @category constructors
 */
export const file: (content: string | Uint8Array, attributes?: Partial<Attributes>) => File = tree.file

/**
 * A directory: mode 0o755, of the superuser, last changed at the epoch, unless told.
 *
 * @since 0.1.0
 * @category constructors
 */
export const directory: (attributes?: Partial<Attributes>) => Directory = tree.directory

/**
 * A symbolic link with any target but the empty one: absolute, relative, or leading nowhere.
 *
 * @since 0.1.0
 * @category constructors
 */
export const link: (target: string, attributes?: Partial<Omit<Attributes, "mode">>) => Link = tree.link

/**
 * A further name for what another entry makes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const hardLink: (of: string) => HardLink = tree.hardLink

/**
 * A fifo at whose other end somebody takes all that is written and never writes: whoever reads from it waits for ever,
 * until interrupted.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fifo: (attributes?: Partial<Attributes>) => Special = tree.special("FIFO")

/**
 * A socket: opening it is `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const socket: (attributes?: Partial<Attributes>) => Special = tree.special("Socket")

/**
 * Why a tree cannot be made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Invalid {
  readonly _tag: "Invalid"
  /** The entry at fault, as it was written. */
  readonly path: string
  /** What is wrong with it, as the end of a sentence. */
  readonly why: string
}

/**
 * Who uses a tree. The superuser may do everything; new files get these ids.
 *
 * @since 0.1.0
 * @category models
 */
export interface User {
  readonly uid: number
  readonly gid: number
  readonly groups?: ReadonlyArray<number>
}

/**
 * What the kernel forbids in a sticky directory as its `fs.protected_symlinks`, `fs.protected_regular` and
 * `fs.protected_fifos` say (`proc_sys_fs(5)`), with the same numbers; each is 0 by default, which forbids nothing. Most
 * distributions set `{ symlinks: 1, regular: 2, fifos: 1 }`, so that in `/tmp` somebody else's link is not followed, and
 * somebody else's file is not written to in place of a new one.
 *
 * @since 0.1.0
 * @category models
 */
export interface Protected {
  readonly symlinks?: 0 | 1
  readonly regular?: 0 | 1 | 2
  readonly fifos?: 0 | 1 | 2
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The superuser by default. */
  readonly user?: User | undefined
  readonly protection?: Protected | undefined
}

/**
 * The handle of a file in memory.
 *
 * @since 0.1.0
 * @category models
 */
export type Node = inode.Node

/**
 * A file in memory that is open.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenNode = openFile.OpenNode

/**
 * @since 0.1.0
 * @category models
 */
export interface Memory {
  readonly _tag: "Memory"
  readonly fileSystem: FileSystem<OpenNode>
  readonly root: Node
  readonly lookup: (asked: Walk.Lookup<Node>) => Walk.Entry<Node>
  /** The time that is written into files, in milliseconds since the epoch: whoever uses the file system sets it. */
  now: number
  readonly snapshot: () => Readonly<Record<string, Entry>>
  /** Where a file is that is open, or was when it had a name last. */
  readonly pathOf: (file: OpenNode) => string
}

/**
 * A file system of its own over a tree.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: (tree: Tree, options?: Options) => Memory | Invalid = internal.make
