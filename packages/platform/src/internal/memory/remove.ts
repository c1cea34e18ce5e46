/** `fs.rm` of Node: the same system calls, on a tree that nobody else changes meanwhile. */
import type { RemoveOptions } from "@effect/platform/FileSystem"
import { calling, expecting, fail, Failure } from "./errno.js"
import type { Directory, Node } from "./inode.js"
import { removable, removeFrom, unlink } from "./namespace.js"
import { child, existing } from "./resolve.js"
import { permits, READ, SEARCH, type World } from "./world.js"

/** @internal */
export const remove = (world: World, path: string, { force = false, recursive = false }: RemoveOptions = {}): void => {
  const node = expecting(
    force ? ["ENOENT"] : [],
    () => calling("lstat", [path], () => existing(world, path, "keep"))
  )
  if (node instanceof Failure) return
  if (node._tag !== "Directory") return calling("unlink", [path], () => unlink(world, path))
  if (!recursive) {
    const refusal = { code: "ERR_FS_EISDIR", prefix: "Path is a directory", why: "is a directory" }
    return calling("rm", [path], () => {
      throw new Failure("EISDIR", refusal)
    })
  }
  removeTop(world, path)
}

/** What `lstat` finds behind slashes may be a link to a directory, which `rmdir` refuses. */
const removeTop = (world: World, path: string): void => {
  const found = calling("rmdir", [path], () => removable(world, path))
  const node = child(found)
  if (node?._tag === "Directory") removeDirectory(world, found.directory, found.last, node, path)
  else calling("rmdir", [path], () => fail("ENOTDIR"))
}

const removeDirectory = (world: World, directory: Directory, name: string, node: Directory, path: string): void => {
  const rmdir = () => calling("rmdir", [path], () => removeFrom(world, directory, name, node, "rmdir"))
  if (!(expecting(["ENOTEMPTY", "EPERM"], rmdir) instanceof Failure)) return
  removeChildren(world, node, path)
  rmdir()
}

/** All that can be removed is, before the first failure is told: Node removes children side by side. */
const removeChildren = (world: World, directory: Directory, path: string): void => {
  const names = calling("scandir", [path], () => listed(world, directory))
  let first: Failure | undefined
  for (const name of names) {
    try {
      removeChild(world, directory, name, `${path}/${name}`)
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure
      first ??= failure
    }
  }
  if (first !== undefined) throw first
}

const removeChild = (world: World, directory: Directory, name: string, path: string): void => {
  if (!permits(world, directory, SEARCH)) calling("lstat", [path], () => fail("EACCES"))
  const node = directory.children.get(name)
  if (node?._tag === "Directory") removeDirectory(world, directory, name, node, path)
  else if (node !== undefined) {
    calling("unlink", [path], () => removeFrom(world, directory, name, node, "unlink"))
  }
}

const listed = (world: World, node: Node): ReadonlyArray<string> => {
  if (node._tag !== "Directory") return fail("ENOTDIR")
  if (!permits(world, node, READ)) fail("EACCES")
  return Array.from(node.children.keys())
}

/**
 * The names in a directory, in the order in which they were made.
 *
 * @internal
 */
export const namesIn = (world: World, path: string, syscall = "scandir"): ReadonlyArray<string> =>
  calling(syscall, [path], () => listed(world, existing(world, path)))
