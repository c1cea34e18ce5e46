/** The `FileSystem` service over a tree: for each method the system calls that platform-node makes for it. */
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { NO_ID } from "../limits.js"
import { basename, withoutSlashes } from "../text.js"
import { chmod, chown, info, utimes } from "./attributes.js"
import { copy, copyFile } from "./copy.js"
import { makeDirectories, makeTemporary, namesBelow, temporaryName } from "./directories.js"
import { calling, fail } from "./errno.js"
import { open } from "./handle.js"
import { link, mkdir, rename, symlink } from "./namespace.js"
import * as openFile from "./openFile.js"
import { type Machine, perform } from "./operation.js"
import { checkInteger, checkMode, Refused } from "./platformError.js"
import { namesIn, remove } from "./remove.js"
import { existing, place } from "./resolve.js"
import { changes } from "./watch.js"
import { permits, READ, type World, WRITE } from "./world.js"

const DEFAULT_DIRECTORY_MODE = 0o777
const DEFAULT_FILE_MODE = 0o666

/** @internal */
export const make = (machine: Machine): FileSystem.FileSystem => {
  /** An operation on the one place that `path` names. */
  const on = <A>(method: string, syscall: string, path: string, run: (world: World) => A, operation = method) =>
    perform(machine, { method, operation, subject: path, syscall, texts: [path], places: [path], run })

  /** An operation with two paths, or a text and a path. */
  const between = (
    method: string,
    syscall: string,
    texts: readonly [from: string, to: string],
    run: (world: World, from: string, to: string) => void,
    places: ReadonlyArray<string> = texts
  ) => {
    const [from, to] = texts
    return perform(machine, { method, subject: from, syscall, texts, places, run: (world) => run(world, from, to) })
  }

  const removing = (path: string, options?: FileSystem.RemoveOptions, method = "remove") =>
    on(method, "rm", path, (world) => remove(world, path, options), "remove")

  const makeTempDirectory = (method: string) => (options?: FileSystem.MakeTempDirectoryOptions) => {
    const prefix = temporaryPrefix(options)
    return on(method, "mkdtemp", prefix, (world) => makeTemporary(world, prefix), "makeTempDirectory")
  }

  const makeTempFile = (method: string) => (options?: FileSystem.MakeTempFileOptions) => {
    const prefix = temporaryPrefix(options)
    const { suffix = "" } = options ?? {}
    return perform(machine, {
      method,
      operation: "makeTempFile",
      subject: prefix,
      syscall: "mkdtemp",
      texts: [prefix],
      places: [prefix],
      run: (world) => {
        if (suffix.includes("\0")) throw new Refused("ERR_INVALID_ARG_VALUE", "The suffix must be without null bytes")
        const path = `${makeTemporary(world, prefix)}/${temporaryName(world, 12)}${suffix}`
        calling("open", [path], () => openFile.open(world, path, openFile.flagsOf("w+"), DEFAULT_FILE_MODE))
        return path
      }
    })
  }

  return FileSystem.make({
    access: (path, options) => on("access", "access", path, (world) => access(world, path, options)),
    chmod: (path, mode) =>
      on("chmod", "chmod", path, (world) => {
        checkMode(mode)
        chmod(world, existing(world, path), mode)
      }),
    chown: (path, uid, gid) =>
      on("chown", "chown", path, (world) => {
        checkInteger(uid, "uid", -1, NO_ID)
        checkInteger(gid, "gid", -1, NO_ID)
        chown(world, existing(world, path), uid === NO_ID ? -1 : uid, gid === NO_ID ? -1 : gid)
      }),
    copy: (from, to, options) => between("copy", "cp", [from, to], (world, from, to) => copy(world, from, to, options)),
    copyFile: (from, to) => between("copyFile", "copyfile", [from, to], copyFile),
    link: (from, to) => between("link", "link", [from, to], link),
    makeDirectory: (path, { mode = DEFAULT_DIRECTORY_MODE, recursive = false } = {}) =>
      on("makeDirectory", "mkdir", path, (world) => {
        checkMode(mode)
        const make = recursive ? makeDirectories : mkdir
        make(world, path, mode)
      }),
    makeTempDirectory: makeTempDirectory("makeTempDirectory"),
    makeTempDirectoryScoped: (options) =>
      Effect.acquireRelease(
        makeTempDirectory("makeTempDirectoryScoped")(options),
        (path) => Effect.orDie(removing(path, { recursive: true }, "makeTempDirectoryScoped"))
      ),
    makeTempFile: makeTempFile("makeTempFile"),
    makeTempFileScoped: (options) =>
      Effect.acquireRelease(
        makeTempFile("makeTempFileScoped")(options),
        (path) =>
          Effect.orDie(removing(path.slice(0, path.lastIndexOf("/")), { recursive: true }, "makeTempFileScoped"))
      ),
    open: open(machine),
    readDirectory: (path, options) =>
      on(
        "readDirectory",
        "scandir",
        path,
        (world) => Array.from(options?.recursive === true ? namesBelow(world, path) : namesIn(world, path))
      ),
    readFile: (path) =>
      on("readFile", "open", path, (world) => {
        const opened = openFile.open(world, path, openFile.flagsOf("r"), 0)
        return calling("read", [], () => openFile.content(opened))
      }),
    readLink: (path) =>
      on("readLink", "readlink", path, (world) => {
        const node = existing(world, path, "keep")
        return node._tag === "SymbolicLink" ? node.target : fail("EINVAL")
      }),
    realPath: (path) => on("realPath", "realpath", path, (world) => ComponentStack.toPath(place(world, path))),
    remove: removing,
    rename: (from, to) => between("rename", "rename", [from, to], rename),
    stat: (path) => on("stat", "stat", path, (world) => info(existing(world, path))),
    symlink: (target, path) => between("symlink", "symlink", [target, path], symlink, [path]),
    truncate: (path, length) => on("truncate", "open", path, (world) => truncate(world, path, Number(length ?? 0))),
    utimes: (path, atime, mtime) =>
      on("utime", "utime", path, (world) => {
        const accessed = milliseconds(world, atime)
        const changed = milliseconds(world, mtime)
        utimes(world, existing(world, path), accessed, changed)
      }, "utimes"),
    watch: (path, { recursive = false } = {}) =>
      Stream.unwrap(
        on("stat", "stat", path, (world): Stream.Stream<FileSystem.WatchEvent, PlatformError> =>
          changes(world, { node: existing(world, path), name: basename(path), recursive }), "watch")
      ),
    writeFile: (path, data, { flag = "w", mode = DEFAULT_FILE_MODE } = {}) =>
      on("writeFile", "open", path, (world) => {
        checkMode(mode)
        const opened = openFile.open(world, path, openFile.flagsOf(flag), mode)
        calling("write", [], () => openFile.write(world, opened, data, 0))
      })
  })
}

const temporaryPrefix = ({ directory = "/tmp", prefix = "" }: FileSystem.MakeTempDirectoryOptions = {}): string =>
  `${withoutSlashes(directory)}/${prefix}`

const access = (world: World, path: string, { readable, writable }: FileSystem.AccessFileOptions = {}): void => {
  const mask = (readable === true ? READ : 0) | (writable === true ? WRITE : 0)
  if (!permits(world, existing(world, path), mask)) fail("EACCES")
}

/** Node opens the file to truncate it. */
const truncate = (world: World, path: string, length: number): void => {
  checkInteger(length, "len", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  const opened = openFile.open(world, path, openFile.flagsOf("r+"), 0)
  calling("ftruncate", [], () => openFile.truncate(world, opened, length))
}

/** Numbers are seconds, and negative ones mean now, to Node's `utimes`. */
const milliseconds = (world: World, time: Date | number): number => {
  if (typeof time !== "number") return time.getTime()
  if (!Number.isFinite(time)) throw new Refused("ERR_INVALID_ARG_TYPE", "A time must be a finite number or a date")
  return time < 0 ? world.now : time * 1000
}
