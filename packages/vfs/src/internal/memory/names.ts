/** The calls that create, move and remove names, with the checks of `fs/namei.c` in the same order. */
import type { NewNode, ParentAndName, RenameMode } from "../../InodeOperations.js"
import { fail } from "../errno.js"
import { checkNew } from "../lastName.js"
import { isNameTooLong } from "../limits.js"
import { PERMISSIONS, runsAsGroup, SET_ID, SET_USER_ID, STICKY } from "../mode.js"
import { attributesOf } from "./attributes.js"
import {
  attach,
  detach,
  Directory,
  isGone,
  isOrContains,
  type Node,
  place as found,
  Special,
  SymbolicLink
} from "./inode.js"
import { nameMoved, nameRemoved } from "./openNames.js"
import {
  announce,
  diskOf,
  giveIfUnused,
  isOwner,
  isPrivileged,
  newAttributes,
  permits,
  READ,
  SEARCH,
  type World,
  WRITE
} from "./world.js"

type Place = ParentAndName<Node>

/** @internal */
export const directoryOf = ({ directory }: Place): Directory =>
  directory._tag === "Directory" ? directory : fail("ENOTDIR")

const searchable = (world: World, directory: Directory): void => {
  if (!permits(world, directory, SEARCH)) fail("EACCES")
}

/**
 * The node with this name. Links are not followed.
 *
 * @internal
 */
export const childAt = (world: World, place: Place): Node | undefined => {
  const directory = directoryOf(place)
  searchable(world, directory)
  // The file system is not even asked (`__lookup_slow`).
  if (isGone(directory)) return undefined
  if (isNameTooLong(place.name, diskOf(world, directory).nameBytes)) fail("ENAMETOOLONG")
  const node = directory.get(place.name)
  if (node !== undefined) found(directory, place.name, node)
  return node
}

/**
 * Like `childAt`, for a name that another node is about to get. A directory that was removed gets no names any more
 * (`IS_DEADDIR`).
 *
 * @internal
 */
export const targetAt = (world: World, place: Place): Node | undefined => {
  const node = childAt(world, place)
  if (node === undefined && isGone(directoryOf(place))) fail("ENOENT")
  return node
}

const existingAt = (world: World, place: Place): Node => childAt(world, place) ?? fail("ENOENT")

/** @internal */
export const mayCreate = (world: World, directory: Directory): void => {
  diskOf(world, directory).checkWritable()
  if (!permits(world, directory, WRITE | SEARCH)) fail("EACCES")
}

const isMount = (node: Node | undefined): boolean => node?._tag === "Directory" && node.isMount

/**
 * Returns the owner for the check of a name. If a mount is there, the name belongs to the directory under it, which is
 * not visible and belongs to root.
 */
const ownerOf = (node: Node): number => isMount(node) ? 0 : node.uid

/**
 * Fails if the user may not remove a name. In a sticky directory, only its owner and the file's owner may
 * (`may_delete`).
 */
const mayDelete = (world: World, directory: Directory, victim: Node, asDirectory: boolean): void => {
  mayCreate(world, directory)
  const { uid } = world.user
  const sticky = (directory.mode & STICKY) !== 0 && !isPrivileged(world)
  if (sticky && ownerOf(victim) !== uid && directory.uid !== uid) fail("EPERM")
  if (asDirectory && victim._tag !== "Directory") fail("ENOTDIR")
  if (!asDirectory && victim._tag === "Directory") fail("EISDIR")
}

const namesChanged = (world: World, directory: Directory): void => {
  directory.mtime = world.shared.time.now
  directory.ctime = world.shared.time.now
}

/** @internal */
export const add = (world: World, directory: Directory, name: string, node: Node): void => {
  attach(directory, name, node)
  node.ctime = world.shared.time.now
  namesChanged(world, directory)
  world.shared.history?.named([[directory, name]], [node])
  announce(world, { _tag: "Name", directory, name })
}

const take = (world: World, directory: Directory, name: string, node: Node): void => {
  detach(directory, name, node)
  node.ctime = world.shared.time.now
  namesChanged(world, directory)
}

