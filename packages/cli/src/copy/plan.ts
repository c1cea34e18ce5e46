/**
 * Where copies go to, by the rules of `cp` and `docker cp`:
 *
 * | SOURCE                          | DEST is missing           | DEST is a file  | DEST is a directory          |
 * | ------------------------------- | ------------------------- | --------------- | ---------------------------- |
 * | file, link                      | DEST                      | replaces DEST   | DEST/name                    |
 * | file, and DEST ends in a slash  | refused                   | refused         | DEST/name                    |
 * | file, and SOURCE ends in a slash | refused                  | refused         | refused                      |
 * | directory                       | DEST                      | refused         | DEST/name                    |
 * | `directory/.`, `..`, `/`        | DEST                      | refused         | what is in it goes into DEST |
 *
 * - Several sources need a DEST that is a directory, and different names.
 * - DEST is a directory also if it is a link to one. Every other link at its end counts as a file, and is replaced.
 * - A link as SOURCE is copied as a link, unless it is to be followed or a slash is after it.
 * - The copy of a directory cannot be in the directory itself, and no file is its own copy.
 * - If DEST/name is there, a directory is copied into a directory and a file replaces a file. A directory never takes the
 *   place of a file, nor a file that of a directory.
 * - The directory that DEST is in must be there. None is made on the way.
 */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { BigIntStats } from "node:fs"
import { codeOf } from "../failure.js"
import { identityOf, ifThere } from "./files.js"
import { type SplitPath, splitPath } from "../paths.js"
import { ofDestination, Refused, whyOf } from "./why.js"

/** One of the paths of the command, and the root that it is in. */
export interface End {
  readonly root: OpenRoot
  readonly path: string
}

/** The destination of `copyTree`, or why there is none. */
export type Planned =
  | { readonly source: End; readonly destination: string; readonly refused?: undefined }
  | { readonly source: End; readonly destination?: undefined; readonly refused: string }

const statIfThere = ({ path, root }: End, follow: boolean): Promise<BigIntStats | undefined> =>
  ifThere(root.promises[follow ? "stat" : "lstat"](path, { bigint: true }))

/** What a path leads to, or the link at its end, if it leads nowhere. */
const endOf = async (end: End): Promise<BigIntStats | undefined> => {
  try {
    const found = await statIfThere(end, true)
    if (found !== undefined) return found
  } catch (error) {
    if (codeOf(error) !== "ELOOP") throw error
  }
  return statIfThere(end, false)
}

/** The directory that a path's last name is in, and all above it. */
const directoriesAbove = async (root: OpenRoot, path: string): Promise<ReadonlyArray<string>> => {
  const names = (await root.resolve(path)).split("/").slice(1)
  return names.map((_, i) => `/${names.slice(0, i).join("/")}`).concat(`/${names.join("/")}`)
}

const isInside = async (stat: BigIntStats, { path, root }: End): Promise<boolean> => {
  for (const above of await directoriesAbove(root, path)) {
    if (identityOf(await root.promises.stat(above, { bigint: true })) === identityOf(stat)) return true
  }
  return false
}

const destinationOf = (
  source: BigIntStats,
  from: SplitPath,
  there: BigIntStats | undefined,
  to: End,
  several: boolean
): string => {
  const { isOther, slash } = splitPath(to.path)
  if (there?.isDirectory() === true) {
    if (source.isDirectory() && from.isOther) return to.path
    return `${to.path}${to.path.endsWith("/") ? "" : "/"}${from.name}`
  }
  if (several) throw new Refused("the destination of several sources is not a directory")
  if (there !== undefined && (source.isDirectory() || slash)) throw new Refused("the destination is not a directory")
  if (there === undefined && slash && !source.isDirectory()) {
    throw new Refused("the destination is a directory that does not exist")
  }
  if (there === undefined && isOther) throw new Refused("the destination is a directory that does not exist")
  return to.path
}

const checkPlace = async (source: BigIntStats, destination: End): Promise<void> => {
  const there = await statIfThere(destination, false)
  if (there !== undefined && identityOf(there) === identityOf(source)) {
    throw new Refused("it is the same file as its copy")
  }
  // As `copyTree` does, which fills a directory also through a link.
  const isDirectory = (await endOf(destination))?.isDirectory() === true
  if (there !== undefined && source.isDirectory() && !isDirectory) {
    throw new Refused("a file that is not a directory is in its place")
  }
  if (there?.isDirectory() === true && !source.isDirectory()) throw new Refused("a directory is in its place")
  if (!source.isDirectory()) return
  const place = { ...destination, path: isDirectory ? destination.path : splitPath(destination.path).parent }
  if (await isInside(source, place)) throw new Refused("a directory cannot be copied into itself")
}

/** Finds where each source is to be copied to. Nothing is changed, and `copyTree` relies on none of it. */
export const plan = async (
  sources: ReadonlyArray<End>,
  destination: End,
  options: { readonly follow?: boolean | undefined } = {}
): Promise<ReadonlyArray<Planned>> => {
  const taken = new Set<string>()
  const one = async (source: End): Promise<Planned> => {
    try {
      const from = splitPath(source.path)
      const stat = await statIfThere(source, options.follow === true)
      if (stat === undefined) throw new Refused("there is no such file")
      const there = await ofDestination(endOf(destination))
      const path = destinationOf(stat, from, there, destination, sources.length > 1)
      if (taken.has(path) && !from.isOther) throw new Refused("another source has the same name")
      taken.add(path)
      await ofDestination(checkPlace(stat, { root: destination.root, path }))
      return { source, destination: path }
    } catch (error) {
      return { source, refused: whyOf(error) }
    }
  }
  const planned: Array<Planned> = []
  for (const source of sources) planned.push(await one(source))
  return planned
}
