/**
 * Unpacks a tar stream into an existing directory. The names come from somebody else, who could have chosen them to
 * lead out of it:
 *
 * - Every access goes through a root that begins at the directory, and in which no link is followed.
 * - Symbolic links, and hard links to them, are created last, with their text unchanged, so that nothing is created
 *   through one. The attributes of directories are set after that.
 * - A later entry replaces an earlier one, but nothing replaces a directory. Files get their names when they are
 *   complete.
 * - Set-id bits, capabilities and devices are kept only as root, and only if owners are kept.
 * - Sparse files of GNU tar and bsdtar get their holes. Files of other types that only one tar knows are left out, but
 *   not the directories of an incremental archive.
 * - Memory grows with the number of links and directories in the archive, and in a dry run with that of all files, up to
 *   limits.
 */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import type { Entry } from "@procfsroot/node/TarHeaders"
import type { NewNode } from "@procfsroot/vfs/InodeOperations"
import { ftruncateSync } from "node:fs"
import { codeOf, Unusable } from "../failure.js"
import { legible } from "../output.js"
import type { Opened } from "../where.js"
import { AttributeCopy, type Lost, permissionsOf } from "./attributes.js"
import { writeParts } from "./content.js"
import {
  Broken,
  extendedOf,
  isDevice,
  isDirectory,
  isFifo,
  isFile,
  keptOf,
  LABEL,
  pathOf,
  SUPPORTED,
  targetOf
} from "./entry.js"
import { type CopyEvent, type CopySummary, Reporter } from "./events.js"
import { Existing } from "./existing.js"
import { deviceOf, lstatIfThere, whyNotMade } from "./files.js"
import { Input } from "./input.js"
import { type Later, Memory } from "./memory.js"
import { create, INSIDE, type Place, Temporary } from "./place.js"
import type { End } from "./plan.js"
import { ArchiveReader } from "./reader.js"
import { readSparse, type Sparse } from "./sparse.js"
import { turn } from "./turn.js"
import { Directories, ThroughLink } from "./unpackedDirectories.js"
import { checkPath, ofCopy, ofLink, Refused, whyOf } from "./why.js"

export interface UnpackOptions {
  readonly owner: boolean
  readonly overwrite: boolean
  readonly dryRun: boolean
  /** Whether a program writes the archive to a pipe. */
  readonly isPiped: boolean
  readonly signal: AbortSignal
}

/** The file to create for an entry. */
interface Item extends Later {
  readonly shown: string
  /** The size of a file, including its holes. */
  readonly size: number
  readonly device: number
  readonly sparse?: Sparse | undefined
}

/** Content up to this size is read and written at once. */
const SMALL = 65_536

class Unpacking {
  readonly #to: Place["root"]
  readonly #reader: ArchiveReader
  readonly #reporter: Reporter
  readonly #options: UnpackOptions
  readonly #attributes: AttributeCopy
  readonly #memory = new Memory()
  readonly #existing: Existing
  readonly #directories: Directories

