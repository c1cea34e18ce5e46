/**
 * Copies a tree, directory by directory. It uses a list instead of recursion, because a tree can be deeper than the
 * call stack.
 */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { DirectoryEntry } from "@procfsroot/vfs/InodeOperations"
import type { BigIntStats } from "node:fs"
import { type Lost, type Origin, readable } from "./attributes.js"
import { identityOf } from "../identity.js"
import type { Reporter } from "./events.js"
import { MOST_NAMES, TooManyNames } from "../room.js"
import { type FileCopy, type FileOptions, lstat, NotRegular, type Result, type Target } from "./files.js"
import { letOwnerUse, openMade } from "./made.js"
import { INSIDE, type Place, placeIn, shortened, textOf } from "./place.js"
import { turn } from "./turn.js"
import { ofCopy, ofCopyLater, Refused, whyOf } from "./why.js"

interface TreeOptions extends FileOptions {
  readonly oneFileSystem: boolean
  /** What the path of a source leads to, if it can be found: the path can be too long, or change meanwhile. */
  readonly endOf: (path: string) => BigIntStats | undefined
}

/** A directory that is being copied. */
interface Level {
  readonly name: string
  readonly from: Place
  readonly stat: BigIntStats
  /** The directory is the one that this copy has created or filled, and in a dry run the one that it would have. */
  readonly to: Pick<Target, "directory" | "isNew" | "place">
  /**
   * The directories in it that have not been copied yet. They are copied after all files, so that only one directory is
   * read at a time.
   */
  readonly directories: Array<string>
  readonly opened: ReadonlyArray<OpenRoot>
  /** The directory of the copy, unless the one of a level further out is the same, mounted a second time. */
  readonly target: string | undefined
}

/** A directory and its copy, opened as roots while their files are copied. */
interface Near {
  readonly from: Place
  readonly to: Place
  readonly close: () => Promise<void>
}

/**
 * With this many files or more, opening a directory and its copy costs less than resolving their paths for each file.
 */
const MANY = 8

export class TreeCopy {
  readonly #files: FileCopy
  readonly #reporter: Reporter
  readonly #options: TreeOptions
  readonly #levels: Array<Level> = []
  /** How many directories, on all levels, have not been copied yet. */
  #waiting = 0
  /** The directories that are being filled. If somebody moved one into the source, copying it would never end. */
  readonly #targets = new Set<string>()

  /** The mount of the source, for `oneFileSystem`. A bind mount can have the same device. */
  #mount: bigint | undefined

  constructor(files: FileCopy, reporter: Reporter, options: TreeOptions) {
    this.#files = files
    this.#reporter = reporter
    this.#options = options
  }

