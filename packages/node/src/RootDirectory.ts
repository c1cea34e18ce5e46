/**
 * Operations that Node's `fs.promises` does not have: exact attributes, extended attributes, operations on links
 * themselves, special files, renames that fail if the target exists or swap two files, atomic writes, reads with a
 * limit, and walks of trees of any size.
 *
 * @since 0.1.0
 */
/// <reference types="node" preserve="true" />
import type { ExactAttributes, StatFs } from "@procfsroot/vfs/Attributes"
import type { DirectoryEntry, Extent, NewNode, RenameMode } from "@procfsroot/vfs/InodeOperations"
import type {
  AtomicOptions,
  DescriptorFlag,
  LinkOptions,
  TreeEntry,
  WalkTreeOptions
} from "@procfsroot/vfs/RootDirectory"
import type { Abortable } from "./Promises.js"

export type { ExactAttributes, StatFs } from "@procfsroot/vfs/Attributes"
export type { DirectoryEntry, Extent, NewNode, RenameMode } from "@procfsroot/vfs/InodeOperations"
export type {
  AtomicOptions,
  DescriptorFlag,
  LinkOptions,
  TreeEntry,
  WalkTreeOptions
} from "@procfsroot/vfs/RootDirectory"

/**
 * An open descriptor, for use with other libraries. It stays open after the root is closed. Close it with `close` or
 * `await using`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Descriptor extends AsyncDisposable {
  /** The descriptor, or −1 once it is closed. In memory, it is a number that no other open file of the tree has. */
  readonly fd: number
  readonly close: () => Promise<void>
}

/**
 * The entries of a directory or a tree, one by one or in parts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entries<out A> extends AsyncIterable<A> {
  /**
   * Returns the entries in parts of up to some hundred, as they are read. Waiting for each single entry would take
   * longer than reading it.
   */
  readonly parts: () => AsyncIterable<ReadonlyArray<A>>
}

/**
 * The operations of a root that Node does not have. They resolve paths by the policy with which the root was opened,
 * and reject with the same errors as `promises`. If `signal` is aborted, they reject with the signal's reason after all
 * resources are released.
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
  /**
   * Lists a directory with the types of its entries, in the order of the names' bytes. With `recursive`, the name of an
   * entry further down is its path from the directory.
   */
  readonly readDirectoryEntries: (
    path: string,
    options?: { readonly recursive?: boolean | undefined } & Abortable
  ) => Promise<ReadonlyArray<DirectoryEntry>>
  /**
   * Reads a directory in parts, in no particular order, so that a directory of any size takes little memory. The first
   * `next()` opens the directory. It is closed at the end, after an error, or by `return()`, which `break` calls.
   */
  readonly streamDirectoryEntries: (path: string, options?: Abortable) => Entries<DirectoryEntry>
  /**
   * Walks everything below a directory, and reports the path of each file from that directory. A directory comes before
   * its entries, and names are in the order of their bytes. Links are reported, and never followed. Only a few
   * descriptors are open at a time, no matter how deep the tree is. They are closed as for `streamDirectoryEntries`.
   */
  readonly walkTree: (path: string, options?: WalkTreeOptions & Abortable) => Entries<TreeEntry>
  readonly lchown: (path: string, uid: number, gid: number) => Promise<void>
  /**
   * Changes the times of a file, or of a link itself. Numbers are in seconds since the epoch, bigints in nanoseconds.
   * In memory, and on a disk without native calls, times are cut off to microseconds. Without native calls, times
   * before 1970 are cut off to milliseconds. In newer versions of Node than 22, the fraction of a second is then up to
   * one microsecond larger.
   */
  readonly lutimes: (path: string, atime: Date | number | bigint, mtime: Date | number | bigint) => Promise<void>
  /** Returns the value of an extended attribute, or `undefined` if the file has no such attribute (`getxattr(2)`). */
  readonly getExtendedAttribute: (path: string, name: string, options?: LinkOptions) => Promise<Uint8Array | undefined>
  readonly listExtendedAttributes: (path: string, options?: LinkOptions) => Promise<ReadonlyArray<string>>
  readonly setExtendedAttribute: (
    path: string,
    name: string,
    value: Uint8Array,
    options?: LinkOptions
  ) => Promise<void>
  /** Removes an extended attribute. Rejects with ENODATA if the file has no such attribute. */
  readonly removeExtendedAttribute: (path: string, name: string, options?: LinkOptions) => Promise<void>
  /** Creates a fifo, a socket or a device (`mknod(2)`). The mode is 0o666 by default, without the bits of the umask. */
  readonly makeNode: (path: string, node: NewNode, options?: { readonly mode?: number | undefined }) => Promise<void>
  readonly rename: (from: string, to: string, options: { readonly mode: RenameMode }) => Promise<void>
  /**
   * Replaces the content of a file atomically: others see either the old content or the new content, even after a
   * crash. It writes a temporary file in the same directory, syncs it, renames it to the file, and syncs the directory.
   * If that last sync fails, so does the call, although others see the new content already. The directory must be
   * readable and writable. Links at the end of the path are followed. Rejects with EISDIR for a directory, and with
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
   *
   * Data that comes in pieces, such as a stream, can be of any size, because it is written piece by piece. If the data
   * or a write fails, or the signal is aborted before the rename, the file stays as it was. An aborted write does not
   * wait for data that does not come.
   */
  readonly writeFileAtomic: (
    path: string,
    data:
      | string
      | NodeJS.ArrayBufferView
      | Iterable<string | NodeJS.ArrayBufferView>
      | AsyncIterable<string | NodeJS.ArrayBufferView>,
    options?: AtomicOptions & Abortable
  ) => Promise<void>
  /**
   * Reads a regular file of at most `maxBytes`, which may be up to 2,147,483,647. Rejects with Node's
   * `ERR_FS_FILE_TOO_LARGE` if the file is larger or grows while it is read. It opens only regular files: it rejects
   * with EISDIR for a directory, and with EINVAL for a fifo, a socket or a device.
   */
  readonly readFileBounded: (
    path: string,
    options: { readonly maxBytes: number } & Abortable
  ) => Promise<Uint8Array>
  readonly statfs: (path: string) => Promise<StatFs>
  /**
   * Opens a file or a directory, and returns its descriptor. `flag` is one of Node's flags, by default `r`, or `path`
   * for O_PATH, which requires no permission on the file. A new file has mode 0o666, without the bits of the umask.
   */
  readonly openDescriptor: (
    path: string,
    options?: { readonly flag?: DescriptorFlag | undefined }
  ) => Promise<Descriptor>
}

