/** `fs.mkdir`, `fs.readdir` and `fs.mkdtemp` of Node. */
import { calling, expecting, Failure } from "./errno.js"
import { mkdir } from "./namespace.js"
import { namesIn } from "./remove.js"
import { existing } from "./resolve.js"
import type { World } from "./world.js"

/**
 * With its parents, as `MKDirpAsync` of Node's `node_file.cc`: it tries the path itself first, and its parent, by the
 * path's text, where something is missing.
 *
 * @internal
 */
export const makeDirectories = (world: World, path: string, mode: number): void =>
  calling("mkdir", [path], () => {
    const pending = [path]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const at = next
      const failure = expecting(["ENOENT", "EEXIST", "EISDIR", "ELOOP", "ENAMETOOLONG"], () => mkdir(world, at, mode))
      if (!(failure instanceof Failure)) continue
      const above = at.slice(0, at.lastIndexOf("/"))
      if (failure.code === "ENOENT" && at.includes("/")) pending.push(at, above)
      else checkDirectory(world, at, failure.code === "EEXIST" && pending.length > 0)
    }
  })

/** What could not be made is fine if it is there; of a parent that is not, Node says only that it is no directory. */
const checkDirectory = (world: World, path: string, within: boolean): void => {
  const node = expecting(within ? ["ENOENT", "ELOOP", "EACCES"] : [], () => existing(world, path))
  if (node instanceof Failure) throw new Failure("ENOTDIR")
  if (node._tag !== "Directory") throw new Failure(within ? "ENOTDIR" : "EEXIST")
}

/**
 * Every name below, each after the name of the directory it is in; a link to a directory is a name, and not gone through.
 *
 * @internal
 */
export const namesBelow = (world: World, path: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  const list = (prefix: string): void => {
    for (const name of namesIn(world, path + prefix)) {
      const below = `${prefix}/${name}`
      found.push(below.slice(1))
      if (existing(world, path + below, "keep")._tag === "Directory") list(below)
    }
  }
  list("")
  return found
}

const TEMPORARY_MODE = 0o700

/**
 * A directory whose name ends in six characters that nothing there has yet; they are counted, not drawn, so that a
 * test meets the same names every time.
 *
 * @internal
 */
export const makeTemporary = (world: World, prefix: string): string =>
  calling("mkdtemp", [`${prefix}XXXXXX`], () => {
    while (true) {
      const path = prefix + temporaryName(world, 6)
      if (!(expecting(["EEXIST"], () => mkdir(world, path, TEMPORARY_MODE)) instanceof Failure)) return path
    }
  })

/** @internal */
export const temporaryName = (world: World, length: number): string =>
  (world.temporaries++).toString(16).padStart(length, "0")
