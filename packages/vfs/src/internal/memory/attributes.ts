/** The system calls that read and change a node's attributes. */
import * as DeviceNumber from "../deviceNumber.js"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { Attributes } from "../../Attributes.js"
import type { NewNode } from "../../InodeOperations.js"
import { fail } from "../errno.js"
import { GROUP_EXECUTE, type KnownType, modeOf, PERMISSIONS, SET_GROUP_ID, SET_USER_ID } from "../mode.js"
import { BLOCK, blocksOf } from "./disk.js"
import type { AnyImage } from "./image.js"
import { isGone, type Node, touch } from "./inode.js"
import { announceUpdate, diskOf, isMember, isOwner, isPrivileged, type World } from "./world.js"

/** @internal */
export const kindOf = (node: Node | AnyImage): KnownType => node._tag === "Special" ? node.node.type : node._tag

const sizeOf = (node: Node): number => {
  switch (node._tag) {
    case "File":
      return node.size
    case "Directory":
      return BLOCK
    case "SymbolicLink":
      return SurrogateEscape.byteLength(node.target)
    case "Special":
      return 0
  }
}

const deviceNumber = (node: NewNode): number => "major" in node ? DeviceNumber.make(node.major, node.minor) : 0

/** @internal */
export const attributesOf = (node: Node): Attributes => ({
  mode: modeOf(kindOf(node), node.mode),
  // The last link of a directory to itself goes with its name (`simple_rmdir` in `fs/libfs.c`).
  nlink: isGone(node) ? 0 : node.nlink,
  uid: node.uid,
  gid: node.gid,
  dev: node.device,
  ino: node.ino,
  rdev: node._tag === "Special" ? deviceNumber(node.node) : 0,
  size: sizeOf(node),
  blksize: BLOCK,
  blocks: blocksOf(node) * (BLOCK / 512),
  atimeMs: node.atime,
  mtimeMs: node.mtime,
  ctimeMs: node.ctime,
  birthtimeMs: node.birthtime
})

/** @internal */
export const chmod = (world: World, node: Node, mode: number): void => {
  diskOf(world, node).checkWritable()
  if (!isOwner(world, node)) fail("EPERM")
  const loses = !isPrivileged(world) && !isMember(world, node.gid)
  node.mode = mode & PERMISSIONS & (loses ? ~SET_GROUP_ID : ~0)
  announceUpdate(world, node)
}

/**
 * Returns the mode after a change by the user: without set-user-id, and without set-group-id if the group may execute
 * the file or the user is not in the group (`setattr_should_drop_sgid` in `fs/attr.c`).
 */
const disarmed = (world: World, node: Node): number => {
  if (node._tag === "Directory") return node.mode
  const keepsGroup = (node.mode & GROUP_EXECUTE) === 0 && (isPrivileged(world) || isMember(world, node.gid))
  return node.mode & ~(SET_USER_ID | (keepsGroup ? 0 : SET_GROUP_ID))
}

/**
 * -1 leaves an id unchanged and needs no permission (`chown(2)`). The owner may only give the file to a group that they
 * are a member of.
 *
 * @internal
 */
export const chown = (world: World, node: Node, uid: number, gid: number): void => {
  diskOf(world, node).checkWritable()
  const keeps = uid === -1 || (node.uid === world.user.uid && uid === node.uid)
  const joins = gid === -1 || (node.uid === world.user.uid && (gid === node.gid || isMember(world, gid)))
  if (!isPrivileged(world) && !(keeps && joins)) fail("EPERM")
  const mode = disarmed(world, node)
  if (mode !== node.mode && !isOwner(world, node)) fail("EPERM")
  if (uid !== -1) node.uid = uid
  if (gid !== -1) node.gid = gid
  const changes = uid !== -1 || gid !== -1 || mode !== node.mode
  node.mode = mode
  // A change of only this time is not reported to watchers.
  if (changes) announceUpdate(world, node)
  else node.ctime = world.shared.time.now
}

/** The last second of a `timespec`. `vfs_utimes` refuses later times. */
const LAST_SECOND = 2 ** 63

/** The last millisecond of a `Date`. */
const LAST_DATE = 8.64e15

/**
 * The time in milliseconds that a tree can store: like a disk, it stores the nearest one (`timestamp_truncate`).
 *
 * @internal
 */
export const storable = (milliseconds: number): number => Math.max(-LAST_DATE, Math.min(milliseconds, LAST_DATE))

/**
 * Whole microseconds, without what is less, as libuv passes a time to a disk (`uv__fs_to_timespec`). The seconds of a
 * `Date` can be just below its millisecond, which must not be lost.
 */
const microsecondsOf = (time: number | bigint): number => {
  if (typeof time === "bigint") return Number(time / 1_000n)
  const exact = time * 1e6
  const nearest = Math.round(exact)
  return Math.abs(exact - nearest) <= Math.abs(exact) * Number.EPSILON ? nearest : Math.trunc(exact)
}

/** Returns a time in milliseconds. */
const kept = (time: number | bigint): number => storable(microsecondsOf(time) / 1_000)

/**
 * Times are numbers in seconds since the epoch, or bigints in nanoseconds.
 *
 * @internal
 */
export const utimes = (world: World, node: Node, atime: number | bigint, mtime: number | bigint): void => {
  if (![atime, mtime].every((time) => Math.abs(microsecondsOf(time)) < LAST_SECOND * 1e6)) fail("EINVAL")
  diskOf(world, node).checkWritable()
  if (!isOwner(world, node)) fail("EPERM")
  node.atime = kept(atime)
  node.mtime = kept(mtime)
  announceUpdate(world, node)
}

/**
 * Changes the attributes as every write does, even if there is then no space for the data.
 *
 * @internal
 */
export const touched = (world: World, node: Node): void => {
  node.mtime = world.shared.time.now
  node.ctime = world.shared.time.now
  if (!isPrivileged(world)) node.mode = disarmed(world, node)
  touch(node)
}

/**
 * Records that the content of a file was changed.
 *
 * @internal
 */
export const modified = (world: World, node: Node): void => {
  touched(world, node)
  announceUpdate(world, node)
}
