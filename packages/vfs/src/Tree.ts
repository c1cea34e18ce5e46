/**
 * Trees as plain data: the content of a file system in memory, of a snapshot, or of what is copied to and from a disk.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/memory/entries.js"

/**
 * The attributes that a file in a tree can have.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attributes {
  /** The permission bits, with set-user-id, set-group-id and the sticky bit. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** In a tree that was read from a disk, the nearest date if the file's time is too early or too late for a `Date`. */
  readonly mtime: Date
}

/**
 * A regular file.
 *
 * @since 0.1.0
 * @category models
 */
export interface File extends Attributes {
  readonly type: "File"
  /** The content of the file. Text is stored as UTF-8, so content that is not valid UTF-8 must be passed as bytes. */
  readonly content: string | Uint8Array
}

/**
 * A directory.
 *
 * @since 0.1.0
 * @category models
 */
export interface Directory extends Attributes {
  readonly type: "Directory"
  /** Set if another file system is mounted on this directory. Everything in it then has another device number. */
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
 * A fifo or a socket. Programs can see it, but not communicate through it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Special extends Attributes {
  readonly type: "FIFO" | "Socket"
}

/**
 * A device. Programs can see it, but opening it fails with `ENXIO`.
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
 * A hard link: another name for the file, link, fifo or socket whose key in the tree is `of`.
 *
 * @since 0.1.0
 * @category models
 */
export interface HardLink {
  readonly type: "HardLink"
  readonly of: string
}

/**
 * A file whose content is read when a program first needs it. Until then, `size` is reported as its size.
 *
 * @since 0.1.0
 * @category models
 */
export interface LazyFile extends Attributes {
  readonly type: "LazyFile"
  readonly size: number
  /**
   * Returns the content. It is called only once, unless it throws. If it throws an `Errno`, the operation fails with
   * this `Errno`.
   */
  readonly read: () => Uint8Array
}

/**
 * The file, directory, link or special file at a path of a tree.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = File | Directory | Link | Special | Device | HardLink

/**
 * A tree as plain data: an object whose keys are absolute paths. Text and bytes stand for files with that content.
 * Parent directories are created without an entry; add an entry to set their attributes. Names that are not valid UTF-8
 * are written in the form of `SurrogateEscape`. The file system contains nothing else. Only the empty tree also gets a
 * `/tmp`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tree extends Readonly<Record<string, string | Uint8Array | Entry | LazyFile>> {}

/**
 * Creates a regular file. By default it has mode 0o644, belongs to the superuser, and was last changed at the epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const file: (content: string | Uint8Array, attributes?: Partial<Attributes>) => File = internal.file

/**
 * Creates a regular file whose content is read when a program first needs it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lazyFile: (size: number, read: () => Uint8Array, attributes?: Partial<Attributes>) => LazyFile =
  internal.lazyFile

/**
 * Creates a directory. By default it has mode 0o755, belongs to the superuser, and was last changed at the epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const directory: (attributes?: Partial<Attributes>) => Directory = internal.directory

/**
 * Creates a directory on which another file system is mounted. Everything in it has another device number. Renames and
 * hard links from or to the rest of the tree fail with EXDEV. Removing or renaming the directory itself fails with
 * EBUSY. With the policy `mounts: "forbid"`, programs cannot enter it.
 *
 * @example
 * import { Tree } from "@procfsroot/vfs"
 *
 * const machine: Tree.Tree = {
 *   "/var/cache/index": "1\n",
 *   "/tmp": Tree.mount({ mode: 0o1777 })
 * }
 *
 * @since 0.1.0
 * @category constructors
 */
export const mount: (attributes?: Partial<Attributes>) => Directory = internal.mount

/**
 * Creates a symbolic link. The target may be absolute or relative. It does not have to exist, but it must not be empty.
 *
 * @since 0.1.0
 * @category constructors
 */
export const link: (target: string, attributes?: Partial<Omit<Attributes, "mode">>) => Link = internal.link

/**
 * Creates a hard link: another name for the file whose key in the tree is `of`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const hardLink: (of: string) => HardLink = internal.hardLink

/**
 * Creates a fifo. Its other end accepts everything that is written, and never writes anything. So a read waits until it
 * is interrupted.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fifo: (attributes?: Partial<Attributes>) => Special = internal.special("FIFO")

/**
 * Creates a socket. Opening it fails with `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const socket: (attributes?: Partial<Attributes>) => Special = internal.special("Socket")

/**
 * Creates a device. Opening it fails with `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const device: (
  type: Device["type"],
  major: number,
  minor: number,
  attributes?: Partial<Attributes>
) => Device = internal.device