  /**
   * Copies a file of any type, which is reported as `name`. With `into`, copies only the content of a directory into
   * another.
   */
  async copy(name: string, from: Place, target: Target, into: boolean): Promise<void> {
    await this.#guarded(name, async () => {
      const stat = lstat(from)
      if (into) await this.#enter(name, from, stat, target)
      else await this.#any(name, from, stat, target)
    })
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) await this.#next(level)
  }

  get #isAborted(): boolean {
    return this.#options.signal?.aborted === true
  }

  /** Built when needed, since keeping the path of each level of a deep tree would take many megabytes. */
  #pathOf(name: string, depth = this.#levels.length): string {
    const names = this.#levels.slice(0, depth).map((level) => level.name)
    return [...names, name].join("/") || "/"
  }

  async #next(level: Level): Promise<void> {
    const name = this.#isAborted ? undefined : level.directories.pop()
    if (name === undefined) return this.#leave(level)
    this.#waiting--
    await this.#guarded(name, async () => {
      const from = placeIn(level.from, name)
      await this.#any(name, from, lstat(from), targetIn(level, name))
    })
  }

  /** If a file cannot be copied, the copy continues with the others. */
  async #guarded(name: string, work: () => Promise<void>): Promise<void> {
    const depth = this.#levels.length
    try {
      await work()
    } catch (error) {
      this.#failed(name, depth, error)
    }
  }

  #failed(name: string, depth: number, error: unknown): void {
    if (!this.#isAborted) this.#reporter.report("failed", this.#pathOf(name, depth), 0, whyOf(error))
  }

  async #any(name: string, from: Place, stat: BigIntStats, to: Target): Promise<void> {
    if (stat.isDirectory()) await this.#directory(name, from, stat, to)
    else await this.#file(name, from, stat, to)
  }

  /** Copies a file of any type except directories. */
  #file(name: string, from: Place, stat: BigIntStats, to: Target): Promise<void> | undefined {
    if (stat.isFile()) return this.#regular(name, from, to)
    const path = this.#pathOf(name)
    this.#report(path, this.#files.other(from, stat, to, () => this.#options.endOf(path)))
    return undefined
  }

  #regular(name: string, from: Place, to: Target): Promise<void> | undefined {
    const path = this.#pathOf(name)
    const progress = (bytes: number, size: number) => this.#reporter.progress(path, bytes, size)
    const result = this.#files.regular(from, to, progress)
    if (result instanceof Promise) return result.then((done) => this.#report(path, done))
    this.#report(path, result)
    return undefined
  }

  #report(path: string, { bytes, type, why }: Result): void {
    this.#reporter.report(type, path, bytes, why)
  }

  async #directory(name: string, from: Place, stat: BigIntStats, to: Target): Promise<void> {
    this.#refuseTarget(stat)
    const isNew = to.isNew || !this.#isThere(to)
    if (isNew && this.#options.dryRun === undefined) ofCopy(() => to.place.root.sync.mkdirSync(to.place.path, 0o700))
    await this.#enter(name, from, stat, { ...to, isNew })
  }

  #isThere(to: Target): boolean {
    const there = this.#files.there(to)
    if (there?.isDirectory === false) throw new Refused("a file that is not a directory is in its place")
    return there !== undefined
  }

  #refuseTarget(stat: BigIntStats): void {
    if (this.#targets.has(identityOf(stat))) throw new Refused("it is a directory that is being filled by this copy")
  }

  /** Copies the files of a directory, and collects the directories in it for later. */
  async #enter(name: string, from: Place, stat: BigIntStats, to: Target): Promise<void> {
    const { dryRun } = this.#options
    const there = dryRun === undefined ? ofCopy(() => lstat(to.place)) : this.#files.there(to)?.stat
    const target = there === undefined || this.#targets.has(identityOf(there)) ? undefined : identityOf(there)
    if (target !== undefined) this.#targets.add(target)
    if (there !== undefined && to.isNew) letOwnerUse(to.place, there)
    const directory = there === undefined ? dryRun?.directory(to) : identityOf(there)
    this.#refuseTarget(stat)
    const directories: Array<string> = []
    const opened: Array<OpenRoot> = []
    const source = await shortened(from, opened)
    const place = there === undefined ? to.place : await shortenedCopy(to.place, opened)
    const filled = { place, directory, isNew: to.isNew }
    const level: Level = { name, from: source, stat, to: filled, directories, opened, target }
    this.#levels.push(level)
    const { oneFileSystem, signal } = this.#options
    if (oneFileSystem && this.#isOtherMount(source)) return
    const entries = source.root.directory.streamDirectoryEntries(textOf(source), { signal })
    let near: Near | undefined
    let count = 0
    try {
      for await (const part of entries.parts()) {
        for (const { name } of part.filter(isDirectory)) this.#later(level, name)
        const files = part.filter((entry) => !isDirectory(entry))
        count += files.length
        if (count >= MANY && near === undefined && dryRun === undefined) near = await openNear(source, place)
        await this.#entries(level, files, near)
      }
    } finally {
      await near?.close()
    }
    directories.reverse()
  }

  #isOtherMount(place: Place): boolean {
    const { mountId } = place.root.directorySync.lstat(textOf(place))
    this.#mount ??= mountId
    return mountId !== this.#mount
  }

  #later({ directories }: Level, name: string): void {
    if (this.#waiting === MOST_NAMES) throw new TooManyNames()
    this.#waiting++
    directories.push(name)
  }

  /** Copies the files in a part of a directory. A promise for each would take longer than most files. */
  async #entries(level: Level, entries: ReadonlyArray<DirectoryEntry>, near: Near | undefined): Promise<void> {
    const depth = this.#levels.length
    for (const entry of entries) {
      try {
        const copying = this.#entry(level, entry, near)
        if (copying !== undefined) await copying
      } catch (error) {
        this.#failed(entry.name, depth, error)
      }
      const others = turn()
      if (others !== undefined) await others
      this.#options.signal?.throwIfAborted()
    }
  }

  #entry(level: Level, { name, type }: DirectoryEntry, near: Near | undefined): Promise<void> | undefined {
    const from = placeIn(near?.from ?? level.from, name)
    const target = targetIn(level, name, near)
    try {
      if (type === "File") return this.#regular(name, from, target)
    } catch (error) {
      if (!(error instanceof NotRegular)) throw error
    }
    const stat = lstat(from)
    if (!stat.isDirectory()) return this.#file(name, from, stat, target)
    this.#later(level, name)
    return undefined
  }

  /**
   * Leaves a directory, and sets the attributes of the copy. Until then the copy has to be writable, and its times
   * change.
   */
  async #leave(level: Level): Promise<void> {
    this.#levels.pop()
    const { from, name, opened, stat, target, to } = level
    if (target !== undefined) this.#targets.delete(target)
    try {
      if (!to.isNew) return
      const path = this.#pathOf(name)
      const lost = this.#options.dryRun === undefined
        ? this.#finish({ file: readable(from), stat }, to)
        : undefined
      this.#reporter.directory(path, lost)
    } catch (error) {
      this.#reporter.report("failed", this.#pathOf(name), 0, whyOf(error))
    } finally {
      for (const root of opened) await root.close()
    }
  }

  #finish(from: Origin, { directory, place }: Level["to"]): Lost | undefined {
    using made = openMade(place, directory)
    return this.#files.attributes.toOpen(from, made)
  }
}

const isDirectory = ({ type }: DirectoryEntry): boolean => type === "Directory"

const targetIn = ({ to: { directory, isNew, place } }: Level, name: string, near?: Near): Target => {
  const whole = placeIn(place, name)
  return { place: near === undefined ? whole : placeIn(near.to, name), whole, directory, isNew }
}

/** If the directory of the copy cannot be opened, nothing stays open. */
const shortenedCopy = async (place: Place, opened: Array<OpenRoot>): Promise<Place> => {
  try {
    return await ofCopyLater(() => shortened(place, opened))
  } catch (error) {
    for (const root of opened) await root.close()
    throw error
  }
}

const openNear = async (from: Place, to: Place): Promise<Near> => {
  const opened = await from.root.subRoot(textOf(from), INSIDE)
  try {
    const copy = await ofCopyLater(() => to.root.subRoot(textOf(to), INSIDE))
    const close = async () => {
      await opened.close()
      await copy.close()
    }
    return { from: { root: opened, path: "" }, to: { root: copy, path: "" }, close }
  } catch (error) {
    await opened.close()
    throw error
  }
}
