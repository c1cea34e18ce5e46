/** `fs.rm` of Node: the same system calls, on a tree that nobody else changes meanwhile. */
import type { RemoveOptions } from "@effect/platform/FileSystem"
import { isPathTooLong } from "../limits.js"
import { calling, expecting, fail, Failure } from "./errno.js"
import type { Directory, Node } from "./inode.js"
import { removable, removeFrom, unlink } from "./namespace.js"
import { existing } from "./resolve.js"
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
  const { directory, last: name } = calling("rmdir", [path], () => removable(world, path))
  const node = directory.children.get(name)
  if (node?._tag === "Directory") removeTree(world, { directory, name, node, path })
  else if (node !== undefined) calling("rmdir", [path], () => removeFrom(world, directory, name, node, "rmdir"))
}

/** A directory, and the name by which it is to go. */
interface Victim {
  readonly directory: Directory
  readonly name: string
  readonly node: Directory
  readonly path: string
}

/** One whose children go first. */
interface Level extends Victim {
  readonly names: Iterator<string>
  first: Failure | undefined
}

/**
 * All that can be removed is, before the first failure is told: Node removes children side by side. The levels are a list,
 * since a tree may be deeper than calls can be nested.
 */
const removeTree = (world: World, top: Victim): void => {
  const levels: Array<Level> = []
  removeDirectory(world, top, levels)
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const current = level
    const next = current.names.next()
    if (next.done === true) levels.pop()
    const failure = next.done === true
      ? current.first ?? failureOf(() => rmdir(world, current))
      : failureOf(() => removeChild(world, current, next.value, levels))
    if (failure === undefined) continue
    const above = next.done === true ? levels.at(-1) : current
    if (above === undefined) throw failure
    above.first ??= failure
  }
}

const failureOf = (run: () => void): Failure | undefined => {
  try {
    run()
    return undefined
  } catch (failure) {
    if (failure instanceof Failure) return failure
    throw failure
  }
}

const rmdir = (world: World, { directory, name, node, path }: Victim): void =>
  calling("rmdir", [path], () => removeFrom(world, directory, name, node, "rmdir"))

const removeDirectory = (world: World, victim: Victim, levels: Array<Level>): void => {
  if (!(expecting(["ENOTEMPTY", "EPERM"], () => rmdir(world, victim)) instanceof Failure)) return
  const names = calling("scandir", [victim.path], () => listed(world, victim.node))
  levels.push({ ...victim, names: names.values(), first: undefined })
}

/** Of a child that it cannot look at, Node does not know that it is a directory. */
const removeChild = (
  world: World,
  { node: directory, path: above }: Level,
  name: string,
  levels: Array<Level>
): void => {
  const path = `${above}/${name}`
  if (isPathTooLong(path)) calling("unlink", [path], () => fail("ENAMETOOLONG"))
  if (!permits(world, directory, SEARCH)) calling("unlink", [path], () => fail("EACCES"))
  const node = directory.children.get(name)
  if (node?._tag === "Directory") removeDirectory(world, { directory, name, node, path }, levels)
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
