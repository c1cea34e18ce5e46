/**
 * What a root can do beyond Node's `fs.promises`: exact attributes, links and special files themselves, renames that
 * replace nothing, writes that happen completely or not at all, bounded reads, and trees of any size.
 *
 * @since 0.1.0
 */
import type { DirectoryEntry, ExactAttributes, NewNode, RenameMode, StatFs } from "@procfsroot/vfs/InodeOperations"
import type {
  AtomicOptions,
  DescriptorFlag,
  LinkOptions,
  TreeEntry,
  WalkTreeOptions
} from "@procfsroot/vfs/RootDirectory"
import type { Abortable } from "./Promises.js"

/**
 * An open descriptor, to be passed to the system. It stays open when the root is closed, until it is closed itself by
 * `close` or `await using`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Descriptor extends AsyncDisposable {
  /** The descriptor; in memory, a number that belongs to no other open file of the tree. −1 once it is closed. */
  readonly fd: number
  readonly close: () => Promise<void>
}

/**
 * What a directory or a tree contains, one by one or in parts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entries<out A> extends AsyncIterable<A> {
  /** The entries as they are read, some hundred at once: waiting for each one would take longer than reading them. */
  readonly parts: () => AsyncIterable<ReadonlyArray<A>>
}

/**
 * The operations. Paths are resolved by the policy of the root, with which it was opened. They reject with errors of the
 * same kind as `promises`, and an aborted `signal` rejects with its reason, once everything is released.
 *
 * @example
 * import { openRoot } from "@procfsroot/node"
 *
 * const largest = async (place: string) => {
 *   await using root = await openRoot(place, { readOnly: true })
 *   let found = { path: "", size: 0n }
 *   const enter = ({ name }: { readonly name: string }) => name !== ".git"
 *   for await (const { path, type } of root.directory.walkTree("/", { enter })) {
 *     if (type !== "File") continue
 *     const { size } = await root.directory.lstat(`/${path}`)
 *     if (size > found.size) found = { path, size }
 *   }
 *   return found
 * }
 *
 * @since 0.1.0
 * @category models
 */
export interface RootDirectory {
  readonly stat: (path: string) => Promise<ExactAttributes>
  /** Like `stat`, but does not follow a link at the end of the path. */
  readonly lstat: (path: string) => Promise<ExactAttributes>
  /** The names in a directory with their types. With `recursive`, a name further down is the path to it. */
  readonly readDirectoryEntries: (
    path: string,
    options?: { readonly recursive?: boolean | undefined } & Abortable
  ) => Promise<ReadonlyArray<DirectoryEntry>>
  /**
   * The same in parts, in any order, so that the size of the directory does not matter. It is opened
   * by the first `next()`, and closed at the end, after an error and by `return()`, which `break` calls.
   */
  readonly streamDirectoryEntries: (path: string, options?: Abortable) => Entries<DirectoryEntry>
  /**
   * Everything below a directory, each entry after the directory that it is in, and names in the order of their bytes.
   * Links are reported, and never followed. Only a few descriptors are open at a time, however deep the tree is. They
   * are closed like those of `streamDirectoryEntries`.
   */
  readonly walkTree: (path: string, options?: WalkTreeOptions & Abortable) => Entries<TreeEntry>
  readonly lchown: (path: string, uid: number, gid: number) => Promise<void>
  /** Times given as numbers are seconds since the epoch. */
  readonly lutimes: (path: string, atime: Date | number, mtime: Date | number) => Promise<void>
  /** The value of an extended attribute, `undefined` if there is none with this name (`getxattr(2)`). */
  readonly getExtendedAttribute: (path: string, name: string, options?: LinkOptions) => Promise<Uint8Array | undefined>
  readonly listExtendedAttributes: (path: string, options?: LinkOptions) => Promise<ReadonlyArray<string>>
  readonly setExtendedAttribute: (
    path: string,
    name: string,
    value: Uint8Array,
    options?: LinkOptions
  ) => Promise<void>
  /** Rejects with ENODATA if there is none with this name. */
  readonly removeExtendedAttribute: (path: string, name: string, options?: LinkOptions) => Promise<void>
  /** Makes a fifo, a socket or a device (`mknod(2)`). The mode is by default 0o666, less the umask. */
  readonly makeNode: (path: string, node: NewNode, options?: { readonly mode?: number | undefined }) => Promise<void>
  readonly rename: (from: string, to: string, options: { readonly mode: RenameMode }) => Promise<void>
  /**
   * Writes a file so that others see either the old content or the new one, also after a crash: into a temporary file
   * in the same directory, which is synchronized, renamed to it, and the directory is synchronized. Links at the end of
   * the path are followed. Rejects with EISDIR for a directory and EINVAL for any other file that is not regular; both
   * stay as they are. The directory must be writable; other names of the old file keep the old content.
   *
   * If the process is killed on the way, the temporary file stays. The next call in the same directory removes it.
   */
  readonly writeFileAtomic: (
    path: string,
    data: Uint8Array | string,
    options?: AtomicOptions & Abortable
  ) => Promise<void>
  /**
   * The content of a regular file of at most `maxBytes`. What is not a regular file is not opened: EISDIR for a
   * directory, EINVAL for a fifo, a socket or a device. For a larger file, also if it grows while it is read, the error
   * is Node's `ERR_FS_FILE_TOO_LARGE`.
   */
  readonly readFileBounded: (
    path: string,
    options: { readonly maxBytes: number } & Abortable
  ) => Promise<Uint8Array>
  readonly statfs: (path: string) => Promise<StatFs>
  /**
   * Opens a descriptor, of a directory as well: as `flag` says, by default `r`, or with `path` as O_PATH, for which no
   * permission on the file is needed. A new file has mode 0o666, less the umask.
   */
  readonly openDescriptor: (
    path: string,
    options?: { readonly flag?: DescriptorFlag | undefined }
  ) => Promise<Descriptor>
}
