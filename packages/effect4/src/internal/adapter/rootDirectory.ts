/** The `RootDirectory` service over the operations of `@procfsroot/vfs`. */
import * as Errno from "@procfsroot/vfs/Errno"
import { syscalls } from "@procfsroot/vfs/Method"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import * as Program from "@procfsroot/vfs/Program"
import type { AtomicFile, EntryReader } from "@procfsroot/vfs/RootDirectory"
import { isReadonlyArrayNonEmpty } from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import type { RootDirectory } from "../../RootDirectory.js"
import type { Backend, OpenSubRoot, SubRoot } from "../../VfsFileSystem.js"
import { acquire } from "./acquire.js"
import { type OpenFile, openFile } from "./file.js"
import { failedWith, perform } from "./perform.js"
import { run } from "./program.js"

const DEFAULT_MODE = 0o666

const encoder = new TextEncoder()

const bytesOf = (data: Uint8Array | string): Uint8Array => typeof data === "string" ? encoder.encode(data) : data

/** @internal */
export const make = <F>(backend: Backend<F>, openSubRoot: OpenSubRoot): RootDirectory["Service"] => {
  const { fileSystem: fs } = backend
  const { rootDirectory: directory } = fs

  /** An operation on paths. Its errors name the first path. */
  const call = <A>(
    method: keyof RootDirectory["Service"],
    paths: readonly [subject: string, ...others: ReadonlyArray<string>],
    begin: () => Program.Program<A>
  ): Effect.Effect<A, PlatformError> =>
    perform(backend, {
      method,
      operation: method,
      subject: paths[0],
      syscall: syscalls[method],
      texts: paths,
      places: paths,
      opened: undefined,
      begin
    })

  const callSync = <A>(method: keyof RootDirectory["Service"], path: string, now: () => Program.Now<A>) =>
    call(method, [path], () => Program.sync(now))

  /** Reads one part at a time, only when the stream is consumed. Closes the reader no matter how the stream ends. */
  const streamOf = <A>(
    method: keyof RootDirectory["Service"],
    path: string,
    open: () => Program.Now<EntryReader<A>>
  ): Stream.Stream<A, PlatformError> => {
    const failed = failedWith(backend, { method, subject: path })
    const close = (reader: EntryReader<A>) => run(() => reader.close(), failed)
    const read = (reader: EntryReader<A>) =>
      Effect.filterOrElse(run(() => reader.next(), failed), isReadonlyArrayNonEmpty, () => Cause.done())
    return Stream.unwrap(
      Effect.map(
        acquire<EntryReader<A>, PlatformError>(
          (opened) => callSync(method, path, () => Program.map(open(), opened)),
          close
        ),
        (reader) => Stream.fromPull(Effect.succeed(read(reader)))
      )
    )
  }

  /** If the close fails, that is a defect, as for `open` of the `FileSystem`. */
  const openDescriptor: RootDirectory["Service"]["openDescriptor"] = (path, { flag = "r" } = {}) => {
    const method = "openDescriptor"
    const open = (opened: (file: OpenFile) => OpenFile) =>
      callSync(
        method,
        path,
        () =>
          Program.map(fs.open(path, OpenFlags.fromFlag(flag), DEFAULT_MODE), (file) => opened(openFile(backend, file)))
      )
    return Effect.flatMap(
      acquire(open, (file) => file.close),
      ({ descriptor }) =>
        descriptor < 0
          ? Effect.fail(backend.errorOf({ method, subject: path }, Errno.make("ENOTSUP")))
          : Effect.succeed(descriptor)
    )
  }

  /** The file is abandoned in any case, which does nothing after it was committed. */
  const sinkAtomic: RootDirectory["Service"]["sinkAtomic"] = (path, options) => {
    const method = "sinkAtomic"
    const failed = failedWith(backend, { method, subject: path })
    return Sink.unwrap(Effect.gen(function*() {
      let opened: AtomicFile | undefined
      // Before it is opened, since opening can be interrupted.
      yield* Effect.addFinalizer(() => opened === undefined ? Effect.void : Effect.orDie(run(opened.abandon, failed)))
      const file = yield* call(method, [path], function*() {
        return opened = yield* directory.openAtomic(path, options)
      })
      const write = Sink.forEach((part: Uint8Array) => run(() => file.write(part), failed))
      return Sink.mapEffect(write, () => run(file.commit, failed))
    }))
  }

  return {
    getExtendedAttribute: (path, name, options) =>
      Effect.map(
        callSync("getExtendedAttribute", path, () => directory.getExtendedAttribute(path, name, options)),
        Option.fromUndefinedOr
      ),
    lchown: (path, uid, gid) => callSync("lchown", path, () => directory.lchown(path, uid, gid)),
    listExtendedAttributes: (path, options) =>
      callSync("listExtendedAttributes", path, () => directory.listExtendedAttributes(path, options)),
    lstat: (path) => callSync("lstat", path, () => directory.lstat(path)),
    lutimes: (path, atime, mtime) => callSync("lutimes", path, () => directory.lutimes(path, atime, mtime)),
    makeNode: (path, node, { mode = DEFAULT_MODE } = {}) =>
      callSync("makeNode", path, () => directory.makeNode(path, node, mode)),
    openDescriptor,
    readDirectoryEntries: (path, { recursive = false } = {}) =>
      call("readDirectoryEntries", [path], () => fs.readDirectoryEntries(path, recursive)),
    readFileBounded: (path, { maxBytes }) =>
      call("readFileBounded", [path], () => directory.readFileBounded(path, maxBytes)),
    removeExtendedAttribute: (path, name, options) =>
      callSync("removeExtendedAttribute", path, () => directory.removeExtendedAttribute(path, name, options)),
    rename: (from, to, { mode }) =>
      call("rename", [from, to], () => Program.sync(() => directory.rename(from, to, mode))),
    setExtendedAttribute: (path, name, value, options) =>
      callSync("setExtendedAttribute", path, () => directory.setExtendedAttribute(path, name, value, options)),
    sinkAtomic,
    stat: (path) => callSync("stat", path, () => directory.stat(path)),
    statfs: (path) => callSync("statfs", path, () => directory.statfs(path)),
    streamDirectoryEntries: (path) => streamOf("streamDirectoryEntries", path, () => directory.readEntries(path)),
    subRoot: (path, options = {}) =>
      Effect.map(
        acquire<SubRoot, PlatformError>(
          (opened) =>
            call("subRoot", [path], function*() {
              const root = openSubRoot(path, options)
              return opened("services" in root ? root : yield* root)
            }),
          ({ close }) => Effect.sync(close)
        ),
        ({ services }) => services
      ),
    walkTree: (path, options) => streamOf("walkTree", path, () => directory.walkTree(path, options)),
    writeFileAtomic: (path, data, options) =>
      call("writeFileAtomic", [path], () => directory.writeFileAtomic(path, bytesOf(data), options))
  }
}
