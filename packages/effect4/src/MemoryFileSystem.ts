/**
 * A file system in memory that behaves like Linux, for tests of programs that use `FileSystem` or `Root`. Links,
 * permissions, descriptors and errors are the same as on a disk, down to the errno.
 *
 * Paths are resolved by the walk of `@procfsroot/path`, with the kernel's limit of 40 links by default. Methods that are more than
 * one system call (`copy`, `remove`, a recursive `makeDirectory`) do what those of `@effect/platform-node` do, with
 * four exceptions: `realPath` resolves as the kernel does; `copy` keeps the text of links; a recursive `readDirectory`
 * does not follow them; and `watch` reports a dangling link as created, and with `recursive` every change below, where
 * Node 20 loses some and invents others. Reading does not change access times, as on a disk mounted with `noatime`.
 * There are no devices.
 *
 * @since 0.1.0
 */
import { FileSystem } from "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type * as errno from "@procfsroot/vfs/Errno"
import type * as faults from "@procfsroot/vfs/MemoryFaults"
import * as journal from "@procfsroot/vfs/MemoryJournal"
import type * as limits from "@procfsroot/vfs/MemoryLimits"
import * as tree from "@procfsroot/vfs/MemoryTree"
import type * as method from "@procfsroot/vfs/Method"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { InvalidTree } from "./internal/memory/invalidTree.js"
import * as internal from "./internal/memory/layer.js"
import { Root } from "./Root.js"
import { RootDirectory } from "./RootDirectory.js"

