/** Adapts a `FileSystem` and a `Root` to the interfaces that `HostFileSystem` expects. */
import { ask, type HostFileSystem, type Root as HostRoot } from "@procfsroot/vfs/HostFileSystem"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type { Root } from "../Root.js"

const fileName = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 15), 12),
  (digits) => digits.map((digit) => digit.toString(16)).join("")
)

/** @internal */
export const hostFileSystem = (fs: FileSystem): HostFileSystem => ({
  access: (path, mode) => ask(fs.access(path, mode)),
  chmod: (path, mode) => ask(fs.chmod(path, mode)),
  copyFile: (from, to) => ask(fs.copyFile(from, to)),
  createFile: (path) => ask(Effect.scoped(fs.open(path, { flag: "w+" }))),
  fileName: ask(fileName),
  link: (from, to) => ask(fs.link(from, to)),
  makeDirectory: (path, mode) => ask(fs.makeDirectory(path, { recursive: false, mode })),
  makeTempDirectory: (directory, prefix) => ask(fs.makeTempDirectory({ directory, prefix })),
  readDirectory: (path) => ask(fs.readDirectory(path)),
  readLink: (path) => ask(fs.readLink(path)),
  realPath: (path) => ask(fs.realPath(path)),
  remove: (path, options) => ask(fs.remove(path, options)),
  rename: (from, to) => ask(fs.rename(from, to)),
  stat: (path) =>
    ask(Effect.map(fs.stat(path), ({ atime, dev, ino, mode, mtime, type }) => ({
      type,
      mode,
      dev,
      ino: Option.getOrUndefined(ino),
      atime: Option.getOrUndefined(atime),
      mtime: Option.getOrUndefined(mtime)
    }))),
  symlink: (target, path) => ask(fs.symlink(target, path)),
  utimes: (path, atime, mtime) => ask(fs.utimes(path, atime, mtime))
})

/** The value or the error of an effect, in the form that the programs expect. */
const merged = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.map(Effect.result(effect), Result.merge)

/** @internal */
export const hostRoot = (root: Root["Service"]): HostRoot => ({
  hostPath: root.hostPath,
  resolve: (path, options) => ask(merged(root.resolve(path, options))),
  locate: (path, options) => ask(root.locate(path, options)),
  explain: (path, options) =>
    ask(Effect.map(root.explain(path, options), ({ hops, result }) => ({ hops, result: Result.merge(result) })))
})
