/**
 * A file system in memory that does what Linux does, for the tests of programs that use `FileSystem` or `Root`: links,
 * permissions, descriptors and errors come out as they would on a disk, errno for errno.
 *
 * Every resolution is the walk of `@procfsroot/path`, with the kernel's limit of 40 links. What the methods of
 * `FileSystem` do beyond one system call (`copy`, `remove`, a recursive `makeDirectory`) is what `@effect/platform-node`
 * does, with four exceptions: `realPath` answers as the kernel resolves, `copy` keeps the text of links, a recursive
 * `readDirectory` does not go through them, and `watch` reports a link that leads nowhere as created, and with `recursive`
 * every change below, where Node 20 loses some and makes some up. Not kept: access times, as on a disk mounted with `noatime`; devices.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as errno from "@procfsroot/vfs/Errno"
import * as tree from "@procfsroot/vfs/MemoryTree"
import { InvalidTree } from "./internal/memory/invalidTree.js"
import * as internal from "./internal/memory/layer.js"
import type { Root } from "./Root.js"

export {
  /**
   * A tree that no file system could hold: a key that is no absolute path, or holds `.` or `..`; a file or link used as a
   * directory; a link without a target; two entries for one place. `path` is the entry at fault, as it was written.
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
 * A symbolic link; it has no mode of its own on Linux.
 *
 * @since 0.1.0
 * @category models
 */
export interface Link extends tree.Link {}

/**
 * A fifo or a socket: there to be met, not to be talked through.
 *
 * @since 0.1.0
 * @category models
 */
export interface Special extends tree.Special {}

/**
 * A further name for the file, link, fifo or socket at `of`, which is another entry's key.
 *
 * @since 0.1.0
 * @category models
 */
export interface HardLink extends tree.HardLink {}

/**
 * What a place in a tree holds.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = tree.Entry

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
export const fifo: (attributes?: Partial<Attributes>) => Special = tree.fifo

/**
 * A socket: opening it is `ENXIO`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const socket: (attributes?: Partial<Attributes>) => Special = tree.socket

/**
 * An errno by its name on Linux.
 *
 * @since 0.1.0
 * @category models
 */
export type Errno = errno.Code

/**
 * What is to go wrong, and when. What is left out restricts nothing: `{ code: "EIO" }` fails everything.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault {
  /**
   * The place, links in it not followed. Without a `method`, the fault strikes every operation that looks at the place,
   * on the way to what lies behind it too; with one, those that end there.
   */
  readonly path?: string
  /**
   * A method of `FileSystem` (what `exists` does is `access`, `stream` and `sink` are `open`), of an open file (`read`,
   * `readAlloc`, `write`, `writeAll`, `truncate`, `stat`, `sync`), or `resolve` for whatever a `Root` walks.
   */
  readonly method?: string
  /** Only this time of those that it would strike, counted from 1. */
  readonly nth?: number
  /** The operation fails with this error, and does nothing; of several faults, with that of the first. */
  readonly code?: Errno
  /** The operation takes this long, by Effect's `Clock`. */
  readonly delay?: Duration.DurationInput
  /** The error comes without a `cause`, as many fakes have it. */
  readonly withoutCause?: boolean
}

/**
 * What the kernel forbids in a sticky directory as its `fs.protected_symlinks`, `fs.protected_regular` and
 * `fs.protected_fifos` say (`proc_sys_fs(5)`), with the same numbers; what is left out is 0, which forbids nothing. Most
 * distributions set `{ symlinks: 1, regular: 2, fifos: 1 }`, so that in `/tmp` a link of somebody else's is not
 * followed, and a file of somebody else's is not written to in place of a new one.
 *
 * @since 0.1.0
 * @category models
 */
export interface Protected extends tree.Protected {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Who looks at the tree; the superuser, who may do everything, unless told. New files get these ids. */
  readonly user?: {
    readonly uid: number
    readonly gid: number
    /** Further groups that the user is in. */
    readonly groups?: ReadonlyArray<number>
  }
  readonly faults?: ReadonlyArray<Fault>
  /** What is forbidden in sticky directories; nothing, unless told. Permissions are checked in any case. */
  readonly protected?: Protected
}

/**
 * Something that was done: the method as `Fault` names it, and its paths as they were given; for an open file, the place
 * at which it was opened.
 *
 * @since 0.1.0
 * @category models
 */
export interface Operation {
  readonly method: string
  readonly path: string
  /** The second path of `copy`, `copyFile`, `link`, `rename` and `symlink`. */
  readonly to?: string
}

/**
 * What a test may ask and arrange beside the program that it tests.
 *
 * @since 0.1.0
 * @category models
 */
export interface MemoryFileSystem {
  /**
   * The whole tree as it is now, directories that no entry named included; of several names for one file, all but the
   * first by the alphabet are hard links to it. The constructors make the same data, so
   * `expect(snapshot).toEqual({ ...before, "/etc/motd": file("hello") })` says all; and it is a `Tree` again.
   */
  readonly snapshot: Effect.Effect<Readonly<Record<string, Entry>>>
  /** All that was done so far, in order, whether or not it succeeded. */
  readonly operations: Effect.Effect<ReadonlyArray<Operation>>
  /** From now on these faults, and none of those before, counted anew. */
  readonly inject: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
}

/**
 * @since 0.1.0
 * @category tags
 */
export const MemoryFileSystem: Context.Tag<MemoryFileSystem, MemoryFileSystem> = internal.tag

/**
 * A `FileSystem` and a `Root` over one and the same tree: what the one writes, the other resolves. For a root further
 * down, `Root.layer(path)` over the same layer.
 *
 * Each time it is built, it begins with the tree as given; two programs that are each provided with it share nothing.
 * Times come from Effect's `Clock`, names of temporary files are counted: under a `TestClock` every run is the same, but
 * for the inode numbers, which no two trees of a process have in common.
 *
 * @example
 * import { FileSystem } from "@effect/platform"
 * import { MemoryFileSystem, Root } from "@procfsroot/platform"
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
export const layer: (
  tree: Tree,
  options?: Options
) => Layer.Layer<FileSystem | Root | MemoryFileSystem, InvalidTree> = internal.layer

/**
 * A `Root` alone, for programs that only resolve.
 *
 * @since 0.1.0
 * @category layers
 */
export const root: (tree: Tree, options?: Options) => Layer.Layer<Root | MemoryFileSystem, InvalidTree> = internal.root

/**
 * `snapshot` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const snapshot: Effect.Effect<Readonly<Record<string, Entry>>, never, MemoryFileSystem> = internal.snapshot

/**
 * `operations` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const operations: Effect.Effect<ReadonlyArray<Operation>, never, MemoryFileSystem> = internal.operations

/**
 * `inject` of the `MemoryFileSystem` in the context.
 *
 * @since 0.1.0
 * @category accessors
 */
export const inject: (faults: ReadonlyArray<Fault>) => Effect.Effect<void, never, MemoryFileSystem> = internal.inject
