/**
 * Finds where each source is copied to, by the rules of `cp` and `docker cp`:
 *
 * | SOURCE                          | DEST is missing           | DEST is a file  | DEST is a directory          |
 * | ------------------------------- | ------------------------- | --------------- | ---------------------------- |
 * | file, link                      | DEST                      | replaces DEST   | DEST/name                    |
 * | file, and DEST ends in a slash  | refused                   | refused         | DEST/name                    |
 * | file, and SOURCE ends in a slash | refused                  | refused         | refused                      |
 * | directory                       | DEST                      | refused         | DEST/name                    |
 * | `directory/.`, `..`, `/`        | DEST                      | refused         | its content goes into DEST   |
 *
 * - With several sources, DEST must be a directory, and their names must differ.
 * - A DEST that is a link to a directory counts as a directory. Any other link counts as a file: a file replaces it, and
 *   a directory is refused, even if DEST/name is a link to a directory, which can be anywhere in the root.
 * - A SOURCE that is a link is copied as a link, unless it is to be followed or a slash comes after it.
 * - A directory cannot be copied into itself, and a file cannot be copied onto itself. A `Copier` also refuses to replace
 *   a file by a link to it.
 * - If DEST/name exists, a directory is copied into a directory and a file replaces a file. A directory never replaces
 *   a file, and a file never replaces a directory.
 * - Neither SOURCE nor DEST is an empty path.
 * - The parent directory of DEST must exist. No parent directories are created.
 */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { BigIntStats } from "node:fs"
import { joined } from "../below.js"
import { identityOf } from "../identity.js"
import type { Opened } from "../where.js"
import type { CopyOptions } from "./events.js"
import { ifThere, leadsNowhere } from "./files.js"
import { type SplitPath, splitPath } from "../paths.js"
import { checkPath, ofDestination, Refused, whyOf } from "./why.js"

/** A path of the command line, and the root that it is in. */
export interface End {
  readonly root: Opened
  readonly path: string
}

/** The destination to pass to a `Copier`, or why there is none. */
type Planned =
  | { readonly source: End; readonly destination: string; readonly refused?: undefined }
  | { readonly source: End; readonly destination?: undefined; readonly refused: string }

const statIfThere = ({ path, root: { sync } }: End, follow: boolean): BigIntStats | undefined =>
  ifThere(() => follow ? sync.statSync(path, { bigint: true }) : sync.lstatSync(path, { bigint: true }))

/** Returns what a path leads to, or the link itself if it is dangling. */
const endOf = (end: End): BigIntStats | undefined => {
  try {
    const found = statIfThere(end, true)
    if (found !== undefined) return found
  } catch (error) {
    if (!leadsNowhere(error)) throw error
  }
  return statIfThere(end, false)
}

/** A directory, and all directories above it, as relative paths, which every policy allows. */
const directoriesAbove = async (root: OpenRoot, path: string): Promise<ReadonlyArray<string>> => {
  const names = (await root.resolve(path)).split("/").slice(1)
  return [...names.keys(), names.length].map((depth) => `./${names.slice(0, depth).join("/")}`)
}

const isInside = async (stat: BigIntStats, { path, root }: End): Promise<boolean> => {
  for (const above of await directoriesAbove(root, path)) {
    if (identityOf(root.sync.statSync(above, { bigint: true })) === identityOf(stat)) return true
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
    return joined(to.path, from.name)
  }
  if (several) throw new Refused("the destination of several sources is not a directory")
  if (there !== undefined && (source.isDirectory() || slash)) throw new Refused("the destination is not a directory")
  if (there === undefined && (isOther || (slash && !source.isDirectory()))) {
    throw new Refused("the destination directory does not exist")
  }
  return to.path
}

const checkPlace = async (
  source: BigIntStats,
  { isOther }: SplitPath,
  destination: End,
  overwrite: boolean
): Promise<void> => {
  const there = statIfThere(destination, false)
  if (there !== undefined && identityOf(there) === identityOf(source)) {
    throw new Refused("it is the same file as its copy")
  }
  // Only the content of a directory is copied through a link, whose name is DEST then.
  const isDirectory = (isOther ? endOf(destination) : there)?.isDirectory() === true
  if (there !== undefined && source.isDirectory() && !isDirectory) {
    throw new Refused("a file that is not a directory is in its place")
  }
  // Without `overwrite`, whatever is there is kept.
  if (overwrite && there?.isDirectory() === true && !source.isDirectory()) {
    throw new Refused("a directory is in its place")
  }
  if (!source.isDirectory()) return
  const place = { ...destination, path: isDirectory ? destination.path : splitPath(destination.path).parent }
  if (await isInside(source, place)) throw new Refused("a directory cannot be copied into itself")
}

/** Finds where each source is copied to. Nothing is changed, and a `Copier` does not rely on any of this. */
export const plan = async (
  sources: ReadonlyArray<End>,
  destination: End,
  { follow = false, overwrite = true }: Pick<CopyOptions, "follow" | "overwrite"> = {}
): Promise<ReadonlyArray<Planned>> => {
  const taken = new Set<string>()
  const one = async (source: End): Promise<Planned> => {
    try {
      checkPath(source.path)
      checkPath(destination.path, "its destination \"\" cannot be used: ")
      const from = splitPath(source.path)
      const stat = statIfThere(source, follow)
      if (stat === undefined) throw new Refused("there is no such file")
      const there = await ofDestination(destination.path, () => endOf(destination))
      const path = destinationOf(stat, from, there, destination, sources.length > 1)
      if (taken.has(path) && !from.isOther) throw new Refused("another source has the same name")
      taken.add(path)
      await ofDestination(path, () => checkPlace(stat, from, { root: destination.root, path }, overwrite))
      return { source, destination: path }
    } catch (error) {
      return { source, refused: whyOf(error) }
    }
  }
  const planned: Array<Planned> = []
  for (const source of sources) planned.push(await one(source))
  return planned
}
