/** The `FileSystem` service over the operations of `@procfsroot/vfs`. */
import type { WaitingFileSystem as Operations } from "@procfsroot/vfs/FileSystem"
import { type Method, temporaryPrefix } from "@procfsroot/vfs/Method"
import * as Program from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Sink from "effect/Sink"
import type { Backend, Operation } from "../../VfsFileSystem.js"
import { checkingStream } from "../stream.js"
import { acquire, releaseAfter } from "./acquire.js"
import { type OpenFile, openFile } from "./file.js"
import { info } from "./info.js"
import { perform } from "./perform.js"
import type { Temporary } from "./shapes.js"
import { changes } from "./watch.js"

const DEFAULT_DIRECTORY_MODE = 0o777
const DEFAULT_FILE_MODE = 0o666

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"))

/** The names of the methods from which `FileSystem.make` derives others. */
interface Names {
  readonly access: Method
  readonly open: Method
  readonly readFile: Method
  readonly writeFile: Method
}

const ownNames: Names = { access: "access", open: "open", readFile: "readFile", writeFile: "writeFile" }

/** Their names when a derived method calls them. */
const derivedNames: Names = {
  access: "exists",
  open: "stream",
  readFile: "readFileString",
  writeFile: "writeFileString"
}

/** @internal */
export const make = <F>(backend: Backend<F>): FileSystem.FileSystem => {
  const { fileSystem: fs } = backend

  /** An operation on paths. Its errors name the first path. */
  const call = <A>(
    method: string,
    syscall: string,
    texts: readonly [subject: string, ...others: ReadonlyArray<string>],
    begin: () => Program.Program<A>,
    { operation = method, places = texts }: Partial<Pick<Operation<F, A>, "operation" | "places">> = {}
  ): Effect.Effect<A, PlatformError> =>
    perform(backend, { method, operation, subject: texts[0], syscall, texts, places, opened: undefined, begin })

  const callSync = <A>(method: string, syscall: string, path: string, run: () => Program.Now<A>, operation = method) =>
    call(method, syscall, [path], () => Program.sync(run), { operation })

  const makeDirectoryIn = (from: Operations<F>, method: string, options?: Temporary) => {
    const prefix = temporaryPrefix(fs.temporaryDirectory, options)
    return callSync(method, "mkdtemp", prefix, () => from.makeTemporaryDirectory(prefix))
  }

  const makeFileIn = (from: Operations<F>, method: string, options: Temporary = {}) => {
    const prefix = temporaryPrefix(fs.temporaryDirectory, options)
    const begin = () => from.makeTemporaryFile(prefix, options.suffix ?? "")
    return call(method, "mkdtemp", [prefix], begin)
  }

  /** Creates something temporary and removes its directory when the scope ends, which can be after the root's scope. */
  const scoped = (
    method: string,
    options: Temporary | undefined,
    makeIn: (from: Operations<F>, method: string, options?: Temporary) => Effect.Effect<string, PlatformError>,
    directoryOf: (path: string) => string
  ): Effect.Effect<string, PlatformError, Scope.Scope> =>
    Effect.flatMap(backend.retain(method, temporaryPrefix(fs.temporaryDirectory, options)), (retained) => {
      const remove = (path: string) =>
        call(method, "rm", [path], () => retained.remove(path, { force: true, recursive: true }), {
          operation: "remove"
        })
      return Effect.acquireRelease(
        makeIn(retained, method, options),
        (path, exit) => releaseAfter(remove(directoryOf(path)), exit)
      )
    })

  /**
   * If the close fails, the scope ends with a defect, as with Effect's own `FileSystem`, unless it has failed before: a
   * finalizer has no typed errors, and data that was written may be lost. To get the error itself, close the file
   * before the scope ends.
   */
  const openAs = (operation: Method) => (path: string, options: Parameters<FileSystem.FileSystem["open"]>[1] = {}) => {
    const { flag = "r", mode = DEFAULT_FILE_MODE, noFollow } = options
    const open = (opened: (file: OpenFile) => OpenFile) =>
      callSync(
        "open",
        "open",
        path,
        () => Program.map(fs.open(path, flag, mode, noFollow), (file) => opened(openFile(backend, file))),
        operation
      )
    return acquire(open, (file) => file.close)
  }

  const systemWith = (names: Names) =>
    FileSystem.make({
      access: (path, { readable = false, writable = false } = {}) =>
        callSync("access", "access", path, () => fs.access(path, { readable, writable }), names.access),
      chmod: (path, mode) => callSync("chmod", "chmod", path, () => fs.chmod(path, mode)),
      chown: (path, uid, gid) => callSync("chown", "chown", path, () => fs.chown(path, uid, gid)),
      copy: (from, to, options) => call("copy", "cp", [from, to], () => fs.copy(from, to, options)),
      copyFile: (from, to) => call("copyFile", "copyfile", [from, to], () => fs.copyFile(from, to)),
      link: (from, to) => call("link", "link", [from, to], () => Program.sync(() => fs.link(from, to))),
      lstat: (path) => callSync("lstat", "lstat", path, () => Program.map(fs.lstat(path), info)),
      makeDirectory: (path, { mode = DEFAULT_DIRECTORY_MODE, recursive = false } = {}) =>
        callSync("makeDirectory", "mkdir", path, () =>
          recursive ? Program.map(fs.makeDirectories(path, mode), () => {}) : fs.mkdir(path, mode)),
      makeTempDirectory: (options) =>
        makeDirectoryIn(fs, "makeTempDirectory", options),
      makeTempDirectoryScoped: (options) =>
        scoped("makeTempDirectoryScoped", options, makeDirectoryIn, (path) =>
          path),
      makeTempFile: (options) => makeFileIn(fs, "makeTempFile", options),
      makeTempFileScoped: (options) => scoped("makeTempFileScoped", options, makeFileIn, parentOf),
      open: openAs(names.open),
      readDirectory: (path, { recursive = false } = {}) =>
        Effect.map(
          call("readDirectory", "scandir", [path], () => fs.readDirectory(path, recursive)),
          (names) => [...names]
        ),
      readDirectoryEntries: (path) =>
        call("readDirectoryEntries", "scandir", [path], () => fs.readDirectoryEntries(path)),
      readFile: (path) => call("readFile", "open", [path], () => fs.readFile(path), { operation: names.readFile }),
      readLink: (path) => callSync("readLink", "readlink", path, () => fs.readLink(path)),
      realPath: (path) => callSync("realPath", "realpath", path, () => fs.realPath(path)),
      remove: (path, options) => call("remove", "rm", [path], () => fs.remove(path, options)),
      rename: (from, to) => call("rename", "rename", [from, to], () => Program.sync(() => fs.rename(from, to))),
      stat: (path) => callSync("stat", "stat", path, () => Program.map(fs.stat(path), info)),
      symlink: (target, path) =>
        call("symlink", "symlink", [target, path], () => Program.sync(() => fs.symlink(target, path)), {
          places: [path]
        }),
      truncate: (path, length = 0) => call("truncate", "open", [path], () => fs.truncate(path, length)),
      utimes: (path, atime, mtime) => callSync("utime", "utime", path, () => fs.utimes(path, atime, mtime), "utimes"),
      watch: (path, options = {}) => changes(backend, path, options),
      writeFile: (path, data, { flag = "w", mode = DEFAULT_FILE_MODE } = {}) =>
        call("writeFile", "open", [path], () => fs.writeFile(path, data, flag, mode), { operation: names.writeFile })
    })
  const { readFileString, stream, writeFileString } = systemWith(derivedNames)
  return checkingStream({
    ...systemWith(ownNames),
    // A missing name does not create an error. A fault can still fail with NotFound, which also means `false`.
    exists: (path) =>
      Effect.catchTag(
        callSync("access", "access", path, () => fs.exists(path), derivedNames.access),
        "PlatformError",
        (error) => error.reason._tag === "NotFound" ? Effect.succeed(false) : Effect.fail(error)
      ),
    readFileString,
    stream,
    writeFileString,
    // The sink that `FileSystem.make` derives ends before the file is closed, so it cannot fail if the close fails.
    sink: (path, { flag = "w", ...options } = {}) =>
      Sink.unwrap(Effect.map(
        openAs("sink")(path, { flag, ...options }),
        (file) => Sink.mapEffect(Sink.forEach((part: Uint8Array) => file.writeAll(part)), () => file.close)
      ))
  })
}