export {
  /**
   * An impossible tree: a key that is not an absolute path or contains `.` or `..`, a file or link that is used as a
   * directory, a link without a target, or two entries with the same path. `path` is the invalid entry, as it was
   * written.
   *
   * @since 0.1.0
   * @category errors
   */
  InvalidTree
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Attributes extends tree.Attributes {}

/**
 * @since 0.1.0
 * @category models
 */
export interface File extends tree.File {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Directory extends tree.Directory {}

/**
 * A symbolic link, which has no mode of its own on Linux.
 *
 * @since 0.1.0
 * @category models
 */
export interface Link extends tree.Link {}

/**
 * A fifo or a socket: programs can find it, but not communicate through it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Special extends tree.Special {}

/**
 * A device, which programs can find, but not open (`ENXIO`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Device extends tree.Device {}

/**
 * Another name for the file, link, fifo or socket at `of`, which is the key of another entry.
 *
 * @since 0.1.0
 * @category models
 */
export interface HardLink extends tree.HardLink {}

/**
 * A file whose bytes are read when a program first needs them. Until then, its size is `size`.
 *
 * @since 0.1.0
 * @category models
 */
export interface LazyFile extends tree.LazyFile {}

/**
 * What is at a path in a tree.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = tree.Entry

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
 * @example
 * import { MemoryFileSystem } from "@procfsroot/effect4"
 *
 * const machine = MemoryFileSystem.layer({
 *   "/var/cache/index": "1\n",
 *   "/tmp": MemoryFileSystem.mount({ mode: 0o1777 })
 * })
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
export const fifo: (attributes?: Partial<Attributes>) => Special = tree.fifo

/**
 * A socket. Opening it fails with `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const socket: (attributes?: Partial<Attributes>) => Special = tree.socket

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
 * The name of an errno on Linux.
 *
 * @since 0.1.0
 * @category models
 */
export type Errno = errno.Code

/**
 * A method of `FileSystem` or `RootDirectory`, or of an open file (`read`, `readAlloc`, `write`, `writeAll`, `truncate`,
 * `stat`, `sync`, `close`), or `resolve` for all methods of a `Root`.
 *
 * @since 0.1.0
 * @category models
 */
export type Method = method.Method

/**
 * What goes wrong, where and when. Missing fields restrict nothing: with `{ code: "EIO" }`, everything fails. A `delay`
 * passes by Effect's `Clock`, and a fiber that is interrupted does not wait for its end.
 *
 * - With a `method`, operations of that name fail before they do anything, if `path` is where their paths lead.
 * - With a `step`, whatever operation it is part of, the step fails at `path`; with a `method` too, only in operations
 *   of that name.
 * - With neither, every operation that touches `path` fails at its first step there.
 *
 * A fault that could never strike, such as one with an unknown method, is a `TypeError`, as a defect.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault extends faults.Fault<Duration.Input, Method> {}

/**
 * Limits of the file system, such as on space. Going over one fails with the errno of Linux.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits extends limits.Limits {}

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
export interface Protected extends tree.Protected {}

/**
 * A user who works in the tree: ids, other groups, and the umask, by default 0o022. The user 0 may do everything.
 *
 * @since 0.1.0
 * @category models
 */
export interface User extends tree.User {}

/**
 * @since 0.1.0
 * @category models
 */
export interface RootOptions {
  /** The user who works in the tree, by default the superuser, who may do everything. New files get these ids. */
  readonly user?: User
  readonly faults?: ReadonlyArray<Fault>
  /** Limits, such as on space and open files. By default there are none. */
  readonly limits?: Limits
  /** What is forbidden in sticky directories, by default nothing. Permissions are checked in any case. */
  readonly protected?: Protected
}

/**
 * The policy applies to every path of every operation of the `FileSystem`. The `Root` does not have it: each call to it
 * has options of its own. With `mounts: "forbid"`, the directories that `mount` makes cannot be entered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends RootOptions, PathPolicy {
  /** Whether what is not synced is recorded, for `crash` and `crashes`. By default it is not. */
  readonly crashes?: boolean
}

/**
 * Chooses one of the trees that may be there after a power failure. The same seed chooses the same tree.
 *
 * @since 0.1.0
 * @category models
 */
export interface CrashOptions extends tree.CrashOptions {}

/**
 * How many trees `crashes` may return.
 *
 * @since 0.1.0
 * @category models
 */
export interface CrashesOptions extends tree.CrashesOptions {}

/**
 * An operation that was begun: its method and paths, how it ended, the bytes that it moved, and its fiber.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation extends journal.Operation {}

/**
 * Operations as text for people, one on each line: `readFile "/etc/motd": ok, 6 bytes read`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const format: (operations: ReadonlyArray<Operation>) => string = journal.format

/**
 * What a test can inspect and change while the program runs.
 *
 * @since 0.1.0
 * @category services
 */
export class MemoryFileSystem extends Context.Service<MemoryFileSystem, {
  /**
   * The whole current tree, including directories without an entry. If a file has several names, all but the
   * alphabetically first are hard links to it. The constructors make the same data, so a test can use
   * `expect(snapshot).toEqual({ ...before, "/etc/motd": file("hello") })`. A snapshot is also a `Tree`. It shares with the
   * tree what does not change afterwards, so even that of a large tree takes neither time nor memory; its entries are made
   * when they are looked at. `TreeDiff` compares two without looking at what they share.
   */
  readonly snapshot: Effect.Effect<Readonly<Record<string, Entry>>>
  /** The journal: all operations so far, in the order in which they began, also of roots further down. */
  readonly operations: Effect.Effect<ReadonlyArray<Operation>>
  /** Replaces all faults by these, and counts from the beginning. */
  readonly inject: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  /** Which faults have struck, in the order in which they were injected. */
  readonly report: Effect.Effect<ReadonlyArray<faults.Report<Duration.Input, Method>>>
  /** Dies with an error that lists the faults that never struck, if there are any. */
  readonly assertAllStruck: Effect.Effect<void>
  /**
   * Dies with an error that shows the difference, unless the operations so far, of those for which `where` is true, are
   * as expected: the same number, in the same order.
   */
  readonly expectOperations: (
    expected: ReadonlyArray<Partial<Operation>>,
    options?: { readonly where?: (operation: Operation) => boolean }
  ) => Effect.Effect<void>
  /** Replaces all limits. */
  readonly limit: (limits: Limits) => Effect.Effect<void>
  /** Stores all changes so far, as `sync(2)` does: a crash after this keeps them. */
  readonly syncAll: Effect.Effect<void>
  /**
   * A tree that may be on the disk after a power failure now, chosen by the seed, by default 0. It needs the option
   * `crashes: true`; without it, it is a defect.
   *
   * Changes of names and attributes are on the disk up to any one of them, in their order; each block of a file that was
   * written to is there or not. An fsync of a file stores its content and all changes up to its own last one, and that
   * of a directory all changes up to its last one. This allows what ext4 may leave with `data=ordered` and
   * `noauto_da_alloc`.
   */
  readonly crash: (options?: CrashOptions) => Effect.Effect<Readonly<Record<string, Entry>>>
  /**
   * All trees that may be there, each once unless changes undo each other. More than `limit` of them, by default 1,000, are a
   * `TypeError`, as a defect: sync earlier, or choose some by `crash`.
   */
  readonly crashes: (options?: CrashesOptions) => Effect.Effect<ReadonlyArray<Readonly<Record<string, Entry>>>>
  /**
   * The same tree for another user, with the same policy. What one user changes, the others see. Operations of all users
   * are in one journal, and faults and limits apply to all. Open files have numbers of their own, as in another process,
   * and are limited for each user.
   */
  readonly asUser: (user: User) => Context.Context<FileSystem | Root | RootDirectory>
}>()("@procfsroot/effect4/MemoryFileSystem") {}

/**
 * A `FileSystem`, a `RootDirectory` and a `Root` over the same tree: what one writes, the others see. For a root further
 * down, use `Root.layer(path)` over this layer, or `RootDirectory.subRoot(path)`, which has the same faults, limits and journal.
 *
 * Each time it is built, it starts with the tree as passed; two programs that are each provided with it share nothing.
 * Times come from Effect's `Clock`, and names of temporary files are counted. With a `TestClock` every run is the same,
 * except for the inode numbers, which are unique in the process.
 *
 * @example
 * import { FileSystem } from "effect"
 * import { MemoryFileSystem, Root } from "@procfsroot/effect4"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const fs = yield* FileSystem.FileSystem
 *   return yield* fs.readFileString(yield* Root.resolve("/var/run/motd"))
 * }).pipe(Effect.provide(MemoryFileSystem.layer({
 *   "/run/motd": "hello\n",
 *   "/var/run": MemoryFileSystem.link("/run"),
 *   "/srv": MemoryFileSystem.directory({ mode: 0o700 })
 * })))
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  tree: Tree,
  options?: Options
): Layer.Layer<FileSystem | Root | RootDirectory | MemoryFileSystem, InvalidTree> =>
  Layer.effectContext(
    Effect.map(
      internal.make(tree, options),
      ({ inspection, services }) => Context.add(services(), MemoryFileSystem, inspection)
    )
  )

/**
 * Only a `Root`, for programs that only resolve paths.
 *
 * @since 0.1.0
 * @category layers
 */
export const root = (tree: Tree, options?: RootOptions): Layer.Layer<Root | MemoryFileSystem, InvalidTree> =>
  Layer.effectContext(
    Effect.map(
      internal.make(tree, options),
      ({ inspection, root }) => Context.make(MemoryFileSystem, inspection).pipe(Context.add(Root, root))
    )
  )

/**
 * `snapshot` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const snapshot: Effect.Effect<Readonly<Record<string, Entry>>, never, MemoryFileSystem> = MemoryFileSystem.use(
  (memory) => memory.snapshot
)

/**
 * `operations` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const operations: Effect.Effect<ReadonlyArray<Operation>, never, MemoryFileSystem> = MemoryFileSystem.use(
  (memory) => memory.operations
)

/**
 * `inject` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const inject = (faults: ReadonlyArray<Fault>): Effect.Effect<void, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.inject(faults))

/**
 * `report` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const report: Effect.Effect<ReadonlyArray<faults.Report<Duration.Input, Method>>, never, MemoryFileSystem> =
  MemoryFileSystem.use(
    (memory) => memory.report
  )

/**
 * `assertAllStruck` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const assertAllStruck: Effect.Effect<void, never, MemoryFileSystem> = MemoryFileSystem.use(
  (memory) => memory.assertAllStruck
)

/**
 * `expectOperations` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const expectOperations = (
  expected: ReadonlyArray<Partial<Operation>>,
  options?: { readonly where?: (operation: Operation) => boolean }
): Effect.Effect<void, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.expectOperations(expected, options))

/**
 * `limit` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const limit = (limits: Limits): Effect.Effect<void, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.limit(limits))

/**
 * `syncAll` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const syncAll: Effect.Effect<void, never, MemoryFileSystem> = MemoryFileSystem.use((memory) => memory.syncAll)

/**
 * `crash` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const crash = (
  options?: CrashOptions
): Effect.Effect<Readonly<Record<string, Entry>>, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.crash(options))

/**
 * `crashes` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const crashes = (
  options?: CrashesOptions
): Effect.Effect<ReadonlyArray<Readonly<Record<string, Entry>>>, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.crashes(options))

/**
 * The tree of the `MemoryFileSystem` in the context, for another user: a program that is provided with this runs as that
 * user.
 *
 * @example
 * import { FileSystem } from "effect"
 * import { MemoryFileSystem } from "@procfsroot/effect4"
 * import * as Effect from "effect/Effect"
 *
 * const upload = Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString("/inbox/new", "text"))
 *
 * const program = upload.pipe(
 *   Effect.provide(MemoryFileSystem.asUser({ uid: 1000, gid: 1000, umask: 0o077 })),
 *   Effect.provide(MemoryFileSystem.layer({ "/inbox": MemoryFileSystem.directory({ mode: 0o1777 }) }))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const asUser = (user: User): Layer.Layer<FileSystem | Root | RootDirectory, never, MemoryFileSystem> =>
  Layer.effectContext(MemoryFileSystem.use((memory) => Effect.succeed(memory.asUser(user))))
