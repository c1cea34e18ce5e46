/**
 * Operations that Effect's `FileSystem` and Node's `fs.promises` do not have: exact attributes, extended attributes,
 * operations on links themselves, special files, renames that fail if the target exists or swap two files, atomic
 * writes, reads with a limit, and walks of trees of any size.
 *
 * @since 0.1.0
 */
import type { Flag } from "./FileSystem.js"
import type { ExactAttributes, StatFs } from "./Attributes.js"
import type { DirectoryEntry, NewNode, RenameMode } from "./InodeOperations.js"
import type { Now, Program } from "./Program.js"

/**
 * Reads a directory in parts. The directory stays open until `close` is called, or until a read fails.
 *
 * @since 0.1.0
 * @category models
 */
export interface EntryReader<out A> {
  /** Returns the next entries, or an empty array at the end. Wait for one call to end before the next. */
  readonly next: () => Program<ReadonlyArray<A>>
  readonly close: () => Program<void>
}

/**
 * A file in a tree, as a walk reports it. On a file system that does not report types, the walk looks at each file. The
 * type is `Unknown` only if that fails.
 *
 * @since 0.1.0
 * @category models
 */
export interface TreeEntry extends DirectoryEntry {
  /** The path relative to the directory where the walk started, without a leading slash. */
  readonly path: string
  /** The number of names in the path: 1 for the entries of the first directory. */
  readonly depth: number
  /** The errno, if this is a directory that could not be listed. The walk continues after it. */
  readonly unreadable?: string
}

/**
 * The options of `walkTree`.
 *
 * @since 0.1.0
 * @category models
 */
export interface WalkTreeOptions {
  /**
   * Decides whether to enter a directory. By default, all directories are entered. A directory that is not entered is
   * still reported.
   */
  readonly enter?: ((directory: TreeEntry) => boolean) | undefined
  /**
   * The number of entries to keep in memory, by default without a limit. The walk keeps and sorts the entries of each
   * directory that it is in. If there is no room for the entries of a directory, they are not listed, and the directory
   * is reported with EOVERFLOW. The walk fails with it if there is no room for those of its first directory.
   */
  readonly maxRemembered?: number | undefined
}

/**
 * The options of `writeFileAtomic`.
 *
 * @since 0.1.0
 * @category models
 */
export interface AtomicOptions {
  /**
   * Fail with EEXIST if something has this name, even a dangling link, as with O_EXCL (`open(2)`). This is decided when
   * the file gets its name, as for `rename` with the mode `noreplace`: on a disk, it needs native calls, and a file
   * system that supports it. NFS and many FUSE file systems do not (EINVAL).
   */
  readonly exclusive?: boolean | undefined
  /** The mode of the file, by default 0o666, without the bits of the umask. */
  readonly mode?: number | undefined
  /**
   * Give the file the permissions of the file that it replaces, if there is one: the mode, the group, and the ACL
   * (`acl(5)`), which only native calls can keep. If the user may not give it that group, or the group has no number in
   * the user namespace, the group of the new file and others get only what the old group and others had. If the ACL has
   * such ids, they get only what all had. Set-id bits are kept only if the new file has the same owner and group. The
   * label of SELinux is kept as well, with native calls and if the policy permits it. The owner and other extended
   * attributes are not kept. Without native calls, the group of a file with an ACL can get more than before.
   */
  readonly keepMode?: boolean | undefined
}

/**
 * The new content of a file. Nobody sees it under the file's name before `commit`, which may come after the root is
 * closed. After `commit` or `abandon`, or if a write fails, it is closed, and `write` and `commit` fail with EBADF.
 *
 * @since 0.1.0
 * @category models
 */
export interface AtomicFile {
  /** Appends all the bytes. */
  readonly write: (bytes: Uint8Array) => Program<void>
  /** Syncs the content, and replaces the file by it. Fails with ENOENT if the temporary file was removed meanwhile. */
  readonly commit: () => Program<void>
  /** Removes the temporary file. Does nothing if it is closed. */
  readonly abandon: () => Program<void>
}

/**
 * Options for a link at the end of the path. By default it is followed.
 *
 * @since 0.1.0
 * @category models
 */
export interface LinkOptions {
  readonly noFollow?: boolean | undefined
}

