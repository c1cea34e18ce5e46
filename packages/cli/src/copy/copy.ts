/**
 * Copies a file or a tree from one open root into another, or into the same. Others can change both meanwhile, even
 * maliciously: every access goes through an open root, and below the source and the destination no link is followed.
 *
 * - A file is created under a temporary name in the same directory (`.procfsroot-cp-…`), and gets its own name when it
 *   is complete. Directories are created under their own names, and get their modes and times after everything in them.
 * - The copy keeps types, links as text, hard links among everything that one `Copier` copies, holes, and where possible
 *   modes, times (without native calls only to the microsecond), extended attributes and owners. Every block of zeros
 *   becomes a hole.
 * - An existing directory keeps its own attributes, and files are added to it. Only a directory can be copied over a
 *   directory.
 * - In a directory that the copy creates, and among several sources, two names can be the same for the file system, for
 *   example if it ignores upper and lower case. Then the file that comes second is refused, as by GNU `cp`.
 * - Files larger than 8 PiB are refused, and, where it is not known which bytes are holes, files with more than 16 GiB of
 *   them, unless the whole file is one hole. Memory does not grow with the number or the size of files, but by about a
 *   hundred bytes for each directory, and for each file of which not all names have been copied; with several sources,
 *   for each file that has several names, and in a dry run for every file.
 */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { BigIntStats } from "node:fs"
import { codeOf } from "../failure.js"
import { identityOf } from "../identity.js"
import { AttributeCopy } from "./attributes.js"
import { type CopyEvent, type CopyOptions, type CopySummary, Reporter } from "./events.js"
import { DryRun } from "./dryRun.js"
import { FileCopy, type FileOptions, leadsNowhere, lstat, lstatIfThere, type Target } from "./files.js"
import { splitPath } from "../paths.js"
import { own } from "../userNamespace.js"
import type { Opened } from "../where.js"
import { INSIDE, type Place, Taken, topOf } from "./place.js"
import { TreeCopy } from "./tree.js"
import { ofDestination, Refused, whyOf } from "./why.js"

interface Destination {
  readonly target: Target
  /** Both are directories: the content of one is copied into the other. */
  readonly into: boolean
}

const openParent = async (root: OpenRoot, path: string): Promise<Place> => {
  const { name, parent } = splitPath(path)
  return { root: await root.subRoot(parent, INSIDE), path: name }
}

const openDirectory = async (root: OpenRoot, path: string): Promise<Place> => {
  // Not `INSIDE`, in which `topOf` is refused. Everything below it is found by its name.
  const directory = await root.subRoot(path, { symlinks: "forbid" })
  try {
    return await topOf(directory)
  } catch (error) {
    await directory.close()
    throw error
  }
}

