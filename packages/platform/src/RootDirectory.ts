/**
 * Operations that Effect's `FileSystem` does not have: exact attributes, operations on links themselves, special files,
 * renames that replace nothing, atomic writes, bounded reads, walks of trees of any size, and roots inside the root.
 *
 * The layers that provide a `FileSystem` also provide a `RootDirectory`, except for `RootFileSystem`, which has no
 * descriptors.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { ExactAttributes, StatFs } from "@procfsroot/vfs/Attributes"
import type { DirectoryEntry, NewNode, RenameMode } from "@procfsroot/vfs/InodeOperations"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type {
  AtomicOptions,
  DescriptorFlag,
  LinkOptions,
  TreeEntry,
  WalkTreeOptions
} from "@procfsroot/vfs/RootDirectory"
import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Sink from "effect/Sink"
import type * as Stream from "effect/Stream"
import * as internal from "./internal/rootDirectory.js"
import type { Root } from "./Root.js"

export type { ExactAttributes, StatFs } from "@procfsroot/vfs/Attributes"
export type { DirectoryEntry, NewNode, RenameMode } from "@procfsroot/vfs/InodeOperations"
export type {
  AtomicOptions,
  DescriptorFlag,
  LinkOptions,
  TreeEntry,
  WalkTreeOptions
} from "@procfsroot/vfs/RootDirectory"

/**
 * The policy of a root inside another root. It is never less strict than the policy of the outer root. Only `from` is
 * taken from these options as it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface SubRootOptions extends PathPolicy {
  /**
   * Make every operation that would change something fail with `EROFS`. If the outer root is read-only, this is always
   * `true`.
   */
  readonly readOnly?: boolean | undefined
}

