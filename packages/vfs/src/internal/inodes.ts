/** The operations that read or change a file's attributes. */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { AccessMode, Attributes } from "../InodeOperations.js"
import { badArgument, checkInteger, checkMode, fail } from "./errno.js"
import { NO_ID } from "./limits.js"
import { atOnce, type Context } from "./operation.js"

const idOf = (id: number, name: string): number => {
  checkInteger(id, name, -1, NO_ID)
  return id === NO_ID ? -1 : id
}

/** @internal */
export const access = <H, F>(context: Context<H, F>, path: string, mode: AccessMode): void =>
  atOnce(context, "access", [path], (resolver) => resolver.operations.access(resolver.existing(path), mode))

/** @internal */
export const stat = <H, F>(context: Context<H, F>, path: string): Attributes =>
  atOnce(context, "stat", [path], (resolver) => resolver.operations.getattr(resolver.existing(path)))

/** @internal */
export const chmod = <H, F>(context: Context<H, F>, path: string, mode: number): void =>
  atOnce(context, "chmod", [path], (resolver) => {
    checkMode(mode)
    resolver.operations.chmod(resolver.existing(path), mode)
  })

/** @internal */
export const chown = <H, F>(context: Context<H, F>, path: string, uid: number, gid: number): void =>
  atOnce(context, "chown", [path], (resolver) => {
    const [owner, group] = [idOf(uid, "uid"), idOf(gid, "gid")]
    resolver.operations.chown(resolver.existing(path), owner, group)
  })

/**
 * Numbers are seconds, and negative ones mean now, as in Node's `utimes` (`toUnixTimestamp` in
 * `lib/internal/fs/utils.js`).
 */
const secondsOf = (time: Date | number, now: () => number): number => {
  if (typeof time !== "number") return time.getTime() / 1000
  if (!Number.isFinite(time)) badArgument("ERR_INVALID_ARG_TYPE", "A time must be a finite number or a date")
  return time < 0 ? now() / 1000 : time
}

/** @internal */
export const utimes = <H, F>(
  context: Context<H, F>,
  path: string,
  atime: Date | number,
  mtime: Date | number
): void =>
  atOnce(context, "utime", [path], (resolver) => {
    const accessed = secondsOf(atime, context.now)
    const modified = secondsOf(mtime, context.now)
    const inode = resolver.existing(path)
    // The kernel refuses an invalid date, but only once it has found the file (`vfs_utimes`).
    if (Number.isNaN(accessed) || Number.isNaN(modified)) fail("EINVAL")
    resolver.operations.utimes(inode, accessed, modified)
  })

/** @internal */
export const realpath = <H, F>(context: Context<H, F>, path: string): RootedPath =>
  atOnce(context, "realpath", [path], (resolver) => resolver.locate(path))
