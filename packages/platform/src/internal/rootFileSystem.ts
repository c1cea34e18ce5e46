import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Root } from "../Root.js"
import { isFaithful } from "./fileSystemRoot.js"
import { isPathTooLong } from "@procfsroot/vfs/Limits"
import { checkingStream } from "./numbers.js"
import { openUse, pathUses } from "./pathUse.js"
import { tag as rootTag } from "./root.js"
import { checked, fits, isMode } from "./rootFileSystemArguments.js"
import { copy, copyFile } from "./rootFileSystemCopy.js"
import { makeDirectory, newName, readDirectory, remove, rename } from "./rootFileSystemDirectories.js"
import { OpenFile } from "./rootFileSystemFile.js"
import { fail, Inside } from "./rootFileSystemPaths.js"
import { makeTemporary } from "./rootFileSystemTemporary.js"
import { watch } from "./rootFileSystemWatch.js"

type OnePath = "access" | "chmod" | "chown" | "readFile" | "readLink" | "stat" | "truncate" | "utimes"

/** As platform-node names it in its errors. */
const told = (method: string): string => method === "utimes" ? "utime" : method

/** A method whose whole work, once its path is resolved, is that of the file system below. */
const simple = <const M extends OnePath>(inside: Inside, method: M): FileSystem.FileSystem[M] => {
  const call = inside.fs[method] as (
    path: string,
    ...rest: ReadonlyArray<unknown>
  ) => Effect.Effect<unknown, PlatformError> // what all of these have in common
  const doFit = (fits as { readonly [M in OnePath]?: (...rest: ReadonlyArray<unknown>) => boolean })[method] // the method's own arguments, which the compiler cannot relate
  const [use] = pathUses[method]
  const wrapped = (path: string, ...rest: ReadonlyArray<unknown>) => {
    const asked = { method: told(method), path }
    return checked(
      asked,
      [path],
      doFit?.(...rest) ?? true,
      () => Effect.flatMap(inside.at(use, asked), (place) => inside.below(asked, place, (host) => call(host, ...rest)))
    )
  }
  return wrapped as FileSystem.FileSystem[M] // the same arguments, the same result
}

/** @internal */
export const make = (root: Root, fs: FileSystem.FileSystem): FileSystem.FileSystem => {
  const inside = new Inside(root, fs)
  const readLink = simple(inside, "readLink")
  return checkingStream(FileSystem.make({
    access: simple(inside, "access"),
    chmod: simple(inside, "chmod"),
    chown: simple(inside, "chown"),
    copy: copy(inside),
    copyFile: copyFile(inside),
    link: (fromPath, toPath) => {
      const asked = { method: "link", path: fromPath }
      return checked(asked, [fromPath, toPath], true, () =>
        Effect.flatMap(
          inside.at(pathUses.link[0], asked),
          (from) =>
            Effect.flatMap(
              newName(inside, asked, toPath),
              (to) => inside.below(asked, from, (host) => fs.link(host, root.hostPath(to)))
            )
        ))
    },
    makeDirectory: makeDirectory(inside),
    ...makeTemporary(inside),
    open: (path, options) => {
      const asked = { method: "open", path }
      const { flag = "r", mode } = options ?? {}
      return checked(asked, [path], isMode(mode), () =>
        Effect.flatMap(
          Effect.flatMap(
            inside.at(openUse(flag), asked),
            (place) => inside.below(asked, place, (host) => fs.open(host, options))
          ),
          (file) =>
            Effect.acquireRelease(
              Effect.sync(() => new OpenFile(file, asked, flag.startsWith("a"))),
              (opened) => Effect.sync(() => opened.close())
            )
        ))
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
      return checked(asked, [target, path], true, () =>
        Effect.gen(function*() {
          if (target === "") return yield* fail(asked, "ENOENT")
          // The text is taken from the caller before the name is looked for (`do_symlinkat` in `fs/namei.c`).
          if (isPathTooLong(target)) return yield* fail(asked, "ENAMETOOLONG")
          yield* inside.speakable(asked, target)
          const place = yield* newName(inside, asked, path)
          return yield* inside.below(asked, place, (host) => fs.symlink(target, host))
        }))
    },
    truncate: simple(inside, "truncate"),
    utimes: simple(inside, "utimes"),
    watch: watch(inside),
    writeFile: (path, data, options) => {
      const asked = { method: "writeFile", path }
      return checked(asked, [path], isMode(options?.mode), () =>
        Effect.flatMap(
          inside.at(openUse(options?.flag ?? "w"), asked),
          (place) => inside.below(asked, place, (host) => fs.writeFile(host, data, options))
        ))
    }
  }))
}

/** @internal */
export const layer = Layer.effect(FileSystem.FileSystem, Effect.zipWith(rootTag, FileSystem.FileSystem, make))
