/** Adapts a `FileSystem` of Effect 3 to promises and plain data. */
import type { PlatformError } from "@effect/platform/Error"
import type { File, FileSystem, WatchEvent as Effect3WatchEvent } from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { PlainFile, PlainFileSystem, PlainInfo, PlainTemporary, PlainWatch, WatchEvent } from "../edition.js"
import { run, runScoped } from "./run.js"

const info = ({ atime, dev, gid, ino, mode, mtime, nlink, size, type, uid }: File.Info): PlainInfo => ({
  type,
  mode,
  uid: Option.getOrUndefined(uid),
  gid: Option.getOrUndefined(gid),
  nlink: Option.getOrUndefined(nlink),
  size: Number(size),
  dev: String(dev),
  ino: Option.getOrUndefined(Option.map(ino, String)),
  mtime: Option.getOrUndefined(mtime)?.getTime(),
  atime: Option.getOrUndefined(atime)?.getTime()
})

/** All methods of a file of Effect 3, except `fd`, which a later edition need not have. */
type FileMethods = Readonly<Record<Exclude<keyof File, "fd" | symbol>, unknown>>

const file = (file: File, close: () => Promise<void>): PlainFile => ({
  stat: () => run(() => Effect.map(file.stat, info)),
  sync: () => run(() => file.sync),
  // The type says `void`, but it returns the position.
  seek: (offset, from) => run(() => file.seek(offset, from) as Effect.Effect<unknown>).then((at) => BigInt(String(at))),
  read: (buffer) => run(() => file.read(buffer)).then(Number),
  readAlloc: (size) => run(() => Effect.map(file.readAlloc(size), Option.getOrUndefined)),
  truncate: (...length) => run(() => file.truncate(...length)),
  write: (bytes) => run(() => file.write(bytes)).then(Number),
  writeAll: (bytes) => run(() => file.writeAll(bytes)),
  close
} satisfies FileMethods & PlainFile)

const temporary = async (
  make: () => Effect.Effect<string, PlatformError, Scope.Scope>
): Promise<PlainTemporary> => {
  const { close, value } = await runScoped(make)
  return { path: value, close }
}

const event = ({ _tag, path }: Effect3WatchEvent): WatchEvent => ({ type: _tag, path })

const watch = (
  events: () => Stream.Stream<Effect3WatchEvent, PlatformError>,
  tell: (event: WatchEvent) => void
): PlainWatch => {
  const fiber = Effect.runFork(Stream.runForEach(Stream.suspend(events), (one) => Effect.sync(() => tell(event(one)))))
  const ended = run(() => Effect.flatMap(Fiber.await(fiber), (exit) => Exit.isInterrupted(exit) ? Effect.void : exit))
  // A caller of `stop` need not handle `ended`.
  ended.catch(() => {})
  return { ended, stop: () => run(() => Effect.asVoid(Fiber.interrupt(fiber))) }
}

const concat = (chunks: Chunk.Chunk<Uint8Array>): Uint8Array => Buffer.concat(Chunk.toReadonlyArray(chunks))

/** Adapts a file system. Its methods can be used without `this`. */
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
  open: async (...args) => {
    const { close, value } = await runScoped(() => fs.open(...args))
    return file(value, close)
  },
  readDirectory: (...args) => run(() => fs.readDirectory(...args)),
  readFile: (...args) => run(() => fs.readFile(...args)),
  readFileString: (...args) => run(() => fs.readFileString(...args)),
  readLink: (...args) => run(() => fs.readLink(...args)),
  realPath: (...args) => run(() => fs.realPath(...args)),
  remove: (...args) => run(() => fs.remove(...args)),
  rename: (...args) => run(() => fs.rename(...args)),
  sink: (path, options, chunks) => run(() => Stream.run(Stream.fromIterable(chunks), fs.sink(path, options))),
  stat: (...args) => run(() => Effect.map(fs.stat(...args), info)),
  stream: (...args) => run(() => Effect.map(Stream.runCollect(fs.stream(...args)), concat)),
  symlink: (...args) => run(() => fs.symlink(...args)),
  truncate: (...args) => run(() => fs.truncate(...args)),
  utimes: (...args) => run(() => fs.utimes(...args)),
  watch: (path, options, tell) => watch(() => fs.watch(path, options), tell),
  writeFile: (...args) => run(() => fs.writeFile(...args)),
  writeFileString: (...args) => run(() => fs.writeFileString(...args))
} satisfies Readonly<Record<keyof FileSystem, unknown>> & PlainFileSystem)
