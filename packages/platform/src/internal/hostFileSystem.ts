/** Adapts a `FileSystem` and a `Root` to the interfaces that `HostFileSystem` expects. */
import type { FileSystem } from "@effect/platform/FileSystem"
import { ask, type HostFileSystem, type Root as HostRoot } from "@procfsroot/vfs/HostFileSystem"
import * as Effect from "effect/Effect"
import * as Either from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Either.js"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { Root } from "../Root.js"

const fileName = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 16), 12),
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
  makeDirectory: (path, mode) =>
    ask(fs.makeDirectory(path, { recursive: false, ...(mode === undefined ? {} : { mode }) })),
  makeTempDirectory: (directory, prefix) =>
    ask(fs.makeTempDirectory({ directory, ...(prefix === "" ? {} : { prefix }) })),
  readDirectory: (path) => ask(fs.readDirectory(path)),
  readLink: (path) => ask(fs.readLink(path)),
  realPath: (path) => ask(fs.realPath(path)),
  remove: (path, { force = false, recursive = false }) => ask(fs.remove(path, { force, recursive })),
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

/** @internal */
export const hostRoot = (root: Root): HostRoot => ({
  hostPath: root.hostPath,
  resolve: (path, options) => ask(Effect.merge(root.resolve(path, options))),
  locate: (path, options) => ask(root.locate(path, options)),
  explain: (path, options) =>
    ask(Effect.map(root.explain(path, options), ({ hops, result }) => ({ hops, result: Either.merge(result) })))
})
