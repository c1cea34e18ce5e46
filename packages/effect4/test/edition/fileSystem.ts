/** A `FileSystem` of Effect 4 with promises and plain data. */
import type {
  NewerMethods,
  PlainFile,
  PlainFileSystem,
  PlainInfo,
  PlainTemporary,
  PlainWatch,
  WatchEvent
} from "@procfsroot/testkit/edition"
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { File, FileSystem, WatchEvent as Effect4WatchEvent } from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { run, runScoped } from "./run.js"

const info = ({ atime, dev, gid, ino, mode, mtime, nlink, size, type, uid }: File.Info): PlainInfo => ({
  type,
  mode,
  uid: Option.getOrUndefined(uid),
  gid: Option.getOrUndefined(gid),
  nlink: Option.getOrUndefined(Option.map(nlink, Number)),
  size: ByteSize.toNumberUnsafe(size),
  dev: String(dev),
  ino: Option.getOrUndefined(Option.map(ino, String)),
  mtime: Option.getOrUndefined(mtime)?.getTime(),
  atime: Option.getOrUndefined(atime)?.getTime()
})

/** The file that a plain one wraps, for calls that the plain one lacks. */
const files = new WeakMap<PlainFile, File>()

const plainFile = (file: File, close: () => Promise<void>): PlainFile => {
  const plain: PlainFile = {
    stat: () => run(() => Effect.map(file.stat, info)),
    sync: () => run(() => file.sync),
    seek: (offset, from) => run(() => file.seek(BigInt(offset), from)),
    read: (buffer) => run(() => file.read(buffer)),
    readAlloc: (size) => run(() => Effect.map(file.readAlloc(size), Option.getOrUndefined)),
    truncate: (length) => run(() => file.truncate(length === undefined ? undefined : Number(length))),
    write: (bytes) => run(() => file.write(bytes)),
    writeAll: (bytes) => run(() => file.writeAll(bytes)),
    close
  }
  files.set(plain, file)
  return plain
}

const opened = async (open: () => ReturnType<FileSystem["open"]>): Promise<PlainFile> => {
  const { close, value } = await runScoped(open)
  return plainFile(value, close)
}

const temporary = async (
  make: () => Effect.Effect<string, PlatformError, Scope.Scope>
): Promise<PlainTemporary> => {
  const { close, value } = await runScoped(make)
  return { path: value, close }
}

const event = ({ _tag, path }: Effect4WatchEvent): WatchEvent => ({ type: _tag, path })

const watch = (
  events: () => Stream.Stream<Effect4WatchEvent, PlatformError>,
  tell: (event: WatchEvent) => void
): PlainWatch => {
  const fiber = Effect.runFork(Stream.runForEach(Stream.suspend(events), (one) => Effect.sync(() => tell(event(one)))))
  const ended = run(() => Effect.flatMap(Fiber.await(fiber), (exit) => Exit.hasInterrupts(exit) ? Effect.void : exit))
  // A caller that stops the watch need not await `ended`, so its rejection must not be unhandled.
  ended.catch(() => {})
  return { ended, stop: () => run(() => Fiber.interrupt(fiber)) }
}

const newer = (fs: FileSystem): NewerMethods => ({
  lstat: (...args) => run(() => Effect.map(fs.lstat(...args), info)),
  readDirectoryEntries: (...args) => run(() => fs.readDirectoryEntries(...args)),
  openNoFollow: (path, options) => opened(() => fs.open(path, { ...options, noFollow: true })),
  readAt: (plain, buffer, position) =>
    run(() => files.get(plain)?.read(buffer, { position }) ?? Effect.die(new Error("another file system's file")))
})

/** Converts a file system. Its methods require no services. */
export const plainFileSystem = (fs: FileSystem): PlainFileSystem => ({
  access: (...args) => run(() => fs.access(...args)),
  chmod: (...args) => run(() => fs.chmod(...args)),
  chown: (...args) => run(() => fs.chown(...args)),
  copy: (...args) => run(() => fs.copy(...args)),
  copyFile: (...args) => run(() => fs.copyFile(...args)),
  exists: (...args) => run(() => fs.exists(...args)),
  link: (...args) => run(() => fs.link(...args)),
  makeDirectory: (...args) => run(() => fs.makeDirectory(...args)),
  makeTempDirectory: (...args) => run(() => fs.makeTempDirectory(...args)),
  makeTempDirectoryScoped: (...args) => temporary(() => fs.makeTempDirectoryScoped(...args)),
  makeTempFile: (...args) => run(() => fs.makeTempFile(...args)),
  makeTempFileScoped: (...args) => temporary(() => fs.makeTempFileScoped(...args)),
  open: (...args) => opened(() => fs.open(...args)),
  readDirectory: (...args) => run(() => fs.readDirectory(...args)),
  readFile: (...args) => run(() => fs.readFile(...args)),
  readFileString: (...args) => run(() => fs.readFileString(...args)),
  readLink: (...args) => run(() => fs.readLink(...args)),
  realPath: (...args) => run(() => fs.realPath(...args)),
  remove: (...args) => run(() => fs.remove(...args)),
  rename: (...args) => run(() => fs.rename(...args)),
  sink: (path, options, chunks) => run(() => Stream.run(Stream.fromIterable(chunks), fs.sink(path, options))),
  stat: (...args) => run(() => Effect.map(fs.stat(...args), info)),
  stream: (path, options) =>
    run(() => Effect.map(Stream.runCollect(fs.stream(path, options)), (chunks) => Buffer.concat(chunks))),
  symlink: (...args) => run(() => fs.symlink(...args)),
  truncate: (...args) => run(() => fs.truncate(...args)),
  utimes: (...args) => run(() => fs.utimes(...args)),
  watch: (path, options, tell) => watch(() => fs.watch(path, options), tell),
  writeFile: (...args) => run(() => fs.writeFile(...args)),
  writeFileString: (...args) => run(() => fs.writeFileString(...args)),
  newer: newer(fs)
})
