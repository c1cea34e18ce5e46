/**
 * A file system in memory that behaves like Linux, for tests of programs that use `FileSystem` or `Root`. Links,
 * permissions, descriptors and errors are the same as on a disk, down to the errno.
 *
 * Paths are resolved by the walk of `@procfsroot/path`, with the kernel's limit of 40 links by default. Methods that
 * make more than one system call (`copy`, `remove`, a recursive `makeDirectory`) do what those of
 * `@effect/platform-node` do, with four exceptions. `realPath` resolves paths as the kernel does. `copy` copies links
 * without changing their targets. A recursive `readDirectory` does not follow links. `watch` reports a dangling link as
 * created, and with `recursive` it reports exactly the changes below, where Node 20 misses some and invents others.
 * Reading a file does not change its access time, as on a disk mounted with `noatime`. Devices cannot be opened.
 *
 * @since 0.1.0
 */
import { FileSystem } from "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type * as faults from "@procfsroot/vfs/MemoryFaults"
import type { Operation } from "@procfsroot/vfs/MemoryJournal"
import type { Limits } from "@procfsroot/vfs/MemoryLimits"
import * as tree from "@procfsroot/vfs/MemoryTree"
import type { CrashesOptions, CrashOptions, Protected, User } from "@procfsroot/vfs/MemoryTree"
import type { Method } from "@procfsroot/vfs/Method"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type { Entry, Tree } from "@procfsroot/vfs/Tree"
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
   * The tree is invalid: a key is not an absolute path or contains `.` or `..`, a file or link is used as a directory,
   * a link has an empty target, or two entries have the same path. `path` is the key of the invalid entry.
   *
   * @since 0.1.0
   * @category errors
   */
  InvalidTree
}

export type { Code as Errno } from "@procfsroot/vfs/Errno"
export { format, type Operation } from "@procfsroot/vfs/MemoryJournal"
export type { Limits } from "@procfsroot/vfs/MemoryLimits"
export type { CrashesOptions, CrashOptions, Protected, User } from "@procfsroot/vfs/MemoryTree"
export type { Method } from "@procfsroot/vfs/Method"
export * from "@procfsroot/vfs/Tree"

/**
 * A fault: what goes wrong, where, and when. A field that is missing restricts nothing: with `{ code: "EIO" }`, every
 * operation fails. A `delay` is measured by Effect's `Clock`. It ends at once if the fiber is interrupted, except in
 * `makeTempDirectoryScoped` and `makeTempFileScoped`: as in Effect's own `FileSystem` for Node, they cannot be
 * interrupted while they create something, or while they remove it at the end of the scope.
 *
 * - With a `method`, operations of that name fail before they do anything, if one of their paths leads to `path`.
 * - With a `step`, that step fails at `path`, in every operation. With a `method` as well, it fails only in operations
 *   of that name.
 * - With neither, every operation that touches `path` fails at its first step there.
 *
 * A fault that could never strike, such as one with an unknown method, is a defect (`TypeError`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault extends faults.Fault<Duration.Input, Method> {}

/**
 * A fault, the number of operations or steps that it matched, and the number of those that it changed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Report extends faults.Report<Duration.Input, Method> {}

/**
 * The options of `root`, which `layer` has as well.
 *
 * @since 0.1.0
 * @category models
 */
export interface RootOptions {
  /**
   * The user that the program runs as, by default the superuser, who may do everything. New files belong to this user
   * and group.
   */
  readonly user?: User | undefined
  readonly faults?: ReadonlyArray<Fault> | undefined
  /** The limits, for example on space or open files. By default there are none. */
  readonly limits?: Limits | undefined
  /**
   * The kernel's settings that restrict sticky directories. By default they forbid nothing. Permissions are always
   * checked.
   */
  readonly protected?: Protected | undefined
}

/**
 * The options of `layer`. The policy applies to every path of every operation of the `FileSystem`. It does not apply to
 * the `Root`, whose calls have options of their own. With `mounts: "forbid"`, directories created by `mount` cannot be
 * entered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends RootOptions, PathPolicy {
  /** Make every operation that would change something fail with `EROFS`, before it looks anything up. */
  readonly readOnly?: boolean | undefined
  /** Record the changes that are not synced yet, which `crash` and `crashes` need. By default `false`. */
  readonly crashes?: boolean | undefined
}