const remove = (world: World, directory: Directory, name: string, node: Node): void => {
  if (node._tag !== "Directory") announce(world, { _tag: "Links", node })
  take(world, directory, name, node)
  world.shared.history?.named([[directory, name]], [node])
  diskOf(world, node).giveName(node)
  announce(world, { _tag: "Name", directory, name })
  giveIfUnused(world, node)
  nameRemoved(world, node, directory, name)
}

/** Creates a node. `slashAllowed` is `true` for a directory. */
const make = (world: World, place: Place, slashAllowed: boolean, node: (directory: Directory) => Node): void => {
  const directory = directoryOf(place)
  checkNew(targetAt(world, place) !== undefined, place.slash && !slashAllowed)
  mayCreate(world, directory)
  const made = node(directory)
  diskOf(world, directory).takeInode(made._tag === "SymbolicLink" ? made.target : undefined)
  add(world, directory, place.name, made)
}

/** `mkdir` ignores the set-user-id and set-group-id bits (`vfs_mkdir`). */
const DIRECTORY_MODE = PERMISSIONS & ~SET_ID

/** @internal */
export const mkdir = (world: World, place: Place, mode: number): void =>
  make(
    world,
    place,
    true,
    (directory) => new Directory(newAttributes(world, directory, mode & DIRECTORY_MODE, "Directory"))
  )

/** @internal */
export const symlink = (world: World, target: string, place: Place): void =>
  make(
    world,
    place,
    false,
    (directory) => new SymbolicLink(newAttributes(world, directory, 0o777, "Link"), target)
  )

/**
 * A character device with the numbers 0 and 0 hides a name in an overlay, and any user may create one (`vfs_mknod`).
 */
const isWhiteout = (node: NewNode): boolean => node.type === "CharacterDevice" && node.major === 0 && node.minor === 0

/** @internal */
export const mknod = (world: World, place: Place, node: NewNode, mode: number): void =>
  make(world, place, false, (directory) => {
    if ("major" in node && !isWhiteout(node) && !isPrivileged(world)) fail("EPERM")
    return new Special(newAttributes(world, directory, mode, "Other"), node)
  })

/**
 * Fails if the user may not create a hard link to the file: a file of another user may only be linked by users who can
 * read and write it anyway, unless `fs.protected_hardlinks` is 0 (`proc_sys_fs(5)`).
 */
const mayLink = (world: World, node: Node): void => {
  if (world.shared.settings.hardlinks === 0) return
  const harmless = node._tag === "File" && (node.mode & SET_USER_ID) === 0 && !runsAsGroup(node.mode) &&
    permits(world, node, READ | WRITE)
  if (!harmless && !isOwner(world, node)) fail("EPERM")
}

/** @internal */
export const link = (world: World, from: Place, to: Place): void => {
  const node = existingAt(world, from)
  const directory = directoryOf(to)
  checkNew(targetAt(world, to) !== undefined, to.slash)
  // EROFS comes before EXDEV here, unlike in `rename` (`filename_create`, then `do_linkat`).
  diskOf(world, directory).checkWritable()
  if (node.device !== directory.device) fail("EXDEV")
  mayLink(world, node)
  mayCreate(world, directory)
  if (node._tag === "Directory") fail("EPERM")
  diskOf(world, directory).takeInode()
  announce(world, { _tag: "Links", node })
  add(world, directory, to.name, node)
}

/**
 * Returns the node to remove. The kernel checks whether the file system is writable before it looks up the name
 * (`do_unlinkat`).
 */
const victimAt = (world: World, place: Place): Node => {
  const directory = directoryOf(place)
  searchable(world, directory)
  diskOf(world, directory).checkWritable()
  return existingAt(world, place)
}

/** @internal */
export const unlink = (world: World, place: Place): void => {
  const node = victimAt(world, place)
  if (place.slash) fail(node._tag === "Directory" ? "EISDIR" : "ENOTDIR")
  const directory = directoryOf(place)
  mayDelete(world, directory, node, false)
  remove(world, directory, place.name, node)
}

/**
 * Does not follow a link, even with slashes after the name.
 *
 * @internal
 */
export const rmdir = (world: World, place: Place): void => {
  const node = victimAt(world, place)
  const directory = directoryOf(place)
  mayDelete(world, directory, node, true)
  notMounted(node)
  if (node._tag === "Directory" && node.size > 0) fail("ENOTEMPTY")
  remove(world, directory, place.name, node)
}