/**
 * The service with the operations that `FileSystem` does not have. They resolve their paths by the policy of the layer
 * and fail with the same errors as those of `FileSystem`.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootDirectory {
  readonly stat: (path: string) => Effect.Effect<ExactAttributes, PlatformError>
  /** Like `stat`, but does not follow a link at the end of the path. */
  readonly lstat: (path: string) => Effect.Effect<ExactAttributes, PlatformError>
  /**
   * Lists a directory with the types of its entries, in the order of the names' bytes. With `recursive`, it lists
   * everything below, and the name of an entry further down is its path from the directory. Links are not followed.
   */
  readonly readDirectoryEntries: (
    path: string,
    options?: { readonly recursive?: boolean | undefined }
  ) => Effect.Effect<ReadonlyArray<DirectoryEntry>, PlatformError>
  /**
   * Reads a directory as a stream, in no particular order. The entries are read as the stream is consumed, so a
   * directory of any size takes little memory.
   */
  readonly streamDirectoryEntries: (path: string) => Stream.Stream<DirectoryEntry, PlatformError>
  /** Changes the owner and group of a file, or of a link itself. */
  readonly lchown: (path: string, uid: number, gid: number) => Effect.Effect<void, PlatformError>
  /**
   * Changes the times of a file, or of a link itself. Numbers are in seconds since the epoch, bigints in nanoseconds. In
   * memory, and on a disk without native calls, nanoseconds are cut off to microseconds. Without native calls, times
   * before 1970 are cut off to milliseconds. In newer versions of Node than 22, the fraction of a second is then up to
   * one microsecond larger.
   */
  readonly lutimes: (
    path: string,
    atime: Date | number | bigint,
    mtime: Date | number | bigint
  ) => Effect.Effect<void, PlatformError>
  /** Returns the value of an extended attribute (`xattr(7)`), or none if the file has no such attribute. */
  readonly getExtendedAttribute: (
    path: string,
    name: string,
    options?: LinkOptions
  ) => Effect.Effect<Option.Option<Uint8Array>, PlatformError>
  readonly listExtendedAttributes: (
    path: string,
    options?: LinkOptions
  ) => Effect.Effect<ReadonlyArray<string>, PlatformError>
  readonly setExtendedAttribute: (
    path: string,
    name: string,
    value: Uint8Array,
    options?: LinkOptions
  ) => Effect.Effect<void, PlatformError>
  /** Removes an extended attribute. Fails with ENODATA if the file has no such attribute. */
  readonly removeExtendedAttribute: (
    path: string,
    name: string,
    options?: LinkOptions
  ) => Effect.Effect<void, PlatformError>
  /** Creates a fifo, a socket or a device (`mknod(2)`). The mode is 0o666 by default, without the bits of the umask. */
  readonly makeNode: (
    path: string,
    node: NewNode,
    options?: { readonly mode?: number | undefined }
  ) => Effect.Effect<void, PlatformError>
  /**
   * Renames a file in one step. `mode` says whether an existing file is replaced, is an error, or gets the old name
   * (`renameat2(2)`).
   */
  readonly rename: (
    from: string,
    to: string,
    options: { readonly mode: RenameMode }
  ) => Effect.Effect<void, PlatformError>
  /**
   * Replaces the content of a file atomically: others see either the old content or the new content, even after a
   * crash. It writes a temporary file in the same directory, syncs it, renames it to the file, and syncs the directory.
   * If that last sync fails, so does the call, although others see the new content already. The directory must be
   * readable and writable. Text is written as UTF-8. Links at the end of the path are followed. Fails with EISDIR for a
   * directory, and with EINVAL for any other file that is not regular. Hard links to the old file keep the old content.
   * The new file has the mode, the owner and the extended attributes of every new file, so one that only its owner
   * could read may become readable for all: see `keepMode`.
   *
   * If the process is killed while it writes, the temporary file is left behind, and a later call in the same directory
   * removes it. But that call cannot find out whether the process has ended if the file comes from another machine,
   * from another PID or time namespace, or from before a restart of the machine, or if a sandbox hides `/proc` from one
   * of the two. It then removes the file only after an hour. In a directory in which files can be created but not
   * removed (`chattr +a`), the first call fails and leaves its temporary file behind, and later calls in the same
   * process fail without leaving another.
   */
  readonly writeFileAtomic: (
    path: string,
    data: Uint8Array | string,
    options?: AtomicOptions
  ) => Effect.Effect<void, PlatformError>
  /**
   * Returns a sink that replaces the content of a file atomically, like `writeFileAtomic`, with content that does not
   * have to fit in memory. The file is replaced when the stream has ended. If the stream or a write fails, or the fiber
   * is interrupted before that, the file stays as it was.
   */
  readonly sinkAtomic: (path: string, options?: AtomicOptions) => Sink.Sink<void, Uint8Array, never, PlatformError>
  /**
   * Reads a regular file of at most `maxBytes`, which may be up to 2,147,483,647. Fails with EFBIG if the file is larger
   * or grows while it is read. Does not open other files, but fails with EISDIR for a directory, and with EINVAL for a
   * fifo, a socket or a device.
   */
  readonly readFileBounded: (
    path: string,
    options: { readonly maxBytes: number }
  ) => Effect.Effect<Uint8Array, PlatformError>
  /**
   * Opens a directory as a root of its own. It stays open until the scope ends, even if the outer root is closed
   * earlier or the directory is moved. Its policy is at least as strict as that of the outer root.
   */
  readonly subRoot: (
    path: string,
    options?: SubRootOptions
  ) => Effect.Effect<Context.Context<FileSystem | Root | RootDirectory>, PlatformError, Scope.Scope>
  /**
   * Walks everything below a directory, and reports the path of each file from that directory. A directory comes before
   * its entries, and names are in the order of their bytes. Links are reported, and never followed. A directory that
   * cannot be listed is reported with an errno. Only a few descriptors are open at a time, no matter how deep the tree
   * is.
   */
  readonly walkTree: (path: string, options?: WalkTreeOptions) => Stream.Stream<TreeEntry, PlatformError>
  readonly statfs: (path: string) => Effect.Effect<StatFs, PlatformError>
  /**
   * Opens a file or a directory, and returns its descriptor for use with other libraries. The descriptor is closed with
   * the scope. The flag is `r` by default. In memory, the result is a number that no other open file of the tree has,
   * but not a descriptor of the process.
   */
  readonly openDescriptor: (
    path: string,
    options?: { readonly flag?: DescriptorFlag | undefined }
  ) => Effect.Effect<number, PlatformError, Scope.Scope>
}

