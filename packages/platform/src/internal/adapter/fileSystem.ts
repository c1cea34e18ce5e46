/** The `FileSystem` service over the operations of `@procfsroot/vfs`. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import type { WaitingFileSystem as Operations } from "@procfsroot/vfs/FileSystem"
import { type Method, temporaryPrefix } from "@procfsroot/vfs/Method"
import * as Program from "@procfsroot/vfs/Program"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Sink from "effect/Sink"
import { adjustStreams } from "../stream.js"
import type { Backend, Operation } from "../../VfsFileSystem.js"
import { acquire } from "./acquire.js"
import { type OpenFile, openFile } from "./file.js"
import { info } from "./info.js"
import { perform } from "./perform.js"
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

  const remove = (from: Operations<F>, path: string, options?: FileSystem.RemoveOptions, method = "remove") =>
    call(method, "rm", [path], () => from.remove(path, options), { operation: "remove" })

  const makeDirectoryIn = (from: Operations<F>, method: string, options?: FileSystem.MakeTempDirectoryOptions) => {
    const prefix = temporaryPrefix(fs.temporaryDirectory, options)
    return callSync(method, "mkdtemp", prefix, () => from.makeTemporaryDirectory(prefix))
  }

  const makeFileIn = (from: Operations<F>, method: string, options: FileSystem.MakeTempFileOptions = {}) => {
    const prefix = temporaryPrefix(fs.temporaryDirectory, options)
    const begin = () => from.makeTemporaryFile(prefix, options.suffix ?? "")
    return call(method, "mkdtemp", [prefix], begin)
  }

  /** Creates something temporary and removes its directory when the scope ends, which can be after the root's scope. */
  const scoped = <O extends FileSystem.MakeTempDirectoryOptions>(
    method: string,
    options: O | undefined,
    makeIn: (from: Operations<F>, method: string, options?: O) => Effect.Effect<string, PlatformError>,
    directoryOf: (path: string) => string
  ): Effect.Effect<string, PlatformError, Scope.Scope> =>
    Effect.flatMap(
      backend.retain(method, temporaryPrefix(fs.temporaryDirectory, options)),
      (retained) =>
        Effect.acquireRelease(
          makeIn(retained, method, options),
          (path) => Effect.orDie(remove(retained, directoryOf(path), { recursive: true }, method))
        )
    )

  /**
   * If the close fails, the scope ends with a defect, as with Node's `FileSystem`: a finalizer has no typed errors, and
   * data that was written may be lost. To get the error itself, close the file before the scope ends.
   */
  const openAs = (operation: Method) =>
  (
    path: string,
    { flag = "r", mode = DEFAULT_FILE_MODE }: FileSystem.OpenFileOptions = {}
  ) => {
    const open = (opened: (file: OpenFile) => OpenFile) =>
      callSync(
        "open",
        "open",
        path,
        () => Program.map(fs.open(path, flag, mode), (file) => opened(openFile(backend, file))),
        operation
      )
    return acquire(open, (file) => Effect.orDie(file.close))
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
      readFile: (path) => call("readFile", "open", [path], () => fs.readFile(path), { operation: names.readFile }),
      readLink: (path) => callSync("readLink", "readlink", path, () => fs.readLink(path)),
      realPath: (path) => callSync("realPath", "realpath", path, () => fs.realPath(path)),
      remove: (path, options) => remove(fs, path, options),
      rename: (from, to) => call("rename", "rename", [from, to], () => Program.sync(() => fs.rename(from, to))),
      stat: (path) => callSync("stat", "stat", path, () => Program.map(fs.stat(path), info)),
      symlink: (target, path) =>
        call("symlink", "symlink", [target, path], () => Program.sync(() => fs.symlink(target, path)), {
          places: [path]
        }),
      truncate: (path, length) => call("truncate", "open", [path], () => fs.truncate(path, Number(length ?? 0))),
      utimes: (path, atime, mtime) => callSync("utime", "utime", path, () => fs.utimes(path, atime, mtime), "utimes"),
      watch: (path, { recursive = false } = {}) => changes(backend, path, recursive),
      writeFile: (path, data, { flag = "w", mode = DEFAULT_FILE_MODE } = {}) =>
        call("writeFile", "open", [path], () => fs.writeFile(path, data, flag, mode), { operation: names.writeFile })
    })
  const { readFileString, stream, writeFileString } = systemWith(derivedNames)
  return adjustStreams({
    ...systemWith(ownNames),
    // A missing name does not create an error. A fault can still fail with NotFound, which also means `false`.
    exists: (path) =>
      Effect.catchTag(
        callSync("access", "access", path, () => fs.exists(path), derivedNames.access),
        "SystemError",
        (error) => error.reason === "NotFound" ? Effect.succeed(false) : Effect.fail(error)
      ),
    readFileString,
    stream,
    writeFileString,
    // The sink that `FileSystem.make` derives ends before the file is closed, so it cannot fail if the close fails.
    sink: (path, options) =>
      Sink.unwrapScoped(Effect.map(
        openAs("sink")(path, { flag: "w", ...options }),
        (file) => Sink.mapEffect(Sink.forEach((part: Uint8Array) => file.writeAll(part)), () => file.close)
      ))
  })
}
