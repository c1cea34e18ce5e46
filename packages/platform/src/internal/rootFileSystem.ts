import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { checkIds, checkLength, checkMode, checkTimes } from "@procfsroot/vfs/Arguments"
import { isPathTooLong } from "@procfsroot/vfs/Limits"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Root } from "../Root.js"
import { isLossless, lookup } from "./fileSystemRoot.js"
import { ofFlag as openUse, pathUses } from "@procfsroot/vfs/PathUse"
import { tag as rootTag } from "./root.js"
import { copy, copyFile } from "./rootFileSystemCopy.js"
import { makeDirectory, newName, readDirectory, remove, rename } from "./rootFileSystemDirectories.js"
import { openFile } from "./rootFileSystemFile.js"
import { type Context, operation, type PathResolver } from "./rootFileSystemPathResolver.js"
import { makeTemporary } from "./rootFileSystemTemporary.js"
import { watch } from "./rootFileSystemWatch.js"
import { checkingStream } from "./stream.js"

/** @internal */
export const make = (root: Root, fs: FileSystem.FileSystem): FileSystem.FileSystem => {
  const context: Context = { root, fs, lookup: lookup(fs) }

  /** An operation that resolves its path and leaves the rest to the file system below. */
  const onFile = <A>(
    method: "access" | "chmod" | "chown" | "readFile" | "stat" | "truncate" | "utimes",
    path: string,
    call: (hostPath: string) => Effect.Effect<A, PlatformError>,
    check?: () => void
  ) => {
    // Errors of platform-node say utime.
    const name = method === "utimes" ? "utime" : method
    return operation(context, name, [path], (resolver) => resolver.withFile(pathUses[method][0], call), check)
  }

  const link = (resolver: PathResolver, to: string) =>
    Effect.gen(function*() {
      const from = yield* resolver.resolveFor(pathUses.link[0])
      const place = yield* newName(resolver, to)
      return yield* resolver.withHostPath(from, (host) => fs.link(host, root.hostPath(place)))
    })

  const open = (resolver: PathResolver, options: FileSystem.OpenFileOptions, flag: FileSystem.OpenFlag) =>
    Effect.flatMap(
      resolver.withFile(openUse(flag), (host) => fs.open(host, options)),
      (file) => openFile(file, resolver.path, OpenFlags.fromFlag(flag).append)
    )

  const readLink = (resolver: PathResolver) =>
    Effect.flatMap(
      resolver.withFile(pathUses.readLink[0], (host) => fs.readLink(host)),
      (target) => isLossless(target) ? Effect.succeed(target) : resolver.fail("EILSEQ", "readlink")
    )

  const symlink = (resolver: PathResolver, target: string, path: string) =>
    Effect.gen(function*() {
      if (target === "") return yield* resolver.fail("ENOENT")
      // The text is taken from the caller before the name is looked for (`do_symlinkat` in `fs/namei.c`).
      if (isPathTooLong(target)) return yield* resolver.fail("ENAMETOOLONG")
      yield* resolver.checkText(target)
      const place = yield* newName(resolver, path)
      return yield* resolver.withHostPath(place, (host) => fs.symlink(target, host))
    })

  return checkingStream(FileSystem.make({
    access: (path, options) => onFile("access", path, (host) => fs.access(host, options)),
    chmod: (path, mode) => onFile("chmod", path, (host) => fs.chmod(host, mode), () => checkMode(mode)),
    chown: (path, uid, gid) => onFile("chown", path, (host) => fs.chown(host, uid, gid), () => checkIds(uid, gid)),
    copy: copy(context),
    copyFile: copyFile(context),
    link: (from, to) => operation(context, "link", [from, to], (resolver) => link(resolver, to)),
    makeDirectory: makeDirectory(context),
    ...makeTemporary(context),
    open: (path, options = {}) => {
      const { flag = "r", mode = 0 } = options
      return operation(context, "open", [path], (resolver) => open(resolver, options, flag), () => checkMode(mode))
    },
    readDirectory: readDirectory(context),
    readFile: (path) => onFile("readFile", path, (host) => fs.readFile(host)),
    readLink: (path) => operation(context, "readLink", [path], readLink),
    realPath: (path) => operation(context, "realPath", [path], (resolver) => resolver.resolveFor(pathUses.realPath[0])),
    remove: remove(context),
    rename: rename(context),
    stat: (path) => onFile("stat", path, (host) => fs.stat(host)),
    symlink: (target, path) =>
      operation(context, "symlink", [target, path], (resolver) => symlink(resolver, target, path)),
    truncate: (path, length) =>
      onFile("truncate", path, (host) => fs.truncate(host, length), () => checkLength(Number(length ?? 0))),
    utimes: (path, atime, mtime) =>
      onFile("utimes", path, (host) => fs.utimes(host, atime, mtime), () => checkTimes(atime, mtime)),
    watch: watch(context),
    writeFile: (path, data, options = {}) => {
      const { flag = "w", mode = 0 } = options
      const write = (host: string) => fs.writeFile(host, data, options)
      return operation(
        context,
        "writeFile",
        [path],
        (resolver) => resolver.withFile(openUse(flag), write),
        () => checkMode(mode)
      )
    }
  }))
}

/** @internal */
export const layer = Layer.effect(FileSystem.FileSystem, Effect.zipWith(rootTag, FileSystem.FileSystem, make))
