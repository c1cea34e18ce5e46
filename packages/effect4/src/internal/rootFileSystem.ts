/** A `FileSystem` inside a root of another `FileSystem`. */
import * as Errno from "@procfsroot/vfs/Errno"
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import { temporaryPrefix } from "@procfsroot/vfs/Method"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { Root } from "../Root.js"
import type { Options } from "../RootFileSystem.js"
import { releaseAfter } from "./adapter/acquire.js"
import { event, type Temporary } from "./adapter/shapes.js"
import { run } from "./asking.js"
import { fromUnknown } from "./fileSystemError.js"
import { hostFileSystem, hostRoot } from "./hostFileSystem.js"
import { openFile, sinkInto, toError } from "./rootFileSystemFile.js"
import { checkingStream } from "./stream.js"

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
const unwatched = (path: string, defect: unknown): Stream.Stream<never, PlatformError> =>
  Errno.ofError(defect) === undefined ? Stream.die(defect) : Stream.fail(fromUnknown("watch", path, defect))

/** @internal */
export const make = (
  root: Root["Service"],
  fs: FileSystem.FileSystem,
  options: Options = {}
): FileSystem.FileSystem => {
  const operations = HostFileSystem.make(hostRoot(root), hostFileSystem(fs), options)

  const remove = (path: string, options?: Parameters<FileSystem.FileSystem["remove"]>[1]) =>
    operation("remove", [path], () => operations.remove(path, options))

  const makeDirectoryIn = (method: string, options?: Temporary) => {
    const prefix = temporaryPrefix(operations.temporaryDirectory, options)
    return operation(method, [prefix], () => operations.makeTempDirectory(prefix))
  }

  const makeFileIn = (method: string, options: Temporary = {}) => {
    const prefix = temporaryPrefix(operations.temporaryDirectory, options)
    const suffix = options.suffix ?? ""
    return operation(method, [prefix, suffix], () => operations.makeTempFile(prefix, suffix))
  }

  const pathOf = ({ path }: HostFileSystem.Temporary) => path

  const scoped = (made: Effect.Effect<HostFileSystem.Temporary, PlatformError>) =>
    Effect.map(
      Effect.acquireRelease(made, (temporary, exit) =>
        releaseAfter(
          operation("remove", [temporary.path], () => temporary.remove({ force: true, recursive: true })),
          exit
        )),
      pathOf
    )

  const watch = (path: string, options?: FileSystem.WatchOptions) =>
    Effect.map(
      operation("watch", [path], () => operations.watch(path, options?.recursive === true)),
      (watched) =>
        fs.watch(watched.hostPath, options).pipe(
          Stream.mapError((error) => fromUnknown("watch", path, error)),
          Stream.catchDefect((defect) => unwatched(path, defect)),
          Stream.mapEffect(({ _tag: type, path: name }) =>
            operation("watch", [path], () => watched.change({ type, name }))
          ),
          Stream.filter((change) => change !== undefined),
          Stream.map(event)
        )
    )

  const system = checkingStream(FileSystem.make({
    access: (path, options) =>
      onFile("access", path, () => operations.access(path), (host) => fs.access(host, options)),
    chmod: (path, mode) => onFile("chmod", path, () => operations.chmod(path, mode), (host) => fs.chmod(host, mode)),
    chown: (path, uid, gid) =>
      onFile("chown", path, () => operations.chown(path, uid, gid), (host) => fs.chown(host, uid, gid)),
    copy: (from, to, options) => operation("copy", [from, to], () => operations.copy(from, to, options)),
    copyFile: (from, to) => operation("copyFile", [from, to], () => operations.copyFile(from, to)),
    link: (from, to) => operation("link", [from, to], () => operations.link(from, to)),
    lstat: (path) => onFile("lstat", path, () => operations.lstat(path), (host) => fs.lstat(host)),
    makeDirectory: (path, options) => operation("makeDirectory", [path], () => operations.makeDirectory(path, options)),
    makeTempDirectory: (options) => Effect.map(makeDirectoryIn("makeTempDirectory", options), pathOf),
    makeTempDirectoryScoped: (options) => scoped(makeDirectoryIn("makeTempDirectoryScoped", options)),
    makeTempFile: (options) => Effect.map(makeFileIn("makeTempFile", options), pathOf),
    makeTempFileScoped: (options) => scoped(makeFileIn("makeTempFileScoped", options)),
    open: (path, options = {}) => {
      const { flag = "r", mode, noFollow } = options
      return Effect.flatMap(
        onFile("open", path, () => operations.open(path, flag, mode, noFollow), (host) => fs.open(host, options)),
        (file) => openFile(file, path, flag)
      )
    },
    readDirectory: (path, options) =>
      Effect.map(
        operation("readDirectory", [path], () => operations.readDirectory(path, options?.recursive === true)),
        (names) => [...names]
      ),
    readDirectoryEntries: (path) =>
      onFile(
        "readDirectoryEntries",
        path,
        () => operations.readDirectoryEntries(path),
        (host) => fs.readDirectoryEntries(host)
      ),
    readFile: (path) => onFile("readFile", path, () => operations.readFile(path), (host) => fs.readFile(host)),
    readLink: (path) => operation("readLink", [path], () => operations.readLink(path)),
    realPath: (path) => operation("realPath", [path], () => operations.realPath(path)),
    remove,
    rename: (from, to) => operation("rename", [from, to], () => operations.rename(from, to)),
    stat: (path) => onFile("stat", path, () => operations.stat(path), (host) => fs.stat(host)),
    symlink: (target, path) => operation("symlink", [target, path], () => operations.symlink(target, path)),
    truncate: (path, length) =>
      onFile("truncate", path, () => operations.truncate(path, length ?? 0), (host) => fs.truncate(host, length)),
    // Errors of Effect's own file systems name the method `utime`.
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
  return {
    ...system,
    sink: (path, { flag = "w", ...options } = {}) => sinkInto(path, system.open(path, { flag, ...options }))
  }
}
