/**
 * What a root can do beyond Effect's `FileSystem` and Node's `fs.promises`: exact attributes, links and special files
 * themselves, renames that replace nothing, writes that happen completely or not at all, bounded reads, and trees of any
 * size.
 *
 * @since 0.1.0
 */
import type { Flag } from "./FileSystem.js"
import type { DirectoryEntry, ExactAttributes, NewNode, RenameMode, StatFs } from "./InodeOperations.js"
import type { Program } from "./Program.js"

/**
 * Reads a directory in parts. It keeps the directory open until it is closed, or until a read fails.
 *
 * @since 0.1.0
 * @category models
 */
export interface EntryReader<out A> {
  /** The next entries; none at the end. One call at a time. */
  readonly next: () => Program<ReadonlyArray<A>>
  readonly close: () => Program<void>
}

/**
 * An entry of a tree.
 *
 * @since 0.1.0
 * @category models
 */
export interface TreeEntry extends DirectoryEntry {
  /** The path from where the walk began, without a leading slash. */
  readonly path: string
  /** How many names the path has; 1 for the entries of the first directory. */
  readonly depth: number
  /** The errno with which a directory could not be listed. The walk goes on after it. */
  readonly unreadable?: string
}

/**
 * @since 0.1.0
 * @category models
 */
export interface WalkTreeOptions {
  /** Whether to go into a directory; by default into all. Its own entry is reported in any case. */
  readonly enter?: ((directory: TreeEntry) => boolean) | undefined
  /**
   * How many entries to keep in memory: the walk has to sort those of each directory that it is in. A directory for which
   * there is no room is not listed: EOVERFLOW. By default there is no limit.
   */
  readonly maxRemembered?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface AtomicOptions {
  /** The mode of the file, less the umask, by default 0o666. */
  readonly mode?: number | undefined
  /** The file gets the permissions of the one that it replaces, if there is one. */
  readonly keepMode?: boolean | undefined
}

/**
 * Whether a link at the end of the path is followed. By default it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface LinkOptions {
  readonly noFollow?: boolean | undefined
}

/**
 * The operations. Each resolves its paths by the policy of its file system.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootDirectory {
  readonly stat: (path: string) => ExactAttributes
  /** Like `stat`, but does not follow a link at the end of the path. */
  readonly lstat: (path: string) => ExactAttributes
  readonly lchown: (path: string, uid: number, gid: number) => void
  /** Times given as numbers are seconds since the epoch. */
  readonly lutimes: (path: string, atime: Date | number, mtime: Date | number) => void
  /** The value of an extended attribute, `undefined` if there is none with this name (`getxattr(2)`). */
  readonly getExtendedAttribute: (path: string, name: string, options?: LinkOptions) => Uint8Array | undefined
  readonly listExtendedAttributes: (path: string, options?: LinkOptions) => ReadonlyArray<string>
  readonly setExtendedAttribute: (path: string, name: string, value: Uint8Array, options?: LinkOptions) => void
  /** Fails with ENODATA if there is none with this name. */
  readonly removeExtendedAttribute: (path: string, name: string, options?: LinkOptions) => void
  /** Makes a fifo, a socket or a device (`mknod(2)`). */
  readonly makeNode: (path: string, node: NewNode, mode: number) => void
  readonly rename: (from: string, to: string, mode: RenameMode) => void
  /**
   * Writes a file so that others see either the old content or the new one, also after a crash: into a temporary file
   * in the same directory, which is synchronized, renamed to it, and the directory is synchronized. Links at the end of
   * the path are followed. Fails with EISDIR for a directory and EINVAL for any other file that is not regular; both
   * stay as they are. The directory must be writable; other names of the old file keep the old content.
   *
   * If the process is killed on the way, the temporary file stays. The next call in the same directory removes it.
   */
  readonly writeFileAtomic: (path: string, data: Uint8Array, options?: AtomicOptions) => Program<void>
  /**
   * The content of a regular file of at most `maxBytes`. What is not a regular file is not opened: EISDIR for a
   * directory, EINVAL for a fifo, a socket or a device. A larger file is EFBIG, also if it grows while it is read.
   */
  readonly readFileBounded: (path: string, maxBytes: number) => Program<Uint8Array>
  /** The names in a directory with their types, in any order. */
  readonly readEntries: (path: string) => EntryReader<DirectoryEntry>
  /**
   * Everything below a directory, each entry after the directory that it is in, and names in the order of their bytes.
   * Links are reported, and never followed. Only a few descriptors are open at a time, however deep the tree is.
   */
  readonly walkTree: (path: string, options?: WalkTreeOptions) => EntryReader<TreeEntry>
  readonly statfs: (path: string) => StatFs
}

/**
 * How a descriptor is opened: as a file, or with O_PATH, for which no permission on the file is needed, and with which
 * nothing can be read or written.
 *
 * @since 0.1.0
 * @category models
 */
export type DescriptorFlag = Flag | "path"
