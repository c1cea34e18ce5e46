/**
 * What a root can do beyond Effect's `FileSystem`: exact attributes, links and special files themselves, renames that
 * replace nothing, writes that happen completely or not at all, bounded reads, trees of any size, and roots in it.
 *
 * It comes with the `FileSystem` from the same layers. `RootFileSystem` has none, since it has no descriptors. The types
 * of what its methods take and return are in `InodeOperations` and `RootDirectory` of `@procfsroot/vfs`.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { DirectoryEntry, ExactAttributes, NewNode, RenameMode, StatFs } from "@procfsroot/vfs/InodeOperations"
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
import type * as Stream from "effect/Stream"
import * as internal from "./internal/rootDirectory.js"
import type { Root } from "./Root.js"

/**
 * The policy of a root in a root, which is never less strict than that of the root around it. Only `from` is always its
 * own.
 *
 * @since 0.1.0
 * @category models
 */
export interface SubRootOptions extends PathPolicy {
  /** Every operation that would change something fails with `EROFS`. In a root that is read-only, it always is. */
  readonly readOnly?: boolean | undefined
}

/**
 * The service. Each operation resolves its paths by the policy of the layer, as those of `FileSystem` do, and fails with
 * the same errors.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootDirectory {
  readonly stat: (path: string) => Effect.Effect<ExactAttributes, PlatformError>
  /** Like `stat`, but does not follow a link at the end of the path. */
  readonly lstat: (path: string) => Effect.Effect<ExactAttributes, PlatformError>
  /**
   * The names in a directory with their types, in the order of their bytes. With `recursive`, everything below it as
   * well: a name further down is the path from the directory to it. Links are not followed.
   */
  readonly readDirectoryEntries: (
    path: string,
    options?: { readonly recursive?: boolean | undefined }
  ) => Effect.Effect<ReadonlyArray<DirectoryEntry>, PlatformError>
  /** The same, in any order and however many there are: they are read as the stream is consumed. */
  readonly streamDirectoryEntries: (path: string) => Stream.Stream<DirectoryEntry, PlatformError>
  /** Changes the owner of a file, or of a link itself. */
  readonly lchown: (path: string, uid: number, gid: number) => Effect.Effect<void, PlatformError>
  /** Changes the times of a file, or of a link itself. Numbers are seconds since the epoch. */
  readonly lutimes: (path: string, atime: Date | number, mtime: Date | number) => Effect.Effect<void, PlatformError>
  /** The value of an extended attribute (`xattr(7)`), if there is one with this name. */
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
  /** Fails with ENODATA if there is none with this name. */
  readonly removeExtendedAttribute: (
    path: string,
    name: string,
    options?: LinkOptions
  ) => Effect.Effect<void, PlatformError>
  /** Makes a fifo, a socket or a device (`mknod(2)`). Its mode, less the umask, is 0o666 by default. */
  readonly makeNode: (
    path: string,
    node: NewNode,
    options?: { readonly mode?: number | undefined }
  ) => Effect.Effect<void, PlatformError>
  /** Renames in one step, also if nothing may be replaced or both names are exchanged (`renameat2(2)`). */
  readonly rename: (
    from: string,
    to: string,
    options: { readonly mode: RenameMode }
  ) => Effect.Effect<void, PlatformError>
  /**
   * Writes a file so that others see either the old content or the new one, also after a crash: into a temporary file
   * in the same directory, which is synchronized and renamed to it. Links at the end of the path are followed. Fails
   * with EISDIR for a directory and EINVAL for any other file that is not regular. Other names of the old file keep the
   * old content.
   *
   * If the process is killed on the way, the temporary file stays. The next call in the same directory removes it.
   */
  readonly writeFileAtomic: (
    path: string,
    data: Uint8Array,
    options?: AtomicOptions
  ) => Effect.Effect<void, PlatformError>
  /**
   * The content of a regular file of at most `maxBytes`. A larger file is EFBIG, also if it grows while it is read. What
   * is not a regular file is not opened: a directory is EISDIR, anything else EINVAL.
   */
  readonly readFileBounded: (
    path: string,
    options: { readonly maxBytes: number }
  ) => Effect.Effect<Uint8Array, PlatformError>
  /**
   * A directory as a root of its own, which stays open until the scope ends, even if this one closes before or the
   * directory is moved. Its policies are at least as strict.
   */
  readonly subRoot: (
    path: string,
    options?: SubRootOptions
  ) => Effect.Effect<Context.Context<FileSystem | Root | RootDirectory>, PlatformError, Scope.Scope>
  /**
   * Everything below a directory, each entry after the directory that it is in, and names in the order of their bytes.
   * Links are reported, and never followed. A directory that cannot be listed is reported with the errno. Only a few
   * descriptors are open at a time, however deep the tree is.
   */
  readonly walkTree: (path: string, options?: WalkTreeOptions) => Stream.Stream<TreeEntry, PlatformError>
  readonly statfs: (path: string) => Effect.Effect<StatFs, PlatformError>
  /**
   * Opens a file or a directory and returns the number of the descriptor, for other libraries. It is closed with the
   * scope. The flag is `r` by default. In memory it is a number that no other open file of the tree has, and not a descriptor of the process.
   */
  readonly openDescriptor: (
    path: string,
    options?: { readonly flag?: DescriptorFlag | undefined }
  ) => Effect.Effect<number, PlatformError, Scope.Scope>
}