const endOf = (root: OpenRoot, path: string): BigIntStats | undefined => {
  try {
    return root.sync.statSync(path, { bigint: true })
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}

const isDirectoryAt = (root: OpenRoot, path: string): boolean => {
  try {
    return root.sync.statSync(path).isDirectory()
  } catch (error) {
    // Such a link is replaced, like a link to a file.
    if (leadsNowhere(error)) return false
    throw error
  }
}

/** Copies files and trees into a root, one after the other. */
export class Copier implements AsyncDisposable {
  readonly #to: OpenRoot
  readonly #options: CopyOptions
  readonly #on: (event: CopyEvent) => void
  readonly #fileOptions: FileOptions
  readonly #files: FileCopy
  /** The directories that copies were made in, by path: a file can be linked only to a copy in the same open root. */
  readonly #directories = new Map<string, OpenRoot>()
  /** The copies of other sources. */
  readonly #copies = new Set<string>()

  constructor(to: Opened, options: CopyOptions, on: (event: CopyEvent) => void) {
    const { owner = process.geteuid?.() === 0 } = options
    this.#to = to
    this.#options = options
    this.#on = on
    const { dryRun = false, overwrite = true, several = false, signal } = options
    this.#fileOptions = { dryRun: dryRun ? new DryRun(several) : undefined, overwrite, several, signal }
    this.#files = new FileCopy(new AttributeCopy(owner, to.userNamespace), this.#fileOptions)
  }

  /**
   * Copies `source` to `destination`, which is the path of the copy itself, as `plan` finds it. A directory is copied
   * into an existing directory. The path may be a link to it only if the source has no name, as in `directory/.`. For
   * any other source, a link in the place of the copy counts as a file.
   *
   * The result for each file is reported. The promise is rejected only if the function for reports throws.
   */
  async copy(from: Opened, source: string, destination: string): Promise<CopySummary> {
    this.#files.attributes.from(from.userNamespace ?? own)
    const { follow = false, oneFileSystem = false, signal } = this.#options
    const reporter = new Reporter(this.#on)
    const name = source.replace(/\/+$/, "")
    let opened: OpenRoot | undefined
    try {
      signal?.throwIfAborted()
      const path = follow ? await from.resolve(source, { signal }) : source
      const isTree = from.sync.lstatSync(path).isDirectory()
      const place = await (isTree ? openDirectory : openParent)(from, path)
      opened = place.root
      const isNamed = !splitPath(source).isOther
      const to = await ofDestination(destination, () => this.#destination(destination, isTree, isNamed))
      // The content of several directories can be copied into the same one.
      if (isNamed) this.#refuseCopy(to.target)
      const tree = new TreeCopy(this.#files, reporter, {
        ...this.#fileOptions,
        oneFileSystem,
        endOf: (path) => endOf(from, path)
      })
      await tree.copy(name, place, { ...to.target, isFollowed: follow }, to.into)
      if (isNamed) this.#remember(to.target, reporter.summary(false).copied > 0)
    } catch (error) {
      if (signal?.aborted !== true) reporter.report("failed", name || "/", 0, whyOf(error))
    } finally {
      await opened?.close()
    }
    return reporter.summary(signal?.aborted === true)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const root of this.#directories.values()) await root.close()
  }

  /** Sources have different names, but the file system can take them for the same, like names in a new directory. */
  #refuseCopy({ place }: Target): void {
    const there = this.#named(place)
    if (there !== undefined && this.#copies.has(identityOf(there))) throw new Taken()
  }

  #remember({ place }: Target, isCopied: boolean): void {
    const there = this.#fileOptions.dryRun === undefined ? this.#named(place) : undefined
    // A file that was kept can be a hard link.
    if (there !== undefined && (isCopied || there.isDirectory())) this.#copies.add(identityOf(there))
  }

  /** What is in a place, if other sources have places too, and if it has a name of its own. */
  #named(place: Place): BigIntStats | undefined {
    return this.#fileOptions.several && place.path !== "" ? lstatIfThere(place) : undefined
  }

  async #destination(path: string, isTree: boolean, isNamed: boolean): Promise<Destination> {
    const { isOther, name, parent } = splitPath(path)
    if (isOther) {
      if (!isTree || !isDirectoryAt(this.#to, path)) throw new Refused("a directory is in its place")
      return this.#into(path)
    }
    // The same root as for sources with a name, so that hard links between them are kept.
    if (isTree && !isNamed && isDirectoryAt(this.#to, path)) return this.#into(path)
    const root = await this.#directory(parent)
    const place = { root, path: name }
    const there = isTree ? lstatIfThere(place) : undefined
    const directory = this.#fileOptions.dryRun && identityOf(lstat({ root, path: "" }))
    return { target: { place, whole: place, directory, isNew: false }, into: there?.isDirectory() === true }
  }

  async #into(path: string): Promise<Destination> {
    const place = { root: await this.#directory(path), path: "" }
    return { target: { place, whole: place, isNew: false }, into: true }
  }

  async #directory(path: string): Promise<OpenRoot> {
    // A slash after the path of a directory changes nothing.
    const key = path.replace(/\/+$/, "")
    const root = this.#directories.get(key) ?? await this.#to.subRoot(path, INSIDE)
    this.#directories.set(key, root)
    return root
  }
}
