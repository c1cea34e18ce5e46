/**
 * Copies a file or a tree from one open root into another, or into the same. Others can change both meanwhile, even
 * maliciously: every access goes through an open root, and below the source and the destination no link is followed.
 *
 * - A file is created under a temporary name in the same directory (`.procfsroot-cp-…`), and gets its own name when it
 *   is complete. Directories are created under their own names, and get their modes and times after everything in them.
 * - The copy keeps types, modes, times (without native calls only to the microsecond), links as text, hard links within the
 *   copy, holes, and where possible extended attributes and owners. Every block of zeros becomes a hole.
 * - An existing directory keeps its own attributes, and files are added to it. Only a directory can be copied over a
 *   directory.
 * - Files larger than 8 PiB are refused, and so are files with more than 16 GiB of holes, unless the whole file is one
 *   hole. Memory does not grow with the number or the size of files, but by about a hundred bytes for each directory,
 *   and for each file of which not all names have been copied.
 */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import { codeOf } from "../failure.js"
import { AttributeCopy } from "./attributes.js"
import { type CopyEvent, type CopyOptions, type CopySummary, Reporter } from "./events.js"
import { FileCopy } from "./files.js"
import { splitPath } from "../paths.js"
import { INSIDE, type Place } from "./place.js"
import { TreeCopy } from "./tree.js"
import { ofDestination, Refused, whyOf } from "./why.js"

interface Ends {
  readonly from: Place
  readonly to: Place
  /** Both are directories: the content of one is copied into the other. */
  readonly into: boolean
}

const openParent = async (root: OpenRoot, path: string, opened: Array<OpenRoot>): Promise<Place> => {
  const { name, parent } = splitPath(path)
  const directory = await root.subRoot(parent, INSIDE)
  opened.push(directory)
  return { root: directory, path: name }
}

const openDirectory = async (root: OpenRoot, path: string, opened: Array<OpenRoot>): Promise<Place> => {
  const directory = await root.subRoot(path, INSIDE)
  opened.push(directory)
  return { root: directory, path: "" }
}

const isDirectoryAt = async (root: OpenRoot, path: string): Promise<boolean> => {
  try {
    return (await root.promises.stat(path)).isDirectory()
  } catch (error) {
    // A dangling link is replaced, like a link to a file.
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ELOOP") return false
    throw error
  }
}

const openDestination = async (to: OpenRoot, path: string, isTree: boolean, opened: Array<OpenRoot>) => {
  if (isTree && await isDirectoryAt(to, path)) return { place: await openDirectory(to, path, opened), into: true }
  if (splitPath(path).isOther) throw new Refused("a directory is in its place")
  return { place: await openParent(to, path, opened), into: false }
}

const openEnds = async (
  from: OpenRoot,
  source: string,
  to: OpenRoot,
  destination: string,
  opened: Array<OpenRoot>
): Promise<Ends> => {
  const isTree = (await from.promises.lstat(source)).isDirectory()
  const place = await (isTree ? openDirectory : openParent)(from, source, opened)
  const target = await ofDestination(openDestination(to, destination, isTree, opened))
  return { from: place, to: target.place, into: target.into }
}

/**
 * Copies `source` to `destination`, which is the path of the copy itself, as `plan` finds it. A directory is copied
 * into an existing directory, even if the path is a link to it. Any other link is replaced.
 *
 * The result for each file is reported to `on`. The promise is rejected only if `on` throws.
 */
export const copyTree = async (
  from: OpenRoot,
  source: string,
  to: OpenRoot,
  destination: string,
  options: CopyOptions = {},
  on: (event: CopyEvent) => void = () => {}
): Promise<CopySummary> => {
  const { dryRun = false, follow = false, oneFileSystem = false, overwrite = true, signal } = options
  const { owner = process.geteuid?.() === 0 } = options
  const reporter = new Reporter(on)
  const opened: Array<OpenRoot> = []
  const name = source.replace(/\/+$/, "")
  try {
    signal?.throwIfAborted()
    const path = follow ? await from.resolve(source, { signal }) : source
    const ends = await openEnds(from, path, to, destination, opened)
    const fileOptions = { overwrite, dryRun, signal }
    const files = new FileCopy(new AttributeCopy(owner), fileOptions)
    const tree = new TreeCopy(files, reporter, { ...fileOptions, oneFileSystem })
    await tree.copy(name, ends.from, ends.to, ends.into)
  } catch (error) {
    if (signal?.aborted !== true) reporter.report("failed", name || "/", 0, whyOf(error))
  } finally {
    for (const root of opened) await root.close()
  }
  return reporter.summary(signal?.aborted === true)
}
