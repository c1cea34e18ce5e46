/** The operations that read or change a file's attributes. */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Attributes, ExactAttributes, StatFs } from "../Attributes.js"
import type { AccessMode } from "../InodeOperations.js"
import { checkIds, checkMode, checkTimes, NO_ID } from "./arguments.js"
import type { Now } from "../Program.js"
import { fail, isErrno } from "./errno.js"
import { atOnce, type Context, returning } from "./operation.js"

/**
 * Returns −1 for the largest id, which is −1 as an unsigned number. It leaves an id unchanged (`chown(2)`).
 *
 * @internal
 */
export const idOf = (id: number): number => id === NO_ID ? -1 : id

/** @internal */
export const access = <H, F>(context: Context<H, F>, path: string, mode: AccessMode): Now<void> =>
  returning(context, "access", [path], (resolver) => {
    const inode = resolver.findExisting(path)
    return isErrno(inode) ? inode : resolver.operations.access(inode, mode)
  })

/** @internal */
export const exists = <H, F>(context: Context<H, F>, path: string): boolean =>
  atOnce(context, "access", [path], (resolver) => resolver.existingIfThere(path) !== undefined)

/** @internal */
export const stat = <H, F>(context: Context<H, F>, path: string): Now<Attributes> =>
  returning(context, "stat", [path], (resolver) => {
    const inode = resolver.findExisting(path)
    return isErrno(inode) ? inode : resolver.operations.getattr(inode)
  })

/** @internal */
export const lstat = <H, F>(context: Context<H, F>, path: string): Now<Attributes> =>
  returning(context, "lstat", [path], (resolver) => {
    const inode = resolver.findKept(path)
    return isErrno(inode) ? inode : resolver.operations.getattr(inode)
  })

/** @internal */
export const statExact = <H, F>(context: Context<H, F>, path: string): ExactAttributes =>
  atOnce(context, "stat", [path], (resolver) => resolver.operations.getattrExact(resolver.existing(path)))

/** @internal */
export const lstatExact = <H, F>(context: Context<H, F>, path: string): ExactAttributes =>
  atOnce(context, "lstat", [path], (resolver) => resolver.operations.getattrExact(resolver.kept(path)))

/** @internal */
export const statfs = <H, F>(context: Context<H, F>, path: string): StatFs =>
  atOnce(context, "statfs", [path], (resolver) => resolver.operations.statfs(resolver.existing(path)))

/** @internal */
export const chmod = <H, F>(context: Context<H, F>, path: string, mode: number): void =>
  atOnce(context, "chmod", [path], (resolver) => {
    checkMode(mode)
    resolver.operations.chmod(resolver.existing(path), mode)
  })

const chownAs =
  (syscall: string, find: "existing" | "kept") =>
  <H, F>(context: Context<H, F>, path: string, uid: number, gid: number): void =>
    atOnce(context, syscall, [path], (resolver) => {
      checkIds(uid, gid)
      resolver.operations.chown(resolver[find](path), idOf(uid), idOf(gid))
    })

/** @internal */
export const chown = chownAs("chown", "existing")

/** @internal */
export const lchown = chownAs("lchown", "kept")

/**
 * Numbers are seconds, and negative ones mean now, as in Node's `utimes` (`toUnixTimestamp` in
 * `lib/internal/fs/utils.js`).
 */
const secondsOf = (time: Date | number, now: () => number): number => {
  if (typeof time !== "number") return time.getTime() / 1000
  return time < 0 ? now() / 1000 : time
}

/** Converts a time in seconds. A number has no more digits than those of microseconds. */
const nanosecondsOf = (seconds: number): bigint => {
  const microseconds = Math.floor(seconds * 1_000_000)
  return Number.isFinite(microseconds) ? BigInt(microseconds) * 1_000n : IMPOSSIBLE
}

const NANOSECONDS = 1_000_000_000n

/** The first time that is too late for a `timespec` whose seconds have 64 bits. */
const IMPOSSIBLE = (1n << 63n) * NANOSECONDS

/** @internal */
export const isTime = (time: number | bigint): boolean =>
  typeof time === "bigint" ? -IMPOSSIBLE <= time && time < IMPOSSIBLE : !Number.isNaN(time)

/**
 * Returns both times in seconds, NaN for an invalid date, or both in nanoseconds if one of them is a bigint. `isTime`
 * tells which are invalid.
 *
 * @internal
 */
export const timesOf = (
  atime: Date | number | bigint,
  mtime: Date | number | bigint,
  now: () => number
): readonly [atime: number | bigint, mtime: number | bigint] => {
  checkTimes(atime, mtime)
  if (typeof atime !== "bigint" && typeof mtime !== "bigint") return [secondsOf(atime, now), secondsOf(mtime, now)]
  const exactly = (time: Date | number | bigint) =>
    typeof time === "bigint" ? time : nanosecondsOf(secondsOf(time, now))
  return [exactly(atime), exactly(mtime)]
}

const utimesAs = (syscall: string, find: "existing" | "kept") =>
<H, F>(
  context: Context<H, F>,
  path: string,
  atime: Date | number | bigint,
  mtime: Date | number | bigint
): void =>
  atOnce(context, syscall, [path], (resolver) => {
    const times = timesOf(atime, mtime, context.now)
    const inode = resolver[find](path)
    // The kernel refuses an invalid time only after it has found the file (`vfs_utimes`).
    if (!times.every(isTime)) fail("EINVAL")
    resolver.operations.utimes(inode, ...times)
  })

/** @internal */
export const utimes = utimesAs("utime", "existing")

/** @internal */
export const lutimes = utimesAs("lutime", "kept")

/** @internal */
export const realpath = <H, F>(context: Context<H, F>, path: string): RootedPath =>
  atOnce(context, "realpath", [path], (resolver) => resolver.locate(path))