/**
 * An open file for synchronous functions. Pass its descriptor to the functions of `node:fs`. The methods are operations
 * that `node:fs` does not have, and those that change attributes, which fail in a read-only root.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileSync extends Disposable {
  /** The descriptor, or −1 once it is closed. */
  readonly fd: number
  readonly chmod: (mode: number | string) => void
  readonly chown: (uid: number, gid: number) => void
  /** Like `FileHandle.utimes`: a bigint is a time in nanoseconds since the epoch. */
  readonly utimes: (atime: Date | number | string | bigint, mtime: Date | number | string | bigint) => void
  /** Like `FileHandle.nextData`. */
  readonly nextData: (from: number) => Extent | undefined
  readonly getExtendedAttribute: (name: string) => Uint8Array | undefined
  readonly listExtendedAttributes: () => ReadonlyArray<string>
  readonly setExtendedAttribute: (name: string, value: Uint8Array) => void
  readonly removeExtendedAttribute: (name: string) => void
  /**
   * Closes the descriptor. Do not close it in any other way. Throws if the file system reports only now that something
   * could not be written (`close(2)`); `using` ignores that error. A second call does nothing.
   */
  readonly close: () => void
}

type Synchronous<F> = F extends (...args: infer Args) => Promise<infer A> ? (...args: Args) => A : never

/**
 * The operations of `RootDirectory` that take no longer than a few system calls, without promises. With them, a program
 * that works on many small files takes about half the time. They block the event loop while they run.
 *
 * @example
 * import { openRoot } from "@procfsroot/node"
 * import { readFileSync } from "node:fs"
 *
 * const contentAndAuthor = async (place: string, path: string) => {
 *   await using root = await openRoot(place)
 *   using file = root.directorySync.openFile(path)
 *   return [readFileSync(file.fd, "utf8"), file.getExtendedAttribute("user.author")]
 * }
 *
 * @since 0.1.0
 * @category models
 */
export interface RootDirectorySync {
  readonly stat: Synchronous<RootDirectory["stat"]>
  readonly lstat: Synchronous<RootDirectory["lstat"]>
  readonly lchown: Synchronous<RootDirectory["lchown"]>
  readonly lutimes: Synchronous<RootDirectory["lutimes"]>
  readonly getExtendedAttribute: Synchronous<RootDirectory["getExtendedAttribute"]>
  readonly listExtendedAttributes: Synchronous<RootDirectory["listExtendedAttributes"]>
  readonly setExtendedAttribute: Synchronous<RootDirectory["setExtendedAttribute"]>
  readonly removeExtendedAttribute: Synchronous<RootDirectory["removeExtendedAttribute"]>
  readonly makeNode: Synchronous<RootDirectory["makeNode"]>
  readonly rename: Synchronous<RootDirectory["rename"]>
  readonly statfs: Synchronous<RootDirectory["statfs"]>
  /**
   * Opens a file as `fs.openSync` does: `flag` is by default `r`, and `mode` 0o666, without the bits of the umask.
   * Close the file, even if the root is closed already. In memory, this fails with ENOTSUP.
   */
  readonly openFile: (
    path: string,
    options?: { readonly flag?: string | number | undefined; readonly mode?: number | undefined }
  ) => FileSync
}
