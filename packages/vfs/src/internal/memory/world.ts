/** A tree in use, its user, and the current time. */
import type { Attributes } from "./image.js"
import { type Directory, isGone, type Node, touch } from "./inode.js"
import { Descriptors } from "../descriptors.js"
import type { User } from "../../MemoryTree.js"
import { PERMISSIONS, runsAsGroup, SET_GROUP_ID } from "../mode.js"
import { Protection } from "../protection.js"
import type { Settings } from "../../Protection.js"
import type { CurrentTime } from "./currentTime.js"
import { checkUser } from "./data.js"
import { Disk } from "./disk.js"
import type { History } from "./history.js"
import type { Steps } from "./steps.js"

/**
 * `Name`: a name in a directory was created, moved or removed. `Update`: the content or attributes of a node have
 * changed. `Links`: the number of its names has changed. `Moved`: the node itself was moved. `Gone`: its last name is
 * not in use any more. The last three are reported only to watchers of the node itself.
 *
 * @internal
 */
export type Event =
  | { readonly _tag: "Name"; readonly directory: Directory; readonly name: string }
  | { readonly _tag: "Update" | "Links" | "Moved" | "Gone"; readonly node: Node }

/**
 * The state that all users of a tree share.
 *
 * @internal
 */
export interface Shared {
  readonly root: Directory
  readonly disk: Disk
  readonly steps: Steps
  /** The time of the current operation, in milliseconds since the epoch. */
  readonly time: CurrentTime
  readonly watchers: Set<(event: Event) => void>
  readonly settings: Settings & { readonly hardlinks: number }
  /** Only set if the tree was created with `crashes: true`. */
  readonly history?: History | undefined
}

/** Without optional properties. */
type Complete<A> = { readonly [K in keyof A]-?: Exclude<A[K], undefined> }

/**
 * A tree as one user sees it, in a process of its own.
 *
 * @internal
 */
export interface World {
  readonly shared: Shared
  readonly user: Complete<User>
  readonly protection: Protection
  /** The numbers of the open files. */
  readonly descriptors: Descriptors
}

/** The usual umask of a login. */
const UMASK = 0o022

/** @internal */
export const worldOf = (shared: Shared, user: User): World => {
  checkUser(user)
  const { gid, groups = [], uid, umask = UMASK } = user
  return {
    shared,
    user: { uid, gid, groups: [...groups], umask }, // the caller may change its own
    protection: new Protection(shared.settings, () => uid),
    descriptors: new Descriptors()
  }
}

/** The disk of everything that is mounted, which has no limits. */
const unlimited = new Disk()

/**
 * Returns the disk of a node.
 *
 * @internal
 */
export const diskOf = ({ shared: { disk, root } }: World, { device }: Node): Disk =>
  device === root.device ? disk : unlimited

/** @internal */
export const checkOpenFiles = ({ descriptors, shared }: World): void => shared.disk.checkOpen(descriptors.size)

/** @internal */
export const READ = 4
/** @internal */
export const WRITE = 2
/** @internal */
export const SEARCH = 1

/** @internal */
export const isPrivileged = ({ user }: World): boolean => user.uid === 0

/** @internal */
export const isMember = ({ user }: World, gid: number): boolean => user.gid === gid || user.groups.includes(gid)

/**
 * Whether the user has all permissions of `mask` (`path_resolution(7)`, "Permissions"). Root may read, write and search
 * everything. Whether root may execute a file is not checked here.
 *
 * @internal
 */
export const permits = (world: World, node: Node, mask: number): boolean => {
  if (isPrivileged(world)) return true
  const shift = node.uid === world.user.uid ? 6 : isMember(world, node.gid) ? 3 : 0
  return ((node.mode >> shift) & mask) === mask
}

/** @internal */
export const isOwner = (world: World, node: Node): boolean => isPrivileged(world) || node.uid === world.user.uid

/**
 * Applies the umask. Before that, the kernel removes the set-group-id bit of a program that would get the group of its
 * directory, if the user is not in that group (`mode_strip_sgid` in `fs/inode.c`). A new directory never has that bit
 * here.
 */
const masked = (world: World, directory: Directory, mode: number): number => {
  const isStripped = runsAsGroup(mode) && (directory.mode & SET_GROUP_ID) !== 0 && !isPrivileged(world) &&
    !isMember(world, directory.gid)
  return mode & ~world.user.umask & (isStripped ? ~SET_GROUP_ID : ~0) & PERMISSIONS
}

/**
 * Returns the attributes of a new node: it gets the user's ids, or the directory's group if that has the set-group-id
 * bit (`inode(7)`). The umask does not apply to links.
 *
 * @internal
 */
export const newAttributes = (
  world: World,
  directory: Directory,
  mode: number,
  kind: "Directory" | "Link" | "Other"
): Attributes => {
  const inherits = (directory.mode & SET_GROUP_ID) !== 0
  const own = kind === "Link" ? mode : masked(world, directory, mode)
  return {
    mode: inherits && kind === "Directory" ? own | SET_GROUP_ID : own,
    uid: world.user.uid,
    gid: inherits ? directory.gid : world.user.gid,
    mtime: world.shared.time.now
  }
}

/** @internal */
export const announce = (world: World, event: Event): void => {
  for (const watcher of world.shared.watchers) watcher(event)
}

/**
 * Records and reports that the content or the attributes of a node have changed.
 *
 * @internal
 */
export const announceUpdate = (world: World, node: Node): void => {
  node.ctime = world.shared.time.now
  touch(node)
  world.shared.history?.updated(node)
  if (world.shared.watchers.size > 0) announce(world, { _tag: "Update", node })
}

/** Whether something that was removed in a directory is open: its name keeps the directory (`d_parent`). */
const isKept = (node: Node): boolean => node._tag === "Directory" && node.namesOpenBelow > 0

/**
 * Frees the space of a node if it has no name and is not in use. Must be called whenever its last use can have ended.
 *
 * @internal
 */
export const giveIfUnused = (world: World, node: Node): void => {
  if (isGone(node) && node.opens === 0 && !isKept(node)) diskOf(world, node).giveInode(node)
}