  constructor(to: Opened, reader: ArchiveReader, reporter: Reporter, options: UnpackOptions) {
    this.#to = to
    this.#reader = reader
    this.#reporter = reporter
    this.#options = options
    this.#existing = new Existing(to)
    this.#attributes = new AttributeCopy(options.owner, to.userNamespace)
    this.#directories = new Directories({
      root: to,
      existing: this.#existing,
      memory: this.#memory,
      attributes: this.#attributes,
      reporter,
      options
    })
  }

  async entry(entry: Entry): Promise<void> {
    if (entry.type === LABEL) return
    await this.#guarded(entry.name, async () => {
      // In the old format, blocks of the map come before the content, and the size of the entry does not include them.
      const sparse = entry.sparse ? await readSparse(entry, this.#reader) : undefined
      const path = pathOf(entry)
      const item = {
        type: entry.type,
        shown: entry.name,
        kept: keptOf(entry, this.#options.owner),
        extended: extendedOf(entry),
        size: sparse?.size ?? entry.size,
        target: entry.link,
        device: entry.rdev,
        sparse
      }
      if (isDirectory(entry.type)) return this.#directories.add(item, path)
      if (path === "") throw new Refused("it would replace the destination")
      const target = entry.type === "1" || entry.type === "2" ? targetOf(entry) : ""
      if (entry.type === "1" && target === "") throw new Refused("it would be a hard link to the destination")
      if (!this.#options.overwrite && this.#memory.hasLink(path)) return this.#reporter.report("kept", entry.name, 0)
      if (entry.type === "2") this.#memory.keepLink(path, { ...item, target })
      else if (entry.type === "1" && this.#memory.hasLink(target)) this.#memory.keepName(path, target)
      else if (await this.#make({ ...item, target }, path)) this.#memory.forgetLink(path)
    }, () => [pathOf(entry), ...(entry.type === "1" ? [targetOf(entry)] : [])])
  }

  async links(settle: () => Promise<void>): Promise<void> {
    const created = new Map<number, string>()
    for (const [path, later, group] of this.#memory.takeLinks()) {
      const other = group === undefined ? undefined : created.get(group)
      const link = other === undefined ? later : { ...later, type: "1", target: other }
      await this.#guarded(path, async () => {
        const isPut = await this.#make({ ...link, shown: path, size: 0, device: 0 }, path)
        if (isPut && group !== undefined && other === undefined) created.set(group, path)
      }, () => [path])
      await settle()
    }
  }

  directories(settle: () => Promise<void>): Promise<void> {
    return this.#directories.finish(settle)
  }

  /** If an entry is refused, the next ones are still unpacked. `paths` are those that it uses. */
  async #guarded(
    shown: string,
    work: () => Promise<void>,
    paths: () => ReadonlyArray<string>
  ): Promise<void> {
    await turn()
    this.#options.signal.throwIfAborted()
    try {
      await work()
    } catch (error) {
      if (error instanceof Broken || this.#options.signal.aborted) throw error
      const link = codeOf(error) === "ELOOP" ? this.#linkOn(paths()) : undefined
      this.#reporter.report("failed", shown, 0, whyOf(link === undefined ? error : new ThroughLink(link)))
    }
  }

  /** The first link that one of the paths leads through. */
  #linkOn(paths: ReadonlyArray<string>): string | undefined {
    for (const path of paths) {
      for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
        const there = lstatIfThere({ root: this.#to, path: path.slice(0, at) })
        if (there?.isSymbolicLink() === true) return path.slice(0, at)
      }
    }
    return undefined
  }

  /** Returns whether the file was created. */
  async #make(item: Item, path: string): Promise<boolean> {
    const { shown, size, type } = item
    const { dryRun, overwrite, owner } = this.#options
    const place = { root: this.#to, path }
    // Otherwise the rename, which is needed anyway, finds this out.
    if (dryRun || !overwrite) {
      const there = ofCopy(() => this.#existing.find(path))
      if (there !== undefined && !overwrite) {
        this.#reporter.report("kept", shown, 0)
        return false
      }
      if (there === "directory" || there === "new") throw new Refused("a directory is in its place")
    }
    if (!SUPPORTED.includes(type)) throw new Refused("its type is not supported")
    if (isDevice(type) && !owner) {
      this.#reporter.report("skipped", shown, 0, "devices can be created only as root, and only if owners are kept")
      return false
    }
    if (dryRun) {
      ofCopy(() => this.#existing.addParents(path))
      if (type === "1") ofLink(item.target, () => this.#existing.checkTarget(item.target))
      ofCopy(() => this.#existing.addFile(path))
      this.#reporter.report("copied", shown, size)
      return true
    }
    this.#directories.makeParents(path)
    try {
      using temporary = new Temporary(place)
      const { bytes, why } = isFile(type)
        ? await this.#file(item, temporary.place)
        : { bytes: 0, why: this.#other(item, temporary.place) }
      const isPut = temporary.giveName({ overwrite, isLink: type === "1" })
      this.#reporter.report(isPut ? "copied" : "kept", shown, bytes, why)
      return isPut
    } catch (error) {
      if (codeOf(error) === "EISDIR") throw new Refused("a directory is in its place")
      const why = isDevice(type) || isFifo(type) ? whyNotMade(error, place) : undefined
      if (why === undefined) throw error
      this.#reporter.report("skipped", shown, 0, why)
      return false
    }
  }

  async #file({ extended, kept, shown, size, sparse }: Item, temporary: Place) {
    const { signal } = this.#options
    const progress = (done: number) => {
      signal.throwIfAborted()
      this.#reporter.progress(shown, done, size)
    }
    using file = ofCopy(() => create(temporary))
    if (sparse === undefined) await writeParts(file, await this.#content(size), progress)
    else await this.#parts(file, sparse, progress)
    const why = this.#attributes.toOpen({ stat: kept, extended }, file)
    // Some file systems report only now that the content could not be written.
    ofCopy(() => file.close())
    return { bytes: size, why }
  }

  /** Returns the next bytes of the content, at once if there are few. */
  async #content(length: number): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> {
    if (length > SMALL) return this.#reader.parts(length)
    return length === 0 ? [] : [await this.#reader.take(length)]
  }

  async #parts(file: FileSync, { map, size }: Sparse, progress: (done: number) => void): Promise<void> {
    for (let i = 0; i < map.length; i += 2) {
      const [offset = 0, length = 0] = [map[i], map[i + 1]]
      await turn()
      if (length > 0) await writeParts(file, await this.#content(length), progress, offset)
    }
    ofCopy(() => ftruncateSync(file.fd, size))
  }

  #other({ device, extended, kept, target, type }: Item, temporary: Place): Lost | undefined {
    const { directorySync, sync } = this.#to
    const mode = permissionsOf(kept)
    const make = (node: NewNode) => ofCopy(() => directorySync.makeNode(temporary.path, node, { mode }))
    const numbers = deviceOf(BigInt(device))
    switch (type) {
      case "1":
        ofLink(target, () => sync.linkSync(target, temporary.path))
        return undefined
      case "2":
        ofCopy(() => sync.symlinkSync(target, temporary.path))
        break
      case "3":
        make({ type: "CharacterDevice", ...numbers })
        break
      case "4":
        make({ type: "BlockDevice", ...numbers })
        break
      default:
        make({ type: "FIFO" })
    }
    return this.#attributes.toName({ stat: kept, extended }, temporary)
  }
}

/** Unpacks an archive into a directory. Calls `settle` after each entry, so that events can be printed. */
export const unpackFrom = async (
  input: AsyncIterable<Uint8Array>,
  to: End,
  options: UnpackOptions,
  on: (event: CopyEvent) => void,
  settle: () => Promise<void>
): Promise<CopySummary> => {
  const { isPiped, signal } = options
  const reporter = new Reporter(on)
  const inside = await openDirectory(to)
  const bytes = new Input(input, isPiped)
  const reader = new ArchiveReader(bytes)
  const unpacking = new Unpacking(inside, reader, reporter, options)
  const stop = () => bytes.stop()
  signal.addEventListener("abort", stop)
  let broken: string | undefined
  const create = async () => {
    try {
      for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
        await unpacking.entry(entry)
        await settle()
      }
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      broken = error.message
    }
    if (!signal.aborted) await unpacking.links(settle)
  }
  try {
    await create().catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    // Even after an interruption: if the archive is unpacked again, directories that exist keep their attributes.
    await unpacking.directories(settle)
  } finally {
    signal.removeEventListener("abort", stop)
    await inside.close()
  }
  if (broken !== undefined && !signal.aborted) throw new Unusable(broken)
  return reporter.summary(signal.aborted)
}

const openDirectory = async ({ path, root }: End): Promise<Opened> => {
  try {
    checkPath(path)
    return { ...await root.subRoot(path, INSIDE), userNamespace: root.userNamespace }
  } catch (error) {
    throw new Unusable(`The archive cannot be unpacked in ${legible(path)}: ${whyOf(error)}.`)
  }
}
