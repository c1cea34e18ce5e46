import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Root } from "../Root.js"
import { isLossless } from "./fileSystemRoot.js"
import { isPathTooLong } from "@procfsroot/vfs/Limits"
import { checkingStream } from "./numbers.js"
import { openUse, pathUses } from "./pathUse.js"
import { tag as rootTag } from "./root.js"
import { areValid, checked, isMode } from "./rootFileSystemArguments.js"
import { copy, copyFile } from "./rootFileSystemCopy.js"
import { makeDirectory, newName, readDirectory, remove, rename } from "./rootFileSystemDirectories.js"
import { OpenFile } from "./rootFileSystemFile.js"
import { fail, PathResolver } from "./rootFileSystemPaths.js"
import { makeTemporary } from "./rootFileSystemTemporary.js"
import { watch } from "./rootFileSystemWatch.js"

type OnePath = "access" | "chmod" | "chown" | "readFile" | "readLink" | "stat" | "truncate" | "utimes"

/** The method as errors of platform-node name it. */
const errorMethod = (method: string): string => method === "utimes" ? "utime" : method

/** A method that resolves its path and leaves the rest to the file system below. */
const forward = <const M extends OnePath>(resolver: PathResolver, method: M): FileSystem.FileSystem[M] => {
  const call = resolver.fs[method] as (
    path: string,
    ...rest: ReadonlyArray<unknown>
  ) => Effect.Effect<unknown, PlatformError> // what all of these have in common
  const isValid = (areValid as { readonly [M in OnePath]?: (...rest: ReadonlyArray<unknown>) => boolean })[method] // the method's own arguments, which the compiler cannot relate
  const [use] = pathUses[method]
  const wrapped = (path: string, ...rest: ReadonlyArray<unknown>) => {
    const context = { method: errorMethod(method), path }
    return checked(
      context,
      [path],
      isValid?.(...rest) ?? true,
      () =>
        Effect.flatMap(
          resolver.resolveFor(use, context),
          (place) => resolver.withHostPath(context, place, (host) => call(host, ...rest))
        )
    )
  }
  return wrapped as FileSystem.FileSystem[M] // the same arguments, the same result
}

/** @internal */
export const make = (root: Root, fs: FileSystem.FileSystem): FileSystem.FileSystem => {
  const resolver = new PathResolver(root, fs)
  const readLink = forward(resolver, "readLink")
  return checkingStream(FileSystem.make({
    access: forward(resolver, "access"),
    chmod: forward(resolver, "chmod"),
    chown: forward(resolver, "chown"),
    copy: copy(resolver),
    copyFile: copyFile(resolver),
    link: (fromPath, toPath) => {
      const context = { method: "link", path: fromPath }
      return checked(context, [fromPath, toPath], true, () =>
        Effect.flatMap(
          resolver.resolveFor(pathUses.link[0], context),
          (from) =>
            Effect.flatMap(
              newName(resolver, context, toPath),
              (to) => resolver.withHostPath(context, from, (host) => fs.link(host, root.hostPath(to)))
            )
        ))
    },
    makeDirectory: makeDirectory(resolver),
    ...makeTemporary(resolver),
    open: (path, options) => {
      const context = { method: "open", path }
      const { flag = "r", mode } = options ?? {}
      return checked(context, [path], isMode(mode), () =>
        Effect.flatMap(
          Effect.flatMap(
            resolver.resolveFor(openUse(flag), context),
            (place) => resolver.withHostPath(context, place, (host) => fs.open(host, options))
          ),
          (file) =>
            Effect.acquireRelease(
              Effect.sync(() => new OpenFile(file, context, flag.startsWith("a"))),
              (opened) => Effect.sync(() => opened.close())
            )
        ))
    },
    readDirectory: readDirectory(resolver),
    readFile: forward(resolver, "readFile"),
    readLink: (path) =>
      Effect.flatMap(
        readLink(path),
        (text) => isLossless(text) ? Effect.succeed(text) : fail({ method: "readLink", path }, "EILSEQ", "readlink")
      ),
    realPath: (path) => resolver.resolveFor(pathUses.realPath[0], { method: "realPath", path }),
    remove: remove(resolver),
    rename: rename(resolver),
    stat: forward(resolver, "stat"),
    symlink: (target, path) => {
      const context = { method: "symlink", path: target }
      return checked(context, [target, path], true, () =>
        Effect.gen(function*() {
          if (target === "") return yield* fail(context, "ENOENT")
          // The text is taken from the caller before the name is looked for (`do_symlinkat` in `fs/namei.c`).
          if (isPathTooLong(target)) return yield* fail(context, "ENAMETOOLONG")
          yield* resolver.checkText(context, target)
          const place = yield* newName(resolver, context, path)
          return yield* resolver.withHostPath(context, place, (host) => fs.symlink(target, host))
        }))
    },
    truncate: forward(resolver, "truncate"),
    utimes: forward(resolver, "utimes"),
    watch: watch(resolver),
    writeFile: (path, data, options) => {
      const context = { method: "writeFile", path }
      return checked(context, [path], isMode(options?.mode), () =>
        Effect.flatMap(
          resolver.resolveFor(openUse(options?.flag ?? "w"), context),
          (place) => resolver.withHostPath(context, place, (host) => fs.writeFile(host, data, options))
        ))
    }
  }))
}

/** @internal */
export const layer = Layer.effect(FileSystem.FileSystem, Effect.zipWith(rootTag, FileSystem.FileSystem, make))