/**
 * The tag of the service `RootDirectory`.
 *
 * @since 0.1.0
 * @category tags
 */
export const RootDirectory: Context.Tag<RootDirectory, RootDirectory> = internal.tag

/**
 * Returns the exact attributes of a file. Calls `stat` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const stat: (path: string) => Effect.Effect<ExactAttributes, PlatformError, RootDirectory> = internal.stat

/**
 * Returns the exact attributes of a file, or of a link itself. Calls `lstat` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const lstat: (path: string) => Effect.Effect<ExactAttributes, PlatformError, RootDirectory> = internal.lstat

/**
 * Lists a directory with the types of its entries. Calls `readDirectoryEntries` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const readDirectoryEntries: (
  path: string,
  options?: { readonly recursive?: boolean | undefined }
) => Effect.Effect<ReadonlyArray<DirectoryEntry>, PlatformError, RootDirectory> = internal.readDirectoryEntries

/**
 * Reads a directory as a stream, in no particular order. Calls `streamDirectoryEntries` of the `RootDirectory` in the
 * context.
 *
 * @example
 * import { RootDirectory } from "@procfsroot/platform"
 * import * as Stream from "effect/Stream"
 *
 * const links = RootDirectory.streamDirectoryEntries("/inbox").pipe(
 *   Stream.filter(({ type }) => type === "SymbolicLink"),
 *   Stream.take(10),
 *   Stream.runCollect
 * )
 *
 * @since 0.1.0
 * @category accessors
 */
export const streamDirectoryEntries: (path: string) => Stream.Stream<DirectoryEntry, PlatformError, RootDirectory> =
  internal.streamDirectoryEntries

/**
 * Changes the owner and group of a file, or of a link itself. Calls `lchown` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const lchown: (path: string, uid: number, gid: number) => Effect.Effect<void, PlatformError, RootDirectory> =
  internal.lchown

/**
 * Changes the times of a file, or of a link itself. Calls `lutimes` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const lutimes: (
  path: string,
  atime: Date | number | bigint,
  mtime: Date | number | bigint
) => Effect.Effect<void, PlatformError, RootDirectory> = internal.lutimes

/**
 * Returns the value of an extended attribute, or none if the file has no such attribute. Calls `getExtendedAttribute`
 * of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const getExtendedAttribute: (
  path: string,
  name: string,
  options?: LinkOptions
) => Effect.Effect<Option.Option<Uint8Array>, PlatformError, RootDirectory> = internal.getExtendedAttribute

/**
 * Lists the names of the extended attributes of a file. Calls `listExtendedAttributes` of the `RootDirectory` in the
 * context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const listExtendedAttributes: (
  path: string,
  options?: LinkOptions
) => Effect.Effect<ReadonlyArray<string>, PlatformError, RootDirectory> = internal.listExtendedAttributes

/**
 * Sets an extended attribute of a file. Calls `setExtendedAttribute` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const setExtendedAttribute: (
  path: string,
  name: string,
  value: Uint8Array,
  options?: LinkOptions
) => Effect.Effect<void, PlatformError, RootDirectory> = internal.setExtendedAttribute

/**
 * Removes an extended attribute of a file. Calls `removeExtendedAttribute` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const removeExtendedAttribute: (
  path: string,
  name: string,
  options?: LinkOptions
) => Effect.Effect<void, PlatformError, RootDirectory> = internal.removeExtendedAttribute

/**
 * Creates a fifo, a socket or a device. Calls `makeNode` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const makeNode: (
  path: string,
  node: NewNode,
  options?: { readonly mode?: number | undefined }
) => Effect.Effect<void, PlatformError, RootDirectory> = internal.makeNode

/**
 * Renames a file in one step, and replaces an existing file, fails, or swaps the two. Calls `rename` of the
 * `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const rename: (
  from: string,
  to: string,
  options: { readonly mode: RenameMode }
) => Effect.Effect<void, PlatformError, RootDirectory> = internal.rename

/**
 * Replaces the content of a file atomically. Calls `writeFileAtomic` of the `RootDirectory` in the context.
 *
 * @example
 * import { RootDirectory } from "@procfsroot/platform"
 *
 * const save = (settings: object) =>
 *   RootDirectory.writeFileAtomic("/settings.json", JSON.stringify(settings), { keepMode: true })
 *
 * @since 0.1.0
 * @category accessors
 */
