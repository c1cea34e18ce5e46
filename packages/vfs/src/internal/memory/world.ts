/** One tree, its user, and the current time. */
import type { Attributes } from "./image.js"
import { type Directory, isGone, type Node, touch } from "./inode.js"
import type { Protection } from "../protection.js"

interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly groups: ReadonlyArray<number>
}

/**
 * `Name`: a name in a directory was made, moved or removed. `Update`: content or attributes of a node have changed.
 * `Links`: the number of its names has changed. `Self`: the node itself has moved or is gone. The last two are reported
 * only to watchers of the node itself.
 *
 * @internal
 */
export type Event =
  | { readonly _tag: "Name"; readonly directory: Directory; readonly name: string }
  | { readonly _tag: "Update" | "Links" | "Self"; readonly node: Node }

/** @internal */
export interface World {
  readonly user: Credentials
  readonly protection: Protection
  /** The time of the current operation, in milliseconds since the epoch. */
  now: number
  /** The numbers of the open files. */
  readonly descriptors: Set<number>
  readonly watchers: Set<(event: Event) => void>
}

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
 * Whether the user has all permissions of `mask` (`path_resolution(7)`, "Permissions"). The superuser may read, write
 * and search everything. Nothing is executed here.
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

const SET_GROUP_ID = 0o2000

/**
 * The attributes of a new node: the user's ids, or the directory's group if that has the set-group-id bit (`inode(7)`).
 *
 * @internal
 */
export const newAttributes = (
  world: World,
  directory: Directory,
  mode: number,
  kind: "Directory" | "Other"
): Attributes => {
  const inherits = (directory.mode & SET_GROUP_ID) !== 0
  return {
    mode: inherits && kind === "Directory" ? mode | SET_GROUP_ID : mode,
    uid: world.user.uid,
    gid: inherits ? directory.gid : world.user.gid,
    mtime: world.now
  }
}

/**
 * Applies the usual umask of a login.
 *
 * @internal
 */
export const masked = (mode: number): number => mode & ~0o022 & 0o7777

/** @internal */
export const announce = (world: World, event: Event): void => {
  for (const watcher of world.watchers) watcher(event)
}

/**
 * Records and reports that the content or the attributes of a node have changed.
 *
 * @internal
 */
export const announceUpdate = (world: World, node: Node): void => {
  node.ctime = world.now
  touch(node)
  if (world.watchers.size > 0) announce(world, { _tag: "Update", node })
}

/**
 * Reports that a node is gone, if it has no name and is not open.
 *
 * @internal
 */
export const announceGone = (world: World, node: Node): void => {
  if (isGone(node) && node.opens === 0) announce(world, { _tag: "Self", node })
}
