/** The system calls that make, move and take away names, as `fs/namei.c` has them: the same checks in the same order. */
import { isEncodable, isPathTooLong } from "../limits.js"
import { type Errno, fail } from "./errno.js"
import { attach, detach, Directory, holds, type Node, SymbolicLink } from "./inode.js"
import { child, existing, type Parent, parent } from "./resolve.js"
import {
  announce,
  attributesIn,
  isOwner,
  isPrivileged,
  masked,
  permits,
  READ,
  SEARCH,
  type World,
  WRITE
} from "./world.js"

const STICKY = 0o1000

/** @internal */
export const mayCreate = (world: World, directory: Directory): void => {
  if (!permits(world, directory, WRITE | SEARCH)) fail("EACCES")
}

/** Whether a name may be taken away; in a sticky directory, its owner and the file's owner only (`may_delete`). */
const mayDelete = (world: World, directory: Directory, victim: Node, asDirectory: boolean): void => {
  mayCreate(world, directory)
  const { uid } = world.user
  const sticky = (directory.mode & STICKY) !== 0 && !isPrivileged(world)
  if (sticky && victim.uid !== uid && directory.uid !== uid) fail("EPERM")
  if (asDirectory && victim._tag !== "Directory") fail("ENOTDIR")
  if (!asDirectory && victim._tag === "Directory") fail("EISDIR")
}

/** @internal */
export const add = (world: World, directory: Directory, name: string, node: Node): void => {
  attach(directory, name, node)
  directory.mtime = world.now
  announce(world, "Create", directory, name)
}

const take = (world: World, directory: Directory, name: string, node: Node): void => {
  // Who watches the node itself is told as long as it is still there.
  announce(world, "Remove", directory, name)
  detach(directory, name, node)
  directory.mtime = world.now
}

/** The place for a new name (`filename_create`); only a directory may be made with slashes behind its name. */
const vacant = (world: World, path: string, slashesAllowed: boolean): Parent => {
  const found = parent(world, path)
  if (found.dots || child(found) !== undefined) fail("EEXIST")
  if (found.slashes && !slashesAllowed) fail("ENOENT")
  return found
}

const addNew = (world: World, { directory, last }: Parent, make: () => Node): void => {
  mayCreate(world, directory)
  add(world, directory, last, make())
}

/** `mkdir` takes no set-user-id and no set-group-id bit (`vfs_mkdir`). */
const DIRECTORY_MODE = 0o1777

/** @internal */
export const mkdir = (world: World, path: string, mode: number): void => {
  const found = vacant(world, path, true)
  addNew(
    world,
    found,
    () => new Directory(attributesIn(world, found.directory, masked(mode) & DIRECTORY_MODE, "Directory"))
  )
}

/** @internal */
export const symlink = (world: World, target: string, path: string): void => {
  if (target === "") fail("ENOENT")
  if (!isEncodable(target)) fail("EILSEQ")
  if (isPathTooLong(target)) fail("ENAMETOOLONG")
  const found = vacant(world, path, false)
  addNew(world, found, () => new SymbolicLink(attributesIn(world, found.directory, 0o777, "Other"), target))
}

const SET_ID = 0o6000

/** What is not one's own must be a file that one could write to anyway (`fs.protected_hardlinks` in `proc_sys_fs(5)`). */
const mayLink = (world: World, node: Node): void => {
  const harmless = node._tag === "File" && (node.mode & SET_ID) === 0 && permits(world, node, READ | WRITE)
  if (!harmless && !isOwner(world, node)) fail("EPERM")
}

/** @internal */
export const link = (world: World, from: string, to: string): void => {
  const node = existing(world, from, "keep")
  const found = vacant(world, to, false)
  mayLink(world, node)
  addNew(world, found, () => node._tag === "Directory" ? fail("EPERM") : node)
}

const lastOf = (found: Parent): Node => {
  const node = child(found)
  return node === undefined ? fail("ENOENT") : node
}

/** @internal */
export const unlink = (world: World, path: string): void => {
  const found = parent(world, path)
  if (found.dots) fail("EISDIR")
  const node = lastOf(found)
  if (found.slashes) fail(node._tag === "Directory" ? "EISDIR" : "ENOTDIR")
  removeFrom(world, found.directory, found.last, node, "unlink")
}

const undeletable = (last: string): Errno => last === "." ? "EINVAL" : last === ".." ? "ENOTEMPTY" : "EBUSY"

/**
 * The last name of what `rmdir` may take away; no link is followed, whatever slashes are behind it.
 *
 * @internal
 */
export const removable = (world: World, path: string): Parent => {
  const found = parent(world, path)
  return found.dots ? fail(undeletable(found.last)) : found
}

/** @internal */
export const removeFrom = (
  world: World,
  directory: Directory,
  name: string,
  node: Node,
  call: "unlink" | "rmdir"
): void => {
  mayDelete(world, directory, node, call === "rmdir")
  if (node._tag === "Directory" && node.children.size > 0) fail("ENOTEMPTY")
  take(world, directory, name, node)
}

/** @internal */
export const rename = (world: World, from: string, to: string): void => {
  const old = parent(world, from)
  const next = parent(world, to)
  if (old.dots || next.dots) fail("EBUSY")
  const source = lastOf(old)
  const target = child(next)
  const isDirectory = source._tag === "Directory"
  if (!isDirectory && (old.slashes || next.slashes)) fail("ENOTDIR")
  if (holds(source, next.directory)) fail("EINVAL")
  if (holds(target, old.directory)) fail("ENOTEMPTY")
  if (source === target) return
  mayRename(world, old, source, next, target)
  if (target?._tag === "Directory" && target.children.size > 0) fail("ENOTEMPTY")
  if (target !== undefined) take(world, next.directory, next.last, target)
  take(world, old.directory, old.last, source)
  add(world, next.directory, next.last, source)
}

/** The permissions that `vfs_rename` asks for. */
const mayRename = (world: World, old: Parent, source: Node, next: Parent, target: Node | undefined): void => {
  const isDirectory = source._tag === "Directory"
  mayDelete(world, old.directory, source, isDirectory)
  if (target === undefined) mayCreate(world, next.directory)
  else mayDelete(world, next.directory, target, isDirectory)
  // A directory that moves gets another `..`, which is a write to it.
  if (isDirectory && old.directory !== next.directory && !permits(world, source, WRITE)) fail("EACCES")
}