/**
 * The type of the value of the service `MemoryFileSystem`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Returns the whole current tree, including directories that had no entry. If a file has several names, all but the
   * alphabetically first are hard links to it. The entries are the same data as the constructors create, so a test can
   * use `expect(snapshot).toEqual({ ...before, "/etc/motd": file("hello") })`. A snapshot is also a `Tree`. A snapshot
   * of a large tree takes almost no time or memory, because it shares unchanged files with the tree, and creates its
   * entries when they are first used. `TreeDiff` skips the parts that two snapshots share.
   */
  readonly snapshot: Effect.Effect<Readonly<Record<string, Entry>>>
  /**
   * Returns the journal: all operations so far, including those in subdirectories that were opened as roots, in the
   * order in which they started.
   */
  readonly operations: Effect.Effect<ReadonlyArray<Operation>>
  /** Replaces all faults, and counts matches from the beginning. */
  readonly inject: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  /** Returns how often each fault matched and struck, in the order in which they were injected. */
  readonly report: Effect.Effect<ReadonlyArray<Report>>
  /** Dies with an error that lists the faults that did not strike, if there are any. */
  readonly assertAllStruck: Effect.Effect<void>
  /**
   * Compares the operations so far with the expected ones, and dies with an error that shows the difference unless they
   * are the same, in the same order. With `where`, only the operations for which it returns `true` are compared.
   */
  readonly expectOperations: (
    expected: ReadonlyArray<Partial<Operation>>,
    options?: { readonly where?: ((operation: Operation) => boolean) | undefined }
  ) => Effect.Effect<void>
  /** Replaces all limits. */
  readonly limit: (limits: Limits) => Effect.Effect<void>
  /** Writes all changes so far to the disk, as `sync(2)` does. A crash after this keeps them. */
  readonly syncAll: Effect.Effect<void>
  /**
   * Returns one of the trees that may be on the disk after a power failure at this moment. The seed, by default 0,
   * chooses which one. Without the option `crashes: true`, this is a defect.
   *
   * Changes of names and attributes reach the disk in their order, so the crash can be after any one of them. Each
   * block written to a file may or may not have reached the disk. An fsync of a file stores its content, and all
   * changes up to the last change of that file. An fsync of a directory stores all changes up to the last change of
   * that directory. These are the trees that ext4 can leave with `data=ordered` and `noauto_da_alloc`.
   */
  readonly crash: (options?: CrashOptions) => Effect.Effect<Readonly<Record<string, Entry>>>
  /**
   * Returns all trees that may be on the disk after a power failure at this moment. A tree is repeated only if changes
   * undo each other. If there are more than `limit` trees, by default 1,000, this is a defect (`TypeError`): sync
   * earlier, or choose some trees with `crash`.
   */
  readonly crashes: (options?: CrashesOptions) => Effect.Effect<ReadonlyArray<Readonly<Record<string, Entry>>>>
  /**
   * Returns the same tree for another user, with the same policy. Each user sees what the others change. There is one
   * journal for all users, and faults and limits apply to all, except that each user has a limit of open files and
   * descriptor numbers of their own, as in another process.
   */
  readonly asUser: (user: User) => Context.Context<FileSystem | Root | RootDirectory>
}

/**
 * The service with which a test inspects and changes the file system while the program runs.
 *
 * @since 0.1.0
 * @category services
 */
export class MemoryFileSystem
  extends Context.Service<MemoryFileSystem, Service>()("@procfsroot/effect4/MemoryFileSystem")
{}

const make = (tree: Tree, options?: Options) =>
  Effect.map(
    internal.make(tree, options),
    ({ inspection, services }) => Context.add(services, MemoryFileSystem, inspection)
  )

