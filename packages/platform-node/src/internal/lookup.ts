/**
 * Answers a walk's lookups by path text. A handle is a path that names the directory: the root's own path or descriptor,
 * and the components behind it, none of which is a link.
 */
import type * as Walk from "@procfsroot/path/Walk"
import { S_IFDIR, S_IFLNK, S_IFMT } from "./constants.js"

/** @internal */
export interface Stat {
  readonly mode: number
  readonly size: number
}

/**
 * The system calls a lookup needs; all but `lstat` of a missing name throw an error with its errno as `code`.
 *
 * @internal
 */
export interface Calls {
  readonly lstat: (path: string) => Stat | undefined
  readonly readlink: (path: string) => string
  readonly isProcfs: (path: string) => boolean
  readonly openDirectory: (path: string) => number
}

/** @internal */
export type Entry = Walk.Entry<string>

const missing = { _tag: "Missing" } as const

/** @internal */
export const isLink = (stat: Stat): boolean => (stat.mode & S_IFMT) === S_IFLNK

/** @internal */
export const plain = <H>(stat: Stat | undefined, handle: H): Walk.Entry<H> =>
  stat === undefined ? missing : { _tag: (stat.mode & S_IFMT) === S_IFDIR ? "Directory" : "Other", handle }

/** @internal */
export const link = <H>(target: string, handle: H, magic: boolean): Walk.Entry<H> =>
  magic ? { _tag: "SymbolicLink", target, handle, magic } : { _tag: "SymbolicLink", target, handle }

/** The size that procfs reports for `/proc/<pid>/fd/<n>`, whatever its target (`fs/proc/fd.c`). */
const FD_LINK_SIZE = 64

/**
 * Whether a link may be a magic one, so that its file system has to be asked for. Its text is a path of the host or like
 * `pipe:[1]`, and its size is not the text's, unless by chance: ordinary links, those of procfs too (`/proc/self`,
 * `/proc/device-tree`), have one or the other.
 *
 * @internal
 */
export const mayBeMagic = (target: string, { size }: Stat): boolean =>
  (target.startsWith("/") || target.includes(":")) && (size !== Buffer.byteLength(target) || size === FD_LINK_SIZE)

/**
 * An error of `node:fs` as the walk is told of it. ENOENT and ENOTDIR mean that what was there a moment ago is gone.
 *
 * @internal
 */
export const failure = (cause: unknown): Extract<Walk.Entry<never>, { _tag: "Missing" | "Fault" }> => {
  const { code } = cause as NodeJS.ErrnoException // `node:fs` throws nothing else
  return code === "ENOENT" || code === "ENOTDIR" ? missing : { _tag: "Fault", cause }
}

/**
 * A link that was seen, but whose text cannot be read: that of a kernel thread's `/proc/<pid>/exe`, say.
 *
 * @internal
 */
export const unreadable = <H>(cause: unknown, handle: H): Walk.Entry<H> => ({
  _tag: "SymbolicLink",
  target: "",
  handle,
  unreadable: failure(cause)
})

/**
 * How often a link is looked at again that could not be read: another file may have been put in its place between the two
 * calls, again and again where somebody exchanges them in a loop.
 *
 * @internal
 */
export const ATTEMPTS = 32

/** @internal */
export const look = (calls: Calls, directory: string, name: string, attempt = 1): Entry => {
  const handle = `${directory}/${name}`
  let stat: Stat | undefined
  try {
    stat = calls.lstat(handle)
    if (stat === undefined || !isLink(stat)) return plain(stat, handle)
  } catch (cause) {
    return failure(cause)
  }
  try {
    const target = calls.readlink(handle)
    return link(target, handle, mayBeMagic(target, stat) && calls.isProcfs(directory))
  } catch (cause) {
    return attempt < ATTEMPTS ? look(calls, directory, name, attempt + 1) : unreadable(cause, handle)
  }
}
