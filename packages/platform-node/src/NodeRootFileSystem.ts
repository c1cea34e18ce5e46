/**
 * A `FileSystem` inside a root, without a race.
 *
 * @since 0.1.0
 */
import type { FileSystem } from "@effect/platform/FileSystem"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import type { Root } from "@procfsroot/platform/Root"
import type * as Layer from "effect/Layer"
import * as internal from "./internal/nodeRootFileSystem.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Every operation that would change something fails with `EROFS`, before anything is looked at. */
  readonly readOnly?: boolean
}

/**
 * A `FileSystem` whose `/` is the directory `path`, and a `Root` over the same directory. It is held open until the
 * layer's scope closes, whatever happens to its name.
 *
 * Every operation finds its file by descriptors: the directories on the way are held while it lasts, no link is followed
 * that the walk has not read, and the last system call is made on the descriptor, or on one name in the directory that
 * is held. Whoever renames directories or exchanges them with links meanwhile leads no operation out of the root. What
 * is no regular file is opened without waiting for it: a fifo without a writer reads as empty, one without a reader is
 * `ENXIO` to a writer.
 *
 * System calls that find, make or remove a name are made on the thread of the event loop, about a microsecond a
 * component; content is read and written on Node's thread pool.
 *
 * `copyFile` copies between regular files only: onto a directory it is `EISDIR`, onto anything else `EINVAL`. A copy that
 * fails or is interrupted leaves no file that was not there before; a file that was there may have been overwritten in part.
 * If closing a file fails after it was written, `writeFile`, `sink`, `copyFile` and `copy` fail. For a file from `open`, the
 * end of its scope is a defect then, as with Node's `FileSystem`: call `sync` to have the error as a value.
 *
 * Errors are those of Node's `FileSystem`, with paths inside the root; one of resolution has its `ResolveError` as
 * `cause`. Links are followed up to the kernel's limit, 40. Copying a tree copies links as links; listing or removing
 * one does not enter them.
 *
 * The paths in the events of `watch` are names below what is watched. Up to 4,096 events are kept; if more come before they
 * are consumed, the stream fails with `EOVERFLOW` after those that were kept. `recursive` holds a descriptor for each
 * directory, so that too many are `EMFILE` (or `ENOSPC`, see `max_user_watches` in inotify(7)), and a directory with a path
 * of more than 4,095 bytes is `ENAMETOOLONG`.
 *
 * Layers that have `NodeFileSystem` in them, as `NodeContext.layer` and `NodeHttpServer.layer` do, take its place where they
 * are nearer to the program: see "What goes around a root" in docs/security.md.
 *
 * Whether the kernel resolves its paths or they are walked, and why, is in the `strategy` of the `Root` that comes with it:
 * `Effect.map(Root.Root, ({ strategy }) => strategy.reason)`.
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
 *     Effect.provide(NodeRootFileSystem.layer("/srv/uploads"))
 *   )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: (path: string, options?: Options) => Layer.Layer<FileSystem | Root, RootUnavailable> =
  internal.layer
