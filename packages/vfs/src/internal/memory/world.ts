/** One tree, whoever looks at it, and what time it is. */
import { type Attributes, type Directory, isGone, type Node } from "./inode.js"
import type { Protection } from "../protection.js"

interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly groups: ReadonlyArray<number>
}

/**
 * Something became of a name in a directory, content or attributes of a node have changed, so has the number of its names,
 * or the node itself has moved or gone. The last two are reported only to whoever watches the node.
 *
 * @internal
 */
export type Event =
  | { readonly _tag: "Name"; readonly directory: Directory; readonly name: string }
  | { readonly _tag: "Update" | "Links" | "Self"; readonly node: Node }

/** @internal */
export interface World {
  readonly root: Directory
  readonly user: Credentials
  readonly protection: Protection
  /** The time of the operation that is going on, milliseconds since the epoch. */
  now: number
  /** The numbers of the files that are open. */
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
 * Whether the user may do all that `mask` says (`path_resolution(7)`, "Permissions"). The superuser may read, write and
 * search everything; nothing here is executed.
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
 * What the kernel gives a new node: the user's own ids, but the group of a set-group-id directory (`inode(7)`).
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
 * The usual umask of a login.
 *
 * @internal
 */
export const masked = (mode: number): number => mode & ~0o022 & 0o7777

/** @internal */
export const announce = (world: World, event: Event): void => {
  for (const watcher of world.watchers) watcher(event)
}

/**
 * The content or the attributes of a node have changed.
 *
 * @internal
 */
export const announceUpdate = (world: World, node: Node): void => {
  if (world.watchers.size > 0) announce(world, { _tag: "Update", node })
}

/**
 * A node is gone when it has no name, and nobody has it open.
 *
 * @internal
 */
export const announceGone = (world: World, node: Node): void => {
  if (isGone(node) && node.opens === 0) announce(world, { _tag: "Self", node })
}