/**
 * Provides a `FileSystem`, a `RootDirectory` and a `Root` over the same tree, and the `MemoryFileSystem` of it. For a
 * root in a subdirectory, use `Root.layer(path)` over this layer, or `RootDirectory.subRoot(path)`, which has the same
 * faults, limits and journal.
 *
 * Each time the layer is built, it starts with the tree as passed, so two programs that are each provided with it share
 * nothing. If one runs inside the other, they share the tree, because Effect builds the layer once for both:
 * `Layer.fresh` gives the inner one a tree of its own. Times come from Effect's `Clock`, and temporary files have
 * numbered names. With a `TestClock`, every run is the same, except for the inode numbers, which are unique in the
 * process.
 *
 * Operations that can be long, such as `copy`, `remove`, `resolveAll` and streams, let others use the event loop if
 * its current turn has taken a few milliseconds, even if they themselves have little to do. `Effect.runSync` fails if
 * they do, so run programs with `Effect.runPromise`.
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
  Layer.effectContext(make(tree, options))

/**
 * Provides a `Root` and its `MemoryFileSystem`, without a `FileSystem`, for programs that only resolve paths.
 *
 * @since 0.1.0
 * @category layers
 */
export const root = (tree: Tree, options?: RootOptions): Layer.Layer<Root | MemoryFileSystem, InvalidTree> =>
  Layer.effectContext(Effect.map(make(tree, options), Context.pick(MemoryFileSystem, Root)))

/**
 * Returns the whole current tree. Runs `snapshot` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const snapshot: Effect.Effect<Readonly<Record<string, Entry>>, never, MemoryFileSystem> = MemoryFileSystem.use(
  (memory) => memory.snapshot
)

/**
 * Returns the journal: all operations so far. Runs `operations` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const operations: Effect.Effect<ReadonlyArray<Operation>, never, MemoryFileSystem> = MemoryFileSystem.use(
  (memory) => memory.operations
)

/**
 * Replaces all faults. Calls `inject` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const inject = (faults: ReadonlyArray<Fault>): Effect.Effect<void, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.inject(faults))

/**
 * Returns how often each fault matched and struck. Runs `report` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const report: Effect.Effect<ReadonlyArray<Report>, never, MemoryFileSystem> = MemoryFileSystem.use(
  (memory) => memory.report
)

/**
 * Dies with an error that lists the faults that did not strike, if there are any. Runs `assertAllStruck` of the
 * `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const assertAllStruck: Effect.Effect<void, never, MemoryFileSystem> = MemoryFileSystem.use(
  (memory) => memory.assertAllStruck
)

/**
 * Dies with an error that shows the difference unless the operations so far are the expected ones. Calls
 * `expectOperations` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const expectOperations = (
  expected: ReadonlyArray<Partial<Operation>>,
  options?: { readonly where?: ((operation: Operation) => boolean) | undefined }
): Effect.Effect<void, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.expectOperations(expected, options))

/**
 * Replaces all limits. Calls `limit` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const limit = (limits: Limits): Effect.Effect<void, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.limit(limits))

/**
 * Writes all changes so far to the disk, so that a crash keeps them. Runs `syncAll` of the `MemoryFileSystem` in the
 * context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const syncAll: Effect.Effect<void, never, MemoryFileSystem> = MemoryFileSystem.use((memory) => memory.syncAll)

/**
 * Returns one of the trees that may be on the disk after a power failure at this moment. Calls `crash` of the
 * `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const crash = (
  options?: CrashOptions
): Effect.Effect<Readonly<Record<string, Entry>>, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.crash(options))

/**
 * Returns all trees that may be on the disk after a power failure at this moment. Calls `crashes` of the
 * `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const crashes = (
  options?: CrashesOptions
): Effect.Effect<ReadonlyArray<Readonly<Record<string, Entry>>>, never, MemoryFileSystem> =>
  MemoryFileSystem.use((memory) => memory.crashes(options))

/**
 * Provides the tree of the `MemoryFileSystem` in the context to a program that runs as another user. It is built
 * again for each `MemoryFileSystem` that it is provided with.
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
export const asUser = (user: User): Layer.Layer<FileSystem | Root | RootDirectory, never, MemoryFileSystem> => {
  const own = tree.ownUser(user)
  // Otherwise a program with several trees would use the first one for all.
  return Layer.fresh(Layer.effectContext(MemoryFileSystem.useSync((memory) => memory.asUser(own))))
}
