import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Root } from "../Root.js"
import { fromUnknown } from "./fileSystemError.js"
import { isFaithful } from "./fileSystemRoot.js"
import { openUse, pathUses } from "./pathUse.js"
import { tag as rootTag } from "./root.js"
import { copy, copyFile } from "./rootFileSystemCopy.js"
import { makeDirectory, newName, readDirectory, remove, rename } from "./rootFileSystemDirectories.js"
import { type Asked, fail, Inside } from "./rootFileSystemPaths.js"
import { makeTemporary } from "./rootFileSystemTemporary.js"
import { watch } from "./rootFileSystemWatch.js"

type OnePath = "access" | "chmod" | "chown" | "readFile" | "readLink" | "stat" | "truncate" | "utimes"

/** A method whose whole work, once its path is resolved, is that of the file system below. */
const simple = <const M extends OnePath>(inside: Inside, method: M): FileSystem.FileSystem[M] => {
  const call = inside.fs[method] as (
    path: string,
    ...rest: ReadonlyArray<unknown>
  ) => Effect.Effect<unknown, PlatformError> // what all of these have in common
  const [use] = pathUses[method]
  const wrapped = (path: string, ...rest: ReadonlyArray<unknown>) => {
    const asked = { method, path }
    return Effect.flatMap(inside.at(use, asked), (place) => inside.below(asked, place, (host) => call(host, ...rest)))
  }
  return wrapped as FileSystem.FileSystem[M] // the same arguments, the same result
}

/** An open file tells of no path, unless the file system below does. */
const openFile = (file: FileSystem.File, { path }: Asked): FileSystem.File => {
  const told = (method: string) => <A>(effect: Effect.Effect<A, PlatformError>) =>
    Effect.mapError(effect, (error) => fromUnknown(method, path, error))
  return {
    [FileSystem.FileTypeId]: FileSystem.FileTypeId,
    fd: file.fd,
    stat: told("stat")(file.stat),
    seek: (offset, from) => file.seek(offset, from),
    sync: told("sync")(file.sync),
    read: (buffer) => told("read")(file.read(buffer)),
    readAlloc: (size) => told("readAlloc")(file.readAlloc(size)),
    truncate: (length) => told("truncate")(file.truncate(length)),
    write: (buffer) => told("write")(file.write(buffer)),
    writeAll: (buffer) => told("writeAll")(file.writeAll(buffer))
  }
}

/** @internal */
export const make = (root: Root, fs: FileSystem.FileSystem): FileSystem.FileSystem => {
  const inside = new Inside(root, fs)
  const readLink = simple(inside, "readLink")
  return FileSystem.make({
    access: simple(inside, "access"),
    chmod: simple(inside, "chmod"),
    chown: simple(inside, "chown"),
    copy: copy(inside),
    copyFile: copyFile(inside),
    link: (fromPath, toPath) => {
      const asked = { method: "link", path: fromPath }
      return Effect.flatMap(
        inside.at(pathUses.link[0], asked),
        (from) =>
          Effect.flatMap(
            newName(inside, asked, toPath),
            (to) => inside.below(asked, from, (host) => fs.link(host, root.hostPath(to)))
          )
      )
    },
    makeDirectory: makeDirectory(inside),
    ...makeTemporary(inside),
    open: (path, options) => {
      const asked = { method: "open", path }
      return Effect.flatMap(
        inside.at(openUse(options?.flag ?? "r"), asked),
        (place) =>
          Effect.map(inside.below(asked, place, (host) => fs.open(host, options)), (file) => openFile(file, asked))
      )
    },
    readDirectory: readDirectory(inside),
    readFile: simple(inside, "readFile"),
    readLink: (path) =>
      Effect.flatMap(
        readLink(path),
        (text) => isFaithful(text) ? Effect.succeed(text) : fail({ method: "readLink", path }, "EILSEQ", "readlink")
      ),
    realPath: (path) => inside.at(pathUses.realPath[0], { method: "realPath", path }),
    remove: remove(inside),
    rename: rename(inside),
    stat: simple(inside, "stat"),
    symlink: (target, path) => {
      const asked = { method: "symlink", path: target }
      if (!target.isWellFormed()) return fail(asked, "EILSEQ", "symlink")
      return Effect.flatMap(
        newName(inside, asked, path),
        (place) => inside.below(asked, place, (host) => fs.symlink(target, host))
      )
    },
    truncate: simple(inside, "truncate"),
    utimes: simple(inside, "utimes"),
    watch: watch(inside),
    writeFile: (path, data, options) => {
      const asked = { method: "writeFile", path }
      return Effect.flatMap(
        inside.at(openUse(options?.flag ?? "w"), asked),
        (place) => inside.below(asked, place, (host) => fs.writeFile(host, data, options))
      )
    }
  })
}

/** @internal */
export const layer = Layer.effect(FileSystem.FileSystem, Effect.zipWith(rootTag, FileSystem.FileSystem, make))
