/** The `FileSystem` service over the operations of `@procfsroot/vfs`. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type { FileSystem as Operations } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Sink from "effect/Sink"
import { checkingStream } from "../stream.js"
import { temporaryPrefix } from "../temporaryPrefix.js"
import type { Backend } from "../../VfsFileSystem.js"
import { openFile } from "./file.js"
import { info } from "./info.js"
import { perform } from "./perform.js"
import { changes } from "./watch.js"

const DEFAULT_DIRECTORY_MODE = 0o777
const DEFAULT_FILE_MODE = 0o666

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"))

/** @internal */
export const make = <F>(backend: Backend<F>): FileSystem.FileSystem => {
  const { fileSystem: fs } = backend

  /** An operation on the one place that `path` names. */
  const onPath = <A>(
    method: string,
    syscall: string,
    path: string,
    begin: () => Program.Program<A>,
    operation = method
  ): Effect.Effect<A, PlatformError> =>
    perform(backend, {
      method,
      operation,
      subject: path,
      syscall,
      texts: [path],
      places: [path],
      opened: undefined,
      begin
    })

  const syncOnPath = <A>(method: string, syscall: string, path: string, run: () => A, operation = method) =>
    onPath(method, syscall, path, () => Program.sync(run), operation)

  /** An operation with two paths, or a text and a path. */
  const onTwoPaths = (
    method: string,
    syscall: string,
    texts: readonly [from: string, to: string],
    begin: () => Program.Program<void>,
    places: ReadonlyArray<string> = texts
  ) =>
    perform(backend, {
      method,
      operation: method,
      subject: texts[0],
      syscall,
      texts,
      places,
      opened: undefined,
      begin
    })

  const remove = (from: Operations<F>, path: string, options?: FileSystem.RemoveOptions, method = "remove") =>
    onPath(method, "rm", path, () => from.remove(path, options), "remove")

  const makeDirectoryIn = (from: Operations<F>, method: string, prefix: string) =>
    syncOnPath(method, "mkdtemp", prefix, () => from.makeTemporaryDirectory(prefix), "makeTempDirectory")

  const makeFileIn = (from: Operations<F>, method: string, prefix: string, suffix = "") =>
    onPath(method, "mkdtemp", prefix, () => from.makeTemporaryFile(prefix, suffix), "makeTempFile")

  /** Something temporary, whose directory goes with the scope, which may end after the root's own. */
  const scoped = (
    method: string,
    prefix: string,
    made: (from: Operations<F>) => Effect.Effect<string, PlatformError>,
    directoryOf: (path: string) => string
  ): Effect.Effect<string, PlatformError, Scope.Scope> =>
    Effect.flatMap(backend.retain(method, prefix), (retained) =>
      Effect.acquireRelease(
        made(retained),
        (path) => Effect.orDie(remove(retained, directoryOf(path), { recursive: true }, method))
      ))

  const opened = (path: string, { flag = "r", mode = DEFAULT_FILE_MODE }: FileSystem.OpenFileOptions = {}) =>
    syncOnPath("open", "open", path, () => openFile(backend, fs.open(path, flag, mode)))

  /**
   * An error of the close ends a scope with a defect, as with Node's `FileSystem`: a finalizer has no typed errors, and
   * what was written may be lost. Whoever closes before can have the error itself.
   */
  const open = (path: string, options?: FileSystem.OpenFileOptions) =>
    Effect.acquireRelease(opened(path, options), (file) => Effect.orDie(file.close))

  const system = FileSystem.make({
    access: (path, { readable = false, writable = false } = {}) =>
      syncOnPath("access", "access", path, () => fs.access(path, { readable, writable })),
    chmod: (path, mode) => syncOnPath("chmod", "chmod", path, () => fs.chmod(path, mode)),
    chown: (path, uid, gid) => syncOnPath("chown", "chown", path, () => fs.chown(path, uid, gid)),
    copy: (from, to, options) => onTwoPaths("copy", "cp", [from, to], () => fs.copy(from, to, options)),
    copyFile: (from, to) => onTwoPaths("copyFile", "copyfile", [from, to], () => fs.copyFile(from, to)),
    link: (from, to) => onTwoPaths("link", "link", [from, to], () => Program.sync(() => fs.link(from, to))),
    makeDirectory: (path, { mode = DEFAULT_DIRECTORY_MODE, recursive = false } = {}) =>
      syncOnPath("makeDirectory", "mkdir", path, () => (recursive ? fs.makeDirectories : fs.mkdir)(path, mode)),
    makeTempDirectory: (options) => makeDirectoryIn(fs, "makeTempDirectory", temporaryPrefix(options)),
    makeTempDirectoryScoped: (options) => {
      const prefix = temporaryPrefix(options)
      const method = "makeTempDirectoryScoped"
      return scoped(method, prefix, (retained) => makeDirectoryIn(retained, method, prefix), (path) => path)
    },
    makeTempFile: (options) => makeFileIn(fs, "makeTempFile", temporaryPrefix(options), options?.suffix),
    makeTempFileScoped: (options) => {
      const prefix = temporaryPrefix(options)
      const method = "makeTempFileScoped"
      return scoped(method, prefix, (retained) => makeFileIn(retained, method, prefix, options?.suffix), parentOf)
    },
    open,
    readDirectory: (path, { recursive = false } = {}) =>
      Effect.map(
        onPath("readDirectory", "scandir", path, () => fs.readDirectory(path, recursive)),
        (names) => [...names]
      ),
    readFile: (path) => onPath("readFile", "open", path, () => fs.readFile(path)),
    readLink: (path) => syncOnPath("readLink", "readlink", path, () => fs.readLink(path)),
    realPath: (path) => syncOnPath("realPath", "realpath", path, () => fs.realPath(path)),
    remove: (path, options) => remove(fs, path, options),
    rename: (from, to) => onTwoPaths("rename", "rename", [from, to], () => Program.sync(() => fs.rename(from, to))),
    stat: (path) => Effect.map(syncOnPath("stat", "stat", path, () => fs.stat(path)), info),
    symlink: (target, path) =>
      onTwoPaths("symlink", "symlink", [target, path], () => Program.sync(() => fs.symlink(target, path)), [path]),
    truncate: (path, length) => onPath("truncate", "open", path, () => fs.truncate(path, Number(length ?? 0))),
    utimes: (path, atime, mtime) => syncOnPath("utime", "utime", path, () => fs.utimes(path, atime, mtime), "utimes"),
    watch: (path, { recursive = false } = {}) => changes(backend, path, recursive),
    writeFile: (path, data, { flag = "w", mode = DEFAULT_FILE_MODE } = {}) =>
      onPath("writeFile", "open", path, () => fs.writeFile(path, data, flag, mode))
  })
  return checkingStream({
    ...system,
    // The sink that FileSystem.make derives ends before the file is closed, and cannot fail with what the close says.
    sink: (path, options) =>
      Sink.unwrapScoped(Effect.map(
        open(path, { flag: "w", ...options }),
        (file) => Sink.mapEffect(Sink.forEach((part: Uint8Array) => file.writeAll(part)), () => file.close)
      ))
  })
}
