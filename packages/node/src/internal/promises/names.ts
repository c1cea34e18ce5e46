/** The synchronous functions. Many of the functions with promises are made from them. */
import * as Errno from "@procfsroot/vfs/Errno"
import type { Now } from "@procfsroot/vfs/Program"
import { accessModeOf, idOf, modeOf, timeOf } from "./arguments.js"
import { invalidType, notSupported } from "./errors.js"
import { openFileSync } from "./fileSync.js"
import type { Method } from "./methods.js"
import { type Backend, runSync } from "./perform.js"
import { bigStatsOf, statFsOf, type StatOptions, statsOf } from "./stats.js"
import { type Encoded, encodingOf, nameIn, pathOf } from "./texts.js"

type PathLike = string | Uint8Array | URL

type Mode = number | string

interface MakeDirectoryOptions {
  readonly mode?: Mode | null | undefined
  readonly recursive?: boolean | undefined
}

/** The system calls that Node names differently from the function. */
const syscalls: Partial<Record<Method, string>> = { lutimes: "lutime", utimes: "utime" }

const DEFAULT_MODE = 0o777

/** @internal */
export const names = <F>(backend: Backend<F>) => {
  const { fileSystem: fs } = backend
  const { returning, rootDirectory: directory } = fs

  const onPath = <A>(method: Method, path: PathLike, use: (path: string) => Now<A>): A => {
    const text = pathOf(path)
    return runSync(backend, method, syscalls[method] ?? method, [text], () => use(text))
  }

  const onPaths = (method: Method, from: PathLike, to: PathLike, use: (from: string, to: string) => void): void => {
    const [first, second] = [pathOf(from), pathOf(to)]
    runSync(backend, method, method, [first, second], () => use(first, second))
  }

  return {
    access: (path: PathLike, mode?: number | null) => {
      const asked = accessModeOf(mode)
      onPath("access", path, (path) => returning.access(path, asked))
    },
    chmod: (path: PathLike, mode: Mode) => {
      const bits = modeOf(mode)
      onPath("chmod", path, (path) => fs.chmod(path, bits))
    },
    chown: (path: PathLike, uid: number, gid: number) => {
      const ids = [idOf(uid, "uid"), idOf(gid, "gid")] as const
      onPath("chown", path, (path) => fs.chown(path, ...ids))
    },
    lchown: (path: PathLike, uid: number, gid: number) => {
      const ids = [idOf(uid, "uid"), idOf(gid, "gid")] as const
      onPath("lchown", path, (path) => directory.lchown(path, ...ids))
    },
    link: (from: PathLike, to: PathLike) => onPaths("link", from, to, fs.link),
    lstat: (path: PathLike, options?: StatOptions) =>
      options?.bigint === true
        ? bigStatsOf(onPath("lstat", path, directory.lstat))
        : statsOf(onPath("lstat", path, returning.lstat)),
    lutimes: (path: PathLike, atime: unknown, mtime: unknown) => {
      const times = [timeOf(atime), timeOf(mtime)] as const
      onPath("lutimes", path, (path) => directory.lutimes(path, ...times))
    },
    mkdir: (path: PathLike, options?: MakeDirectoryOptions | Mode | null): string | undefined => {
      const { mode, recursive = false } = typeof options === "object" && options !== null ? options : { mode: options }
      if (typeof recursive !== "boolean") throw invalidType("options.recursive", "of type boolean")
      const bits = modeOf(mode, DEFAULT_MODE)
      return onPath("mkdir", path, (path) => {
        if (recursive) return fs.makeDirectories(path, bits)
        fs.mkdir(path, bits)
        return undefined
      })
    },
    mkdtemp: (prefix: PathLike, options?: Encoded | string | null) => {
      const encoding = encodingOf(options)
      const make = (text: string) => {
        if (text === "") throw Errno.make("EINVAL")
        return fs.makeTemporaryDirectory(text)
      }
      return nameIn(onPath("mkdtemp", prefix, make), encoding)
    },
    openSync: (path: PathLike, flags?: string | number | null, mode?: Mode | null): number =>
      openFileSync(backend, path, flags, mode).fd,
    readlink: (path: PathLike, options?: Encoded | string | null) => {
      const encoding = encodingOf(options)
      return nameIn(onPath("readlink", path, fs.readLink), encoding)
    },
    realpath: (path: PathLike, options?: Encoded | string | null) => {
      const encoding = encodingOf(options)
      return nameIn(onPath<string>("realpath", path, fs.realPath), encoding)
    },
    rename: (from: PathLike, to: PathLike) => onPaths("rename", from, to, fs.rename),
    rmdir: (path: PathLike, options?: { readonly recursive?: unknown }) => {
      if ((options?.recursive ?? false) !== false) throw notSupported("recursive", " by rmdir: use rm")
      onPath("rmdir", path, fs.rmdir)
    },
    stat: (path: PathLike, options?: StatOptions) =>
      options?.bigint === true
        ? bigStatsOf(onPath("stat", path, directory.stat))
        : statsOf(onPath("stat", path, returning.stat)),
    statfs: (path: PathLike, options?: StatOptions) => statFsOf(onPath("statfs", path, directory.statfs), options),
    symlink: (target: PathLike, path: PathLike) => onPaths("symlink", target, path, fs.symlink),
    unlink: (path: PathLike) => onPath("unlink", path, fs.unlink),
    utimes: (path: PathLike, atime: unknown, mtime: unknown) => {
      const times = [timeOf(atime), timeOf(mtime)] as const
      onPath("utimes", path, (path) => fs.utimes(path, ...times))
    }
  }
}

/** @internal */
export type Names = ReturnType<typeof names>
