/** Looks up names for a walk, by path. */
import type * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import { types } from "node:util"
import { S_IFDIR, S_IFLNK, S_IFMT } from "../constants.js"
import { errnoError } from "../errnoError.js"
import type { Owned, Protection } from "@procfsroot/vfs/Protection"
import type { Dentry } from "./dentry.js"

/** @internal */
export interface Stat extends Owned {
  readonly size: number
  /** The mount that it is on, if the call reports it. */
  readonly mount?: number | undefined
}

/**
 * The system calls of a lookup. They throw an error with its errno as `code`; only `lstat` of a missing name returns
 * `undefined`.
 *
 * @internal
 */
export interface Calls {
  readonly lstat: (path: string) => Stat | undefined
  readonly readlink: (path: string) => string
  /** Whether the link at `path` is on procfs. */
  readonly isProcfs: (path: string) => boolean
  /** Whether the mount of the link at `path` has the option `nosymfollow`. */
  readonly forbidsLinks: (path: string, link: Stat) => boolean
  /** The mount of what is at `path`. A link is not followed. */
  readonly mountAt: (path: string) => bigint
  readonly openDirectory: (path: string) => number
}

/** @internal */
export type Entry = Walk.Entry<Dentry>

const missing = { _tag: "Missing" } as const

/** @internal */
export const isLink = (stat: Stat): boolean => (stat.mode & S_IFMT) === S_IFLNK

/** @internal */
export const plain = <H>(stat: Stat | undefined, handle: H): Walk.Entry<H> =>
  stat === undefined ? missing : { _tag: (stat.mode & S_IFMT) === S_IFDIR ? "Directory" : "Other", handle }

/**
 * A link that may not be followed if it is `magic` or `unfollowable`, and not as the last component if it is `refused`.
 *
 * @internal
 */
export const link = <H>(
  target: string,
  handle: H,
  magic: boolean,
  refused: boolean,
  unfollowable: boolean
): Walk.SymbolicLink<H> => {
  if (refused) return { _tag: "SymbolicLink", target, handle, magic, unfollowable, denied: denied() }
  return magic || unfollowable
    ? { _tag: "SymbolicLink", target, handle, magic, unfollowable }
    : { _tag: "SymbolicLink", target, handle }
}

/** The error of a link that may not be followed. */
const denied = (): Walk.Fault => ({ _tag: "Fault", cause: errnoError("EACCES", "open") })

/** The size that procfs reports for `/proc/<pid>/fd/<n>`, for any target (`fs/proc/fd.c`). */
const FD_LINK_SIZE = 64

/**
 * Whether a link may be a magic link, so that its file system has to be checked. The text of a magic link is a host
 * path or something like `pipe:[1]`, and its reported size is not the length of the text, except by chance. For other
 * links, one of the two is not true, including those of procfs (`/proc/self`, `/proc/device-tree`).
 *
 * @internal
 */
export const mayBeMagic = (target: string, { size }: Stat): boolean =>
  (target.startsWith("/") || target.includes(":")) && (size !== Buffer.byteLength(target) || size === FD_LINK_SIZE)

/** Node's error has the path of a descriptor or of the host, in its message too. */
const withoutPath = (cause: Error & { readonly code: string }): Error => {
  const { syscall } = cause as NodeJS.ErrnoException // an error with a code is one of `node:fs`
  return Errno.toError({ ...Errno.make(Errno.codeOf(cause)), syscall, paths: [] })
}

/**
 * Converts an error of `node:fs` to an entry for the walk. Anything without a code is a defect, and is thrown again.
 *
 * @internal
 */
export const fault = (cause: unknown): Walk.Fault => {
  if (!Errno.hasCode(cause)) throw cause
  return { _tag: "Fault", cause: types.isNativeError(cause) ? withoutPath(cause) : cause }
}

/**
 * The same, but some codes mean that the file is missing. For an error about a whole path, also ENOTDIR means that a
 * file that was there a moment ago is gone.
 *
 * @internal
 */
export const failure = (
  cause: unknown,
  gone: ReadonlyArray<string> = ["ENOENT", "ENOTDIR"]
): Extract<Walk.Entry<never>, { _tag: "Missing" | "Fault" }> =>
  Errno.hasCode(cause) && gone.includes(cause.code) ? missing : fault(cause)

/**
 * The entry of a link whose text cannot be read, such as `/proc/<pid>/exe` of a kernel thread.
 *
 * @internal
 */
export const unreadable = <H>(
  cause: unknown,
  handle: H,
  refused: boolean,
  unfollowable: boolean
): Walk.Entry<H> => ({
  ...link("", handle, false, refused, unfollowable),
  unreadable: failure(cause)
})

/**
 * How often a link that could not be read is looked up. It may have been replaced between the two calls, even every
 * time, if another process exchanges files in a loop.
 *
 * @internal
 */
export const ATTEMPTS = 32

/** The path of the directory that contains `path`. With the dot, `lstat` follows a magic link (`/proc/self/fd/<n>`). */
const parentOf = (path: string): string => `${path.slice(0, path.lastIndexOf("/"))}/.`

/**
 * The calls by which names are looked up, and the settings by which links may not be followed.
 *
 * @internal
 */
export interface Lookups {
  readonly calls: Calls
  readonly protection: Protection
}

/**
 * Whether the name is the last component of the path. Called only for another user's link.
 *
 * @internal
 */
export type Trailing = () => boolean

/**
 * For entries that are remembered: the name may be the last component of another path.
 *
 * @internal
 */
export const always: Trailing = () => true

/** Whether following a link is refused. It is also refused if its directory is gone by now. */
const isRefused = ({ calls, protection }: Lookups, path: string, found: Stat): boolean => {
  const parent = calls.lstat(parentOf(path))
  return parent === undefined || protection.deniesLink(found, parent)
}

/** A name to look up: `path` is the path of `handle`, which is in `directory`. */
interface Name {
  readonly path: string
  readonly handle: Dentry
  readonly directory: Dentry
}

/**
 * Whether the mount of a link forbids to follow it. Most links are on the mount of the link that was found last in their
 * directory, but another link can be mounted on each name.
 */
const isUnfollowable = ({ calls }: Lookups, { directory, path }: Name, found: Stat): boolean => {
  if (found.mount === undefined) return calls.forbidsLinks(path, found)
  if (directory.linkMount !== found.mount) {
    directory.forbidsLinks = calls.forbidsLinks(path, found)
    directory.linkMount = found.mount
  }
  return directory.forbidsLinks
}

/**
 * Looks up a name.
 *
 * @internal
 */
export const look = (lookups: Lookups, name: Name, trailing: Trailing, attempt = 1): Entry => {
  const { calls, protection } = lookups
  const { handle, path } = name
  let stat: Stat | undefined
  let refused: boolean
  let unfollowable: boolean
  try {
    stat = calls.lstat(path)
    if (stat === undefined || !isLink(stat)) return plain(stat, handle)
    refused = protection.concernsLink(stat) && trailing() && isRefused(lookups, path, stat)
    unfollowable = isUnfollowable(lookups, name, stat)
  } catch (cause) {
    return failure(cause)
  }
  try {
    const target = calls.readlink(path)
    const magic = mayBeMagic(target, stat) && calls.isProcfs(path)
    return link(target, handle, magic, refused, unfollowable)
  } catch (cause) {
    return attempt < ATTEMPTS
      ? look(lookups, name, trailing, attempt + 1)
      : unreadable(cause, handle, refused, unfollowable)
  }
}