/**
 * @since 0.1.0
 * @category tags
 */
export const RootDirectory: Context.Tag<RootDirectory, RootDirectory> = internal.tag

/**
 * `stat` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const stat: (path: string) => Effect.Effect<ExactAttributes, PlatformError, RootDirectory> = internal.stat

/**
 * `lstat` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const lstat: (path: string) => Effect.Effect<ExactAttributes, PlatformError, RootDirectory> = internal.lstat

/**
 * `readDirectoryEntries` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const readDirectoryEntries: (
  path: string,
  options?: { readonly recursive?: boolean | undefined }
) => Effect.Effect<ReadonlyArray<DirectoryEntry>, PlatformError, RootDirectory> = internal.readDirectoryEntries

/**
 * `streamDirectoryEntries` of the `RootDirectory` in the context.
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
 * `lchown` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const lchown: (path: string, uid: number, gid: number) => Effect.Effect<void, PlatformError, RootDirectory> =
  internal.lchown

/**
 * `lutimes` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const lutimes: (
  path: string,
  atime: Date | number,
  mtime: Date | number
) => Effect.Effect<void, PlatformError, RootDirectory> = internal.lutimes

/**
 * `getExtendedAttribute` of the `RootDirectory` in the context.
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
 * `listExtendedAttributes` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const listExtendedAttributes: (
  path: string,
  options?: LinkOptions
) => Effect.Effect<ReadonlyArray<string>, PlatformError, RootDirectory> = internal.listExtendedAttributes

/**
 * `setExtendedAttribute` of the `RootDirectory` in the context.
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
 * `removeExtendedAttribute` of the `RootDirectory` in the context.
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
 * `makeNode` of the `RootDirectory` in the context.
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
 * `rename` of the `RootDirectory` in the context.
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
 * `writeFileAtomic` of the `RootDirectory` in the context.
 *
 * @example
 * import { RootDirectory } from "@procfsroot/platform"
 *
 * const save = (settings: object) =>
 *   RootDirectory.writeFileAtomic("/settings.json", new TextEncoder().encode(JSON.stringify(settings)), {
 *     keepMode: true
 *   })
 *
 * @since 0.1.0
 * @category accessors
 */
export const writeFileAtomic: (
  path: string,
  data: Uint8Array,
  options?: AtomicOptions
) => Effect.Effect<void, PlatformError, RootDirectory> = internal.writeFileAtomic

/**
 * `readFileBounded` of the `RootDirectory` in the context.
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
 * `subRoot` of the `RootDirectory` in the context.
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
 * `walkTree` of the `RootDirectory` in the context.
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
 * `statfs` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const statfs: (path: string) => Effect.Effect<StatFs, PlatformError, RootDirectory> = internal.statfs

/**
 * `openDescriptor` of the `RootDirectory` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const openDescriptor: (
  path: string,
  options?: { readonly flag?: DescriptorFlag | undefined }
) => Effect.Effect<number, PlatformError, RootDirectory | Scope.Scope> = internal.openDescriptor
