/** The functions that make a single call. Both the synchronous functions and those with promises are made from them. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { WaitingFileSystem } from "@procfsroot/vfs/FileSystem"
import { map, type Now } from "@procfsroot/vfs/Program"
import { accessModeOf, idOf, modeOf, timeOf } from "./arguments.js"
import { errorOf, invalidType, notSupported } from "./errors.js"
import type { Method } from "./methods.js"
import { type Backend, operationOf, runCall } from "./perform.js"
import { bigStatsOf, statFsOf, type StatOptions, statsOf } from "./stats.js"
import { type Encoded, encodingOf, nameIn, type PathLike, pathOf } from "./texts.js"

type Mode = number | string

interface MakeDirectoryOptions {
  readonly mode?: Mode | null | undefined
  readonly recursive?: boolean | undefined
}

/** The system calls that Node names differently from the function. */
const syscalls: Partial<Record<Method, string>> = { lutimes: "lutime", utimes: "utime" }

const DEFAULT_MODE = 0o777

const usingPath =
  <F>(backend: Backend<F>, run: typeof runCall) =>
  <A>(method: Method, path: PathLike, use: (path: string) => Now<A>): Now<A> => {
    const text = pathOf(path)
    return run(backend, method, syscalls[method] ?? method, [text], () => use(text))
  }

/**
 * The functions that return attributes. `run` decides how they fail.
 *
 * @internal
 */
export const stats = <F>(backend: Backend<F>, fs: WaitingFileSystem<F>, run: typeof runCall) => {
  const { rootDirectory: directory } = fs
  const onPath = usingPath(backend, run)
  return {
    lstat: (path: PathLike, options?: StatOptions) =>
      options?.bigint === true
        ? map(onPath("lstat", path, directory.lstat), bigStatsOf)
        : map(onPath("lstat", path, fs.lstat), statsOf),
    stat: (path: PathLike, options?: StatOptions) =>
      options?.bigint === true
        ? map(onPath("stat", path, directory.stat), bigStatsOf)
        : map(onPath("stat", path, fs.stat), statsOf)
  }
}

/** @internal */
export interface QuietOptions extends StatOptions {
  readonly throwIfNoEntry?: boolean | undefined
}

/**
 * What becomes of an error with `throwIfNoEntry: false`: a missing file is `undefined`. As in Node, a file is also
 * missing if something before it is not a directory.
 *
 * @internal
 */
export const ignoringMissing =
  <F>(backend: Backend<F>, method: "lstat" | "stat", path: PathLike) => (thrown: unknown): undefined => {
    if (Errno.isErrno(thrown) && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR")) return undefined
    throw errorOf(thrown, operationOf(backend, method, [pathOf(path)]))
  }

/** Node's names of the arguments of functions with two paths. */
const argumentsOf = {
  link: ["existingPath", "newPath"],
  rename: ["oldPath", "newPath"],
  symlink: ["target", "path"]
} as const satisfies Partial<Record<Method, readonly [string, string]>>

/** @internal */
export const names = <F>(backend: Backend<F>, fs: WaitingFileSystem<F>) => {
  const { rootDirectory: directory } = fs
  const onPath = usingPath(backend, runCall)

  const onPaths = (
    method: keyof typeof argumentsOf,
    from: PathLike,
    to: PathLike,
    use: (from: string, to: string) => Now<void>
  ): Now<void> => {
    const [ofFirst, ofSecond] = argumentsOf[method]
    const [first, second] = [pathOf(from, ofFirst), pathOf(to, ofSecond)]
    return runCall(backend, method, method, [first, second], () => use(first, second))
  }

  /** Makes a directory like `mkdtemp`, and returns its path without an encoding. */
  const makeTemporary = (prefix: PathLike): Now<string> =>
    onPath("mkdtemp", prefix, (text) => {
      if (text === "") throw Errno.make("EINVAL")
      return fs.makeTemporaryDirectory(text)
    })

  return {
    ...stats(backend, fs, runCall),
    access: (path: PathLike, mode?: number | null) => {
      const asked = accessModeOf(mode)
      return onPath("access", path, (path) => fs.access(path, asked))
    },
    chmod: (path: PathLike, mode: Mode) => {
      const bits = modeOf(mode)
      return onPath("chmod", path, (path) => fs.chmod(path, bits))
    },
    chown: (path: PathLike, uid: number, gid: number) => {
      const ids = [idOf(uid, "uid"), idOf(gid, "gid")] as const
      return onPath("chown", path, (path) => fs.chown(path, ...ids))
    },
    lchown: (path: PathLike, uid: number, gid: number) => {
      const ids = [idOf(uid, "uid"), idOf(gid, "gid")] as const
      return onPath("lchown", path, (path) => directory.lchown(path, ...ids))
    },
    link: (from: PathLike, to: PathLike) => onPaths("link", from, to, fs.link),
    lutimes: (path: PathLike, atime: unknown, mtime: unknown) => {
      const times = [timeOf(atime), timeOf(mtime)] as const
      return onPath("lutimes", path, (path) => directory.lutimes(path, ...times))
    },
    mkdir: (path: PathLike, options?: MakeDirectoryOptions | Mode | null): Now<string | undefined> => {
      const given = typeof options === "object" && options !== null ? options : { mode: options, recursive: false }
      const { mode, recursive = false } = given
      if (typeof recursive !== "boolean") throw invalidType("options.recursive", "of type boolean")
      const bits = modeOf(mode, DEFAULT_MODE)
      return onPath("mkdir", path, (path) => {
        if (recursive) return fs.makeDirectories(path, bits)
        return map(fs.mkdir(path, bits), () => undefined)
      })
    },
    mkdtemp: (prefix: PathLike, options?: Encoded | string | null) => {
      const encoding = encodingOf(options)
      return map(makeTemporary(prefix), (name) => nameIn(name, encoding))
    },
    makeTemporary,
    readlink: (path: PathLike, options?: Encoded | string | null) => {
      const encoding = encodingOf(options)
      return map(onPath("readlink", path, fs.readLink), (name) => nameIn(name, encoding))
    },
    realpath: (path: PathLike, options?: Encoded | string | null) => {
      const encoding = encodingOf(options)
      return map(onPath<string>("realpath", path, fs.realPath), (name) => nameIn(name, encoding))
    },
    rename: (from: PathLike, to: PathLike) => onPaths("rename", from, to, fs.rename),
    rmdir: (path: PathLike, options?: { readonly recursive?: unknown }) => {
      if ((options?.recursive ?? false) !== false) throw notSupported("recursive", " by rmdir: use rm")
      return onPath("rmdir", path, fs.rmdir)
    },
    statfs: (path: PathLike, options?: StatOptions) =>
      map(onPath("statfs", path, directory.statfs), (found) => statFsOf(found, options)),
    symlink: (target: PathLike, path: PathLike) => onPaths("symlink", target, path, fs.symlink),
    unlink: (path: PathLike) => onPath("unlink", path, fs.unlink),
    utimes: (path: PathLike, atime: unknown, mtime: unknown) => {
      const times = [timeOf(atime), timeOf(mtime)] as const
      return onPath("utimes", path, (path) => fs.utimes(path, ...times))
    }
  }
}
