/**
 * A race-free `FileSystem` inside a root.
 *
 * @since 0.1.0
 */
import type { Creator } from "@procfsroot/node/FileSystem"
import type { Choice } from "@procfsroot/node/Native"
import "../internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import type { FileSystem } from "effect/FileSystem"
import type * as Layer from "effect/Layer"
import type { RootUnavailable } from "../ResolveError.js"
import type { Root } from "../Root.js"
import type { RootDirectory } from "../RootDirectory.js"
import * as internal from "./internal/nodeRootFileSystem.js"

/**
 * The options of the file system. The policy applies to every path of every operation. It does not apply to the `Root`
 * that comes with the `FileSystem`, whose calls have options of their own. `mounts: "forbid"` compares mount ids, so it
 * also refuses bind mounts of the same device. An unknown value of an option is a defect (`RangeError`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends PathPolicy {
  /** Make every operation that would change something fail with `EROFS`, before it looks anything up. */
  readonly readOnly?: boolean | undefined
  /**
   * The user and the group that create files, instead of those of the process: the `fsuid` and `fsgid` of
   * `credentials(7)`. They are set only during calls that create or rename a file. Otherwise, the process keeps its
   * user and its capabilities.
   *
   * It is for the roots of containers with a user namespace: where a mount has no id for the user of the process,
   * creating a file fails with `EOVERFLOW`, even for root. In `/proc/<pid>/uid_map` and `gid_map`, the line that begins
   * with 0 has the id of the container's root as its second number.
   *
   * Without the capabilities CAP_SETUID and CAP_SETGID, these calls fail with `EPERM`, and without native calls with
   * `ENOTSUP`.
   */
  readonly createAs?: Creator | undefined
  /** How paths are resolved, as for `NodeRoot`: `kernel` (the default) or `walk`, without native calls. */
  readonly strategy?: "kernel" | "walk" | undefined
  /** The library for native calls, as for `NodeRoot`. By default `auto`. */
  readonly native?: Choice | undefined
  /**
   * Use other threads for every call that may have to wait for a file system, as for `NodeRoot`. That includes opening
   * the root, resolving paths, and all operations of the `FileSystem` and of open files. A mount that does not respond
   * then blocks only operations on its own files, and Node's thread pool stays free. Only `watch`,
   * `streamDirectoryEntries`, `walkTree` and `sinkAtomic` still work on the main thread.
   *
   * An interrupted operation does not wait for its thread. If the operation has not started, it is dropped. Otherwise
   * it may still have effects after the interruption: a single system call completes when the file system responds, and
   * a copy or removal continues until its next file. Three operations do wait when they are interrupted: closing a file
   * that was written, since that may fail, and `makeTempDirectoryScoped` and `makeTempFileScoped`, since they remove
   * what they have created.
   *
   * This is not the default, because it takes longer on a local file system: about 30 µs per operation if many are
   * running, and 100 µs for a single one, instead of a few µs on the main thread.
   */
  readonly offMainThread?: boolean | undefined
}

/**
 * Provides a `FileSystem`, a `RootDirectory` and a `Root` whose `/` is the directory `path`. The directory is held open
 * until the layer's scope closes, even if it is renamed.
 *
 * Every operation finds its file by descriptors. It holds open the directories on the way, and makes its last system
 * call on the file's descriptor, or on a name in a directory that it holds open. Only the walk, or the kernel in
 * `openat2(2)`, follows links, and only inside the root. So nobody can make an operation use a file outside the root by
 * renaming directories or replacing them with links. Opening a file never waits: a fifo without a writer reads as
 * empty, and opening a fifo without a reader for writing fails with `ENXIO`.
 *
 * Node's thread pool reads and writes content that is not in the kernel's page cache, and lists large directories. All
 * other calls are made on the main thread, and take about 1 µs per component.
 *
 * `copyFile` copies only regular files. It fails with `EISDIR` for a directory, and with `EINVAL` for any other type. If
 * the copy of a file fails or is interrupted, the file is removed if it is new. If it existed before, it is then empty, or
 * has the beginning of the new content. What `copy` has copied before stays. While `copyFile` overwrites a file, others
 * can see the beginning of the new content followed by the rest of the old one: use `writeFileAtomic` of `RootDirectory`
 * if nobody may see such a file.
 *
 * `writeFile`, `sink`, `copyFile` and `copy` fail if closing the written file fails. For a file from `open`, such a
 * failure is a defect at the end of its scope, as with Effect's own `FileSystem` for Node, unless the scope has failed
 * already. Call `sync` first to get it as an error.
 *
 * Errors have the same tags and errnos as those of Effect's own `FileSystem` for Node, with paths inside the root.
 * Their descriptions can differ, and errors of `realPath` name that call instead of the `lstat` that Effect makes. If a
 * path does not resolve, the `ResolveError` is the `cause`. Without options, paths are resolved as after `chroot(2)`,
 * with at most 40 links. Copying a tree copies links as links. Listing or removing a tree does not follow them.
 *
 * Temporary files and directories are created in the `/tmp` of the root, which must exist (with `beneath`, in `tmp`),
 * unless the caller passes a `directory`.
 *
 * The paths in the events of `watch` are relative to the watched path. A watch keeps up to 4,096 events that nobody has
 * consumed yet. If there are more, the stream fails with `EOVERFLOW` after these. All watches of a thread fail with
 * `EOVERFLOW` if their events fill most of the kernel's queue at once (see `max_queued_events` in inotify(7)), since
 * the kernel drops events when it is full. With `recursive`, `watch` holds a descriptor for each directory. It fails
 * with `EMFILE` if there are too many (or with `ENOSPC`, see `max_user_watches` in inotify(7)), and with `ENAMETOOLONG`
 * for a directory whose path has more than 4,095 bytes. A watched directory is held open, so the kernel does not report
 * its own removal. The removal of a watched file is reported. A `WatchBackend` in the context, such as that of Parcel,
 * is not used, since it would watch host paths.
 *
 * Layers that contain `NodeFileSystem`, such as `NodeServices.layer` and `NodeHttpServer.layer`, replace this one if
 * they are provided nearer to the program: see "What bypasses a root" in docs/security.md.
 *
 * To find out how paths are resolved, and why, read the `strategy` of the `Root`:
 * `Effect.map(Root.Root, ({ strategy }) => strategy.reason)`.
 *
 * Fails with `RootUnavailable` if the directory cannot be opened, if the limit of open files is reached, or if `/proc`
 * is not a procfs that shows this process.
 *
 * @example
 * import { FileSystem } from "effect/FileSystem"
 * import { NodeRootFileSystem } from "@procfsroot/effect4/node"
 * import * as Effect from "effect/Effect"
 *
 * const upload = (name: string, data: Uint8Array) =>
 *   Effect.flatMap(FileSystem, (fs) => fs.writeFile(name, data))
 *
 * const program = Effect.forEach(["a.txt", "b.txt"], (name) => upload(name, new Uint8Array())).pipe(
 *   Effect.provide(NodeRootFileSystem.layer("/srv/uploads", { containment: "beneath", symlinks: "forbid" }))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: (
  path: string,
  options?: Options
) => Layer.Layer<FileSystem | Root | RootDirectory, RootUnavailable> = internal.layer
