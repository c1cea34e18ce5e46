/** A `FileSystem` inside a root of another `FileSystem`. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import * as Errno from "@procfsroot/vfs/Errno"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import { temporaryPrefix } from "@procfsroot/vfs/Method"
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Root } from "../Root.js"
import type { Options } from "../RootFileSystem.js"
import { event } from "./adapter/watch.js"
import { run } from "./asking.js"
import { fromUnknown } from "./fileSystemError.js"
import { hostFileSystem, hostRoot } from "./hostFileSystem.js"
import { tag as rootTag } from "./root.js"
import { openFile, sinkInto, toError } from "./rootFileSystemFile.js"
import { adjustStreams } from "./stream.js"

type Texts = readonly [path: string, ...others: ReadonlyArray<string>]

/** An operation. `texts` are those of its arguments that are text. Its errors name the first. */
const operation = <A>(method: string, texts: Texts, begin: () => HostFileSystem.Asking<A>) =>
  Effect.mapError(run(begin), (thrown) => toError({ method, subject: texts[0], texts }, thrown))

/** An operation that resolves the path, and leaves the rest to the underlying file system. */
const onFile = <A, R>(
  method: string,
  path: string,
  find: () => HostFileSystem.Asking<string>,
  call: (hostPath: string) => Effect.Effect<A, PlatformError, R>
) =>
  Effect.flatMap(
    operation(method, [path], find),
    (hostPath) => Effect.mapError(call(hostPath), (error) => fromUnknown(method, path, error))
  )

/**
 * Effect's file system for Node dies with Node's error if it cannot watch a path, for example a directory without
 * permission to read it. This error contains the host path.
 */
const unwatched = (path: string, defect: unknown): Option.Option<Stream.Stream<never, PlatformError>> =>
  Errno.ofError(defect) === undefined ? Option.none() : Option.some(Stream.fail(fromUnknown("watch", path, defect)))

/** @internal */
export const make = (root: Root, fs: FileSystem.FileSystem, options: Options = {}): FileSystem.FileSystem => {
  const operations = HostFileSystem.make(hostRoot(root), hostFileSystem(fs), options)

  const remove = (path: string, options?: FileSystem.RemoveOptions) =>
    operation("remove", [path], () => operations.remove(path, options))

  const makeDirectoryIn = (method: string, options?: FileSystem.MakeTempDirectoryOptions) => {
    const prefix = temporaryPrefix(operations.temporaryDirectory, options)
    return operation(method, [prefix], () => operations.makeTempDirectory(prefix))
  }

  const makeFileIn = (method: string, options: FileSystem.MakeTempFileOptions = {}) => {
    const prefix = temporaryPrefix(operations.temporaryDirectory, options)
    const suffix = options.suffix ?? ""
    return operation(method, [prefix, suffix], () => operations.makeTempFile(prefix, suffix))
  }

  const pathOf = ({ path }: HostFileSystem.Temporary) => path

  const scoped = (made: Effect.Effect<HostFileSystem.Temporary, PlatformError>) =>
    Effect.map(
      Effect.acquireRelease(made, (temporary) =>
        Effect.orDie(operation("remove", [temporary.path], () => temporary.remove({ recursive: true })))),
      pathOf
    )

  const watch = (path: string, options?: FileSystem.WatchOptions) =>
    Effect.map(
      operation("watch", [path], () => operations.watch(path, options?.recursive === true)),
      (watched) =>
        fs.watch(watched.hostPath, options).pipe(
          Stream.mapError((error) => fromUnknown("watch", path, error)),
          Stream.catchSomeCause((cause) => Option.flatMap(Cause.dieOption(cause), (defect) => unwatched(path, defect))),
          Stream.mapEffect(({ _tag: type, path: name }) =>
            operation("watch", [path], () => watched.change({ type, name }))
          ),
          Stream.filterMap((change) => change === undefined ? Option.none() : Option.some(event(change)))
        )
    )

  const system = adjustStreams(FileSystem.make({
    access: (path, options) =>
      onFile("access", path, () => operations.access(path), (host) => fs.access(host, options)),
    chmod: (path, mode) => onFile("chmod", path, () => operations.chmod(path, mode), (host) => fs.chmod(host, mode)),
    chown: (path, uid, gid) =>
      onFile("chown", path, () => operations.chown(path, uid, gid), (host) => fs.chown(host, uid, gid)),
    copy: (from, to, options) => operation("copy", [from, to], () => operations.copy(from, to, options)),
    copyFile: (from, to) => operation("copyFile", [from, to], () => operations.copyFile(from, to)),
    link: (from, to) => operation("link", [from, to], () => operations.link(from, to)),
    makeDirectory: (path, options) => operation("makeDirectory", [path], () => operations.makeDirectory(path, options)),
    makeTempDirectory: (options) => Effect.map(makeDirectoryIn("makeTempDirectory", options), pathOf),
    makeTempDirectoryScoped: (options) => scoped(makeDirectoryIn("makeTempDirectoryScoped", options)),
    makeTempFile: (options) => Effect.map(makeFileIn("makeTempFile", options), pathOf),
    makeTempFileScoped: (options) => scoped(makeFileIn("makeTempFileScoped", options)),
    open: (path, options = {}) => {
      const { flag = "r", mode } = options
      return Effect.flatMap(
        onFile("open", path, () => operations.open(path, flag, mode), (host) => fs.open(host, options)),
        (file) => openFile(file, path, flag)
      )
    },
    readDirectory: (path, options) =>
      Effect.map(
        operation("readDirectory", [path], () => operations.readDirectory(path, options?.recursive === true)),
        (names) => [...names]
      ),
    readFile: (path) => onFile("readFile", path, () => operations.readFile(path), (host) => fs.readFile(host)),
    readLink: (path) => operation("readLink", [path], () => operations.readLink(path)),
    realPath: (path) => operation("realPath", [path], () => operations.realPath(path)),
    remove,
    rename: (from, to) => operation("rename", [from, to], () => operations.rename(from, to)),
    stat: (path) => onFile("stat", path, () => operations.stat(path), (host) => fs.stat(host)),
    symlink: (target, path) => operation("symlink", [target, path], () => operations.symlink(target, path)),
    truncate: (path, length) =>
      onFile(
        "truncate",
        path,
        () => operations.truncate(path, Number(length ?? 0)),
        (host) => fs.truncate(host, length)
      ),
    // Errors of platform-node name the method `utime`.
    utimes: (path, atime, mtime) =>
      onFile("utime", path, () => operations.utimes(path, atime, mtime), (host) => fs.utimes(host, atime, mtime)),
    watch: (path, options) => Stream.unwrap(watch(path, options)),
    writeFile: (path, data, options = {}) => {
      const { flag = "w", mode } = options
      return onFile(
        "writeFile",
        path,
        () => operations.open(path, flag, mode),
        (host) => fs.writeFile(host, data, options)
      )
    }
  }))
  return { ...system, sink: (path, options) => sinkInto(path, system.open(path, { flag: "w", ...options })) }
}

/**
 * Built again for each root: otherwise a program with several roots would use the files of the first one for all.
 *
 * @internal
 */
export const layerWith = (options: Options) => {
  // The caller may change its options before the layer is built.
  const own = PathPolicy.copy(options)
  return Layer.fresh(Layer.effect(
    FileSystem.FileSystem,
    Effect.zipWith(rootTag, FileSystem.FileSystem, (root, fs) => make(root, fs, own))
  ))
}

/** @internal */
export const layer = layerWith({})
