/**
 * A `FileSystem` inside a root, without a race.
 *
 * @since 0.1.0
 */
import type { Choice } from "@procfsroot/node/Native"
import type { FileSystem } from "@effect/platform/FileSystem"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import type { Root } from "@procfsroot/platform/Root"
import type { RootDirectory } from "@procfsroot/platform/RootDirectory"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type * as Layer from "effect/Layer"
import * as internal from "./internal/nodeRootFileSystem.js"

/**
 * How paths are resolved, and what may be done. The policy applies to every path of every operation. The `Root` that
 * comes with the `FileSystem` does not have it: each call to it has options of its own. `mounts: "forbid"` keeps to the
 * root's mount by mount ids, and `from` is where paths without a leading slash start.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends PathPolicy {
  /** Every operation that would change something fails with `EROFS`, before anything is looked up. */
  readonly readOnly?: boolean
  /** As for `NodeRoot`: `kernel` by default, or `walk`. The results are the same. */
  readonly strategy?: "kernel" | "walk"
  /** As for `NodeRoot`: `auto` by default. */
  readonly native?: Choice
  /**
   * Makes every call that may have to wait for a file system in another thread, as for `NodeRoot`: opening the root,
   * resolving paths, and all operations of the `FileSystem` and of open files, so that a mount that does not respond holds
   * up only what is asked of it, and Node's own thread pool stays free. Only `watch`, `streamDirectoryEntries` and
   * `walkTree` still work on the main thread.
   *
   * An interrupted operation does not wait for its thread. If it had not begun, it is not done. Otherwise what it does may
   * still happen after the interruption: a single call when the file system responds, a copy or a removal until its
   * next file. Closing a file that was written waits, since it may fail, and so does opening one with `open`, `stream` or
   * `sink`, which cannot be interrupted.
   *
   * It is not the default: an operation takes some 30 µs in another thread if many are under way, and 100 alone, where the
   * main thread takes a few on a local file system.
   */
  readonly offMainThread?: boolean
}

/**
 * A `FileSystem` whose `/` is the directory `path`, and a `RootDirectory` and a `Root` over the same directory, which is
 * held open until the layer's scope closes, whatever happens to its name.
 *
 * Every operation finds its file by descriptors: the directories on the way are held open, no link is followed except
 * by the walk or the kernel inside the root, and the last system call is made on the descriptor of the file, or on one
 * name in a directory that is held open. So nobody can lead an operation out of the root by renaming directories or
 * exchanging them with links. Opening a file never waits: a fifo without a writer reads as empty, and opening one
 * without a reader for writing fails with `ENXIO`.
 *
 * Content is read and written, and large directories are listed, on Node's thread pool, unless the kernel has what is
 * read or written in its page cache. All other calls are made on the main thread, and take about a microsecond per
 * component.
 *
 * `copyFile` copies between regular files only: onto a directory it is `EISDIR`, onto anything else `EINVAL`. A copy
 * that fails or is interrupted leaves no file that was not there before; a file that was there may have been
 * overwritten in part. If closing a file fails after it was written, `writeFile`, `sink`, `copyFile` and `copy` fail.
 * For a file from `open`, such a failure is a defect at the end of its scope, as with Node's `FileSystem`: call `sync`
 * to get the error as a value.
 *
 * Errors are those of Node's `FileSystem`, with paths inside the root. If a path does not resolve, the `ResolveError`
 * is the `cause`. Without options, paths are resolved as in a `chroot`, with at most 40 links. Copying a tree copies links as links; listing and
 * removing a tree does not follow them.
 *
 * The paths in the events of `watch` are relative to the watched path. Up to 4,096 events are kept; if more come before
 * they are consumed, the stream fails with `EOVERFLOW` after those that were kept. `recursive` holds a descriptor for
 * each directory: too many fail with `EMFILE` (or `ENOSPC`, see `max_user_watches` in inotify(7)), and a directory with
 * a path of more than 4,095 bytes with `ENAMETOOLONG`. A watched directory is held open, so the kernel does not report
 * its own removal; it does report that of a watched file.
 *
 * Layers that contain `NodeFileSystem`, such as `NodeContext.layer` and `NodeHttpServer.layer`, replace this one if
 * they are nearer to the program: see "What goes around a root" in docs/security.md.
 *
 * The `strategy` of the `Root` that comes with it says whether the kernel resolves the paths or they are walked, and
 * why: `Effect.map(Root.Root, ({ strategy }) => strategy.reason)`.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, if no descriptor is free, or if `/proc` is not a procfs
 * that shows this process.
 *
 * @example
 * import { FileSystem } from "@effect/platform/FileSystem"
 * import { NodeRootFileSystem } from "@procfsroot/platform-node"
 * import * as Effect from "effect/Effect"
 *
 * const upload = (name: string, data: Uint8Array) =>
 *   Effect.flatMap(FileSystem, (fs) => fs.writeFile(name, data)).pipe(
 *     Effect.provide(NodeRootFileSystem.layer("/srv/uploads", { containment: "beneath", symlinks: "forbid" }))
 *   )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: (
  path: string,
  options?: Options
) => Layer.Layer<FileSystem | Root | RootDirectory, RootUnavailable> = internal.layer