/**
 * The operations of a root. Each resolves its paths by the policy of its file system.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootDirectory {
  readonly stat: (path: string) => ExactAttributes
  /** Like `stat`, but does not follow a link at the end of the path. */
  readonly lstat: (path: string) => ExactAttributes
  readonly lchown: (path: string, uid: number, gid: number) => void
  /**
   * Changes the times of a file, or of a link itself. Numbers are in seconds since the epoch, bigints in nanoseconds.
   * In memory, and on a disk without native calls, times are cut off to microseconds. Without native calls, times
   * before 1970 are cut off to milliseconds. In newer versions of Node than 22, the fraction of a second is then up to
   * one microsecond larger.
   */
  readonly lutimes: (path: string, atime: Date | number | bigint, mtime: Date | number | bigint) => void
  /** Returns the value of an extended attribute, or `undefined` if the file has no such attribute (`getxattr(2)`). */
  readonly getExtendedAttribute: (path: string, name: string, options?: LinkOptions) => Uint8Array | undefined
  readonly listExtendedAttributes: (path: string, options?: LinkOptions) => ReadonlyArray<string>
  readonly setExtendedAttribute: (path: string, name: string, value: Uint8Array, options?: LinkOptions) => void
  /** Removes an extended attribute. Fails with ENODATA if the file has no such attribute. */
  readonly removeExtendedAttribute: (path: string, name: string, options?: LinkOptions) => void
  /** Creates a fifo, a socket or a device (`mknod(2)`). */
  readonly makeNode: (path: string, node: NewNode, mode: number) => void
  readonly rename: (from: string, to: string, mode: RenameMode) => Now<void>
  /**
   * Replaces the content of a file atomically: others see either the old content or the new content, even after a
   * crash. It writes a temporary file in the same directory, syncs it, renames it to the file, and syncs the directory.
   * If that last sync fails, so does the call, although others see the new content already. The directory must be
   * readable and writable. Links at the end of the path are followed. Fails with EISDIR for a directory, and with
   * EINVAL for any other file that is not regular. Hard links to the old file keep the old content. The new file has
   * the mode, the owner and the extended attributes of every new file, so one that only its owner could read may become
   * readable for all: see `keepMode`.
   *
   * If the process is killed while it writes, the temporary file is left behind, and a later call in the same directory
   * removes it. But that call cannot find out whether the process has ended if the file comes from another machine,
   * from another PID or time namespace, or from before a restart of the machine, or if a sandbox hides `/proc` from one
   * of the two. It then removes the file only after an hour. In a directory in which files can be created but not
   * removed (`chattr +a`), the first call fails and leaves its temporary file behind, and later calls in the same
   * process fail without leaving another.
   */
  readonly writeFileAtomic: (path: string, data: Uint8Array, options?: AtomicOptions) => Program<void>
  /**
   * Like `writeFileAtomic`, for content that comes in parts. The path is resolved and the temporary file is created at
   * once. The caller must commit or abandon it.
   */
  readonly openAtomic: (path: string, options?: AtomicOptions) => Program<AtomicFile>
  /**
   * Reads a regular file of at most `maxBytes`, which may be up to 2,147,483,647. Fails with EFBIG if the file is larger
   * or grows while it is read. It opens only regular files: it fails with EISDIR for a directory, and with EINVAL for a
   * fifo, a socket or a device.
   */
  readonly readFileBounded: (path: string, maxBytes: number) => Program<Uint8Array>
  /** Reads the names in a directory with their types, in no particular order. */
  readonly readEntries: (path: string) => EntryReader<DirectoryEntry>
  /**
   * Walks everything below a directory, and reports the path of each file from that directory. A directory comes before
   * its entries, and names are in the order of their bytes. Links are reported, and never followed. Only a few
   * descriptors are open at a time, no matter how deep the tree is.
   */
  readonly walkTree: (path: string, options?: WalkTreeOptions) => EntryReader<TreeEntry>
  readonly statfs: (path: string) => StatFs
}

/**
 * How to open a descriptor: with one of Node's flags, or with `path` for O_PATH. O_PATH requires no permission on the
 * file, but does not allow reading or writing.
 *
 * @since 0.1.0
 * @category models
 */
export type DescriptorFlag = Flag | "path"