export const writeFileAtomic: (
  path: string,
  data: Uint8Array | string,
  options?: AtomicOptions
) => Effect.Effect<void, PlatformError, RootDirectory> = internal.writeFileAtomic

/**
 * Returns a sink that replaces the content of a file atomically when the stream has ended. Calls `sinkAtomic` of the
 * `RootDirectory` in the context.
 *
 * @example
 * import { RootDirectory } from "@procfsroot/platform"
 * import * as Stream from "effect/Stream"
 *
 * const receive = <E, R>(name: string, body: Stream.Stream<Uint8Array, E, R>) =>
 *   Stream.run(body, RootDirectory.sinkAtomic(name, { mode: 0o644 }))
 *
 * @since 0.1.0
 * @category accessors
 */
export const sinkAtomic: (
  path: string,
  options?: AtomicOptions
) => Sink.Sink<void, Uint8Array, never, PlatformError, RootDirectory> = internal.sinkAtomic

/**
 * Reads a regular file of at most `maxBytes`. Calls `readFileBounded` of the `RootDirectory` in the context.
 *
 * @example
 * import { RootDirectory } from "@procfsroot/platform"
 *
 * const manifest = RootDirectory.readFileBounded("/upload/manifest.json", { maxBytes: 65_536 })
 *
 * @since 0.1.0
 * @category accessors
 */
export const readFileBounded: (
  path: string,
  options: { readonly maxBytes: number }
) => Effect.Effect<Uint8Array, PlatformError, RootDirectory> = internal.readFileBounded

/**
 * Opens a directory as a root of its own, until the scope ends. Calls `subRoot` of the `RootDirectory` in the context.
 *
 * @example
 * import { FileSystem } from "@effect/platform/FileSystem"
 * import { RootDirectory } from "@procfsroot/platform"
 * import * as Effect from "effect/Effect"
 *
 * const store = (user: string, name: string, data: Uint8Array) =>
 *   Effect.gen(function*() {
 *     const uploads = yield* RootDirectory.subRoot(`/uploads/${user}`, { containment: "beneath", symlinks: "forbid" })
 *     yield* Effect.provide(Effect.flatMap(FileSystem, (fs) => fs.writeFile(name, data)), uploads)
 *   }).pipe(Effect.scoped)
 *
 * @since 0.1.0
 * @category accessors
 */
export const subRoot: (
  path: string,
  options?: SubRootOptions
) => Effect.Effect<Context.Context<FileSystem | Root | RootDirectory>, PlatformError, RootDirectory | Scope.Scope> =
  internal.subRoot

/**
 * Walks everything below a directory, and follows no links. Calls `walkTree` of the `RootDirectory` in the context.
 *
 * @example
 * import { RootDirectory } from "@procfsroot/platform"
 * import * as Stream from "effect/Stream"
 *
 * const sources = RootDirectory.walkTree("/project", { enter: ({ name }) => name !== "node_modules" }).pipe(
 *   Stream.filter(({ name }) => name.endsWith(".ts")),
 *   Stream.map(({ path }) => path)
 * )
 *
 * @since 0.1.0
 * @category accessors
 */
export const walkTree: (
  path: string,
  options?: WalkTreeOptions
) => Stream.Stream<TreeEntry, PlatformError, RootDirectory> = internal.walkTree

/**
 * Returns the size of the file system that a file is on, and its free space. Calls `statfs` of the `RootDirectory` in
 * the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const statfs: (path: string) => Effect.Effect<StatFs, PlatformError, RootDirectory> = internal.statfs

/**
 * Opens a file or a directory, and returns its descriptor, which is closed with the scope. Calls `openDescriptor` of
 * the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const openDescriptor: (
  path: string,
  options?: { readonly flag?: DescriptorFlag | undefined }
) => Effect.Effect<number, PlatformError, RootDirectory | Scope.Scope> = internal.openDescriptor