/** Fails for the name of a mount, which cannot be changed while something is mounted there. */
const notMounted = (node: Node | undefined): void => {
  if (isMount(node)) fail("EBUSY")
}

/** Fails if the user may not move a directory. Moving it changes its `..`, so that needs write permission. */
const mayMove = (world: World, node: Node): void => {
  if (node._tag !== "Directory") return
  if (isMount(node) ? !isPrivileged(world) : !permits(world, node, WRITE)) fail("EACCES")
}

/** Announces a move, in the order of `fsnotify_move`. */
const announceMoved = (world: World, from: Place, to: Place, node: Node, replaced?: Node): void => {
  for (const at of [from, to]) announce(world, { _tag: "Name", directory: directoryOf(at), name: at.name })
  if (replaced !== undefined) announce(world, { _tag: "Links", node: replaced })
  announce(world, { _tag: "Moved", node })
}

const exchange = (world: World, from: Place, to: Place, source: Node, target: Node): void => {
  const [old, next] = [directoryOf(from), directoryOf(to)]
  mayDelete(world, old, source, source._tag === "Directory")
  mayDelete(world, next, target, target._tag === "Directory")
  if (old !== next) { for (const node of [source, target]) mayMove(world, node) }
  for (const node of [source, target]) notMounted(node)
  take(world, next, to.name, target)
  take(world, old, from.name, source)
  attach(next, to.name, source)
  attach(old, from.name, target)
  world.shared.history?.named([[old, from.name], [next, to.name]], [source, target])
  nameMoved(source, old, from.name, next, to.name)
  nameMoved(target, next, to.name, old, from.name)
  // Both were moved. The second move is announced as if it were later (`vfs_rename`).
  announceMoved(world, from, to, source)
  announceMoved(world, to, from, target)
}

/** @internal */
export const rename = (world: World, from: Place, to: Place, mode: RenameMode): void => {
  for (const place of [from, to]) searchable(world, directoryOf(place))
  const [old, next] = [directoryOf(from), directoryOf(to)]
  if (old.device !== next.device) fail("EXDEV")
  diskOf(world, next).checkWritable()
  const source = existingAt(world, from)
  const target = targetAt(world, to)
  const isDirectory = source._tag === "Directory"
  if (mode === "noreplace" && target !== undefined) fail("EEXIST")
  if (mode === "exchange") {
    if (target === undefined) return fail("ENOENT")
    if (target._tag !== "Directory" && to.slash) fail("ENOTDIR")
  }
  if (!isDirectory && (from.slash || (to.slash && mode !== "exchange"))) fail("ENOTDIR")
  if (isOrContains(source, next)) fail("EINVAL")
  if (isOrContains(target, old)) fail(mode === "exchange" ? "EINVAL" : "ENOTEMPTY")
  if (source === target) return
  if (mode === "exchange" && target !== undefined) return exchange(world, from, to, source, target)
  mayDelete(world, old, source, isDirectory)
  if (target === undefined) mayCreate(world, next)
  else mayDelete(world, next, target, isDirectory)
  if (old !== next) mayMove(world, source)
  for (const node of [source, target]) notMounted(node)
  if (target?._tag === "Directory" && target.size > 0) fail("ENOTEMPTY")
  if (target !== undefined) {
    take(world, next, to.name, target)
    diskOf(world, target).giveName(target)
  }
  take(world, old, from.name, source)
  attach(next, to.name, source)
  nameMoved(source, old, from.name, next, to.name)
  namesChanged(world, next)
  const renamed = target === undefined ? [source] : [source, target]
  world.shared.history?.named([[old, from.name], [next, to.name]], renamed)
  // Announced after all changes are made.
  announceMoved(world, from, to, source, target)
  if (target === undefined) return
  giveIfUnused(world, target)
  nameRemoved(world, target, next, to.name)
}

/** @internal */
export const peek = (world: World, place: Place) => {
  const node = childAt(world, place)
  return node === undefined ? undefined : attributesOf(node)
}

/** @internal */
export const readlink = (world: World, place: Place): string => {
  const node = existingAt(world, place)
  return node._tag === "SymbolicLink" ? node.target : fail("EINVAL")
}
