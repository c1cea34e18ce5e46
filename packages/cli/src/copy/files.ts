/** Copies one file of any type except directories. */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import { type BigIntStats, fstatSync } from "node:fs"
import { major, minor } from "../attributes.js"
import { codeOf } from "../failure.js"
import { identityOf } from "../identity.js"
import { AttributeCopy, type Lost, permissionsOf, type Readable, readable, together } from "./attributes.js"
import { ContentCopy, isSmall } from "./content.js"
import { checkExtents, isSparse, sizeOf } from "./extents.js"
import { MOST_LINKED } from "../room.js"
import { type DryDirectory, type DryRun, isMade } from "./dryRun.js"
import { splitPath } from "../paths.js"
import { create, hasNativeCalls, type Place, refuseMountPoint, Temporary, textOf } from "./place.js"
import { ofCopy, Refused, whyOf } from "./why.js"

/**
 * A file that was listed as a regular file is something else. At a mount point, the listing has the type of the file
 * below the mount, and files can be replaced meanwhile.
 */
export class NotRegular extends Refused {
  constructor() {
    super("it was replaced by a file of another type")
  }
}

/** An open regular file. */
export class Source implements Disposable {
  readonly file: FileSync
  readonly stat: BigIntStats
  readonly #place: Place

  /** Throws `NotRegular` for a file of another type. */
  constructor(place: Place) {
    const { path, root } = place
    this.#place = place
    try {
      this.file = root.directorySync.openFile(path)
    } catch (error) {
      throw codeOf(error) === "ENXIO" ? new NotRegular() : error // a socket, or a device file without a device
    }
    try {
      this.stat = fstatSync(this.file.fd, { bigint: true })
      if (!this.stat.isFile()) throw new NotRegular()
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  get extended(): Readable {
    return readable(this.#place, this.file)
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]()
  }
}

/** The result for one file. */
export interface Result {
  readonly type: "copied" | "kept" | "skipped"
  readonly bytes: number
  readonly why?: string | Lost | undefined
}

/** Where a file is copied to. */
export interface Target {
  readonly place: Place
  /** Only in a dry run: the directory that it is copied to, if it is known. */
  readonly directory?: DryDirectory | undefined
  /** The same place with a longer path, in a root in which other files of the copy have a path too. */
  readonly whole: Place
  /** Its directory was created by this copy, so that nothing in it has to be kept or replaced. */
  readonly isNew: boolean
  /** It is a source of the command line that links were followed to, so that several can be the same file. */
  readonly isFollowed?: boolean
}

/** What is in the place of a copy. */
interface There {
  readonly isDirectory: boolean
  /** Whether it is a device, fifo or socket. */
  readonly isNode: boolean
  /** Missing if only a dry run would have created it. */
  readonly stat?: BigIntStats
}

/** The copy of a file with several names, some of which have not been copied yet. */
interface Linked {
  readonly place: Place
  readonly identity: string
  missing: bigint
}

/** What was found out before a file is copied. */
interface Checked {
  /** The result, if there is nothing more to do. */
  readonly done?: Result | undefined
  /** Why it cannot become another name of a file that was copied before. */
  readonly unlinked?: unknown
}

const KEPT: Result = { type: "kept", bytes: 0 }

/** Whether a link that was followed leads to no file, whatever is missing or wrong on the way. */
export const leadsNowhere = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"].includes(codeOf(error) ?? "")

export const lstat = (place: Place): BigIntStats => place.root.sync.lstatSync(textOf(place), { bigint: true })

/** Returns `undefined` if there is no such file. */
export const ifThere = <A>(find: () => A): A | undefined => {
  try {
    return find()
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

export const lstatIfThere = (place: Place): BigIntStats | undefined => ifThere(() => lstat(place))

export const deviceOf = (rdev: bigint) => ({ major: Number(major(rdev)), minor: Number(minor(rdev)) })

const nodeOf = (stat: BigIntStats) => {
  if (stat.isFIFO()) return { type: "FIFO" } as const
  if (stat.isSocket()) return { type: "Socket" } as const
  return { type: stat.isBlockDevice() ? "BlockDevice" : "CharacterDevice", ...deviceOf(stat.rdev) } as const
}

/** The errors if there are no native calls, no right to create devices, or no support for them in the file system. */
const CANNOT_MAKE = new Set(["ENOTSUP", "EPERM", "ENOSYS"])

/** Why a fifo, a socket or a device cannot be created there. `undefined` if the error has another reason. */
export const whyNotMade = (error: unknown, place: Place): string | undefined => {
  const code = codeOf(error) ?? ""
  if (!CANNOT_MAKE.has(code)) return undefined
  return code === "ENOTSUP" && !hasNativeCalls(place)
    ? "its copy needs koffi or Node 26 (ENOTSUP)"
    : whyOf(error)
}

/** A file is not replaced by a link to itself, since its content would be lost. */
const refuseToReplaceEnd = (there: BigIntStats, end: () => BigIntStats | undefined): void => {
  const found = end()
  if (found !== undefined && identityOf(found) === identityOf(there)) {
    throw new Refused("it is a link to the file that it would replace")
  }
}

const isNode = (stat: BigIntStats): boolean => !stat.isFile() && !stat.isDirectory() && !stat.isSymbolicLink()

/**
 * A device is not replaced by a file: that of the host may be the only one (`/dev/null`). Programs wait at a fifo or a
 * socket, and would not be found there any more.
 */
const refuseToReplaceNode = (there: There, stat: BigIntStats): void => {
  if (there.isNode && !isNode(stat)) throw new Refused("a device, fifo or socket is in its place")
}

/** Whether a file can be reached under several names. */
const isShared = ({ nlink }: BigIntStats, { isFollowed = false }: Target): boolean => nlink > 1n || isFollowed

export interface FileOptions {
  readonly overwrite: boolean
  readonly dryRun: DryRun | undefined
  /** Whether there are several sources, so that a file can be reached more often than it has names. */
  readonly several: boolean
  readonly signal: AbortSignal | undefined
}

export class FileCopy {
  readonly attributes: AttributeCopy
  readonly #options: FileOptions
  readonly #contents = new ContentCopy()
  readonly #linked = new Map<string, Linked>()

  constructor(attributes: AttributeCopy, options: FileOptions) {
    this.attributes = attributes
    this.#options = options
  }

  /** Copies a regular file: a small one at once, any other with a promise. Throws `NotRegular` for other types. */
  regular(from: Place, to: Target, progress: (bytes: number, size: number) => void): Result | Promise<Result> {
    return this.#small(from, to) ?? this.#large(from, to, progress)
  }

  /** Returns `undefined` if the file is not small, or has grown. */
  #small(from: Place, to: Target): Result | undefined {
    using source = new Source(from)
    const { file, stat } = source
    if (!isSmall(stat)) return undefined
    const { done, unlinked } = this.#beforeContent(from, source, to)
    if (done !== undefined) return done
    using temporary = new Temporary(to.place)
    using copy = ofCopy(() => create(temporary.place))
    const bytes = this.#contents.copySmall(file, copy, stat)
    return bytes === undefined ? undefined : this.#afterContent(source, to, temporary, copy, bytes, unlinked)
  }

  async #large(from: Place, to: Target, progress: (bytes: number, size: number) => void): Promise<Result> {
    using source = new Source(from)
    const { file, stat } = source
    const { done, unlinked } = this.#beforeContent(from, source, to)
    if (done !== undefined) return done
    using temporary = new Temporary(to.place)
    using copy = ofCopy(() => create(temporary.place))
    const bytes = await this.#contents.copy(from, file, copy, stat, this.#watched(sizeOf(stat), progress))
    return this.#afterContent(source, to, temporary, copy, bytes, unlinked)
  }

  #beforeContent(from: Place, { file, stat }: Source, to: Target): Checked {
    const { dryRun } = this.#options
    const checked = stat.nlink === 1n && to.isNew ? {} : this.#before(stat, to)
    if (checked.done !== undefined || dryRun === undefined) return checked
    if (isSparse(stat)) checkExtents(from, file, stat)
    dryRun.file(to, false)
    return { done: { type: "copied", bytes: sizeOf(stat) } }
  }

  #afterContent(
    source: Source,
    to: Target,
    temporary: Temporary,
    copy: FileSync,
    bytes: number,
    unlinked: unknown
  ): Result {
    const { extended, stat } = source
    const lost = this.attributes.toOpen({ file: extended, stat }, copy)
    if (isShared(stat, to)) this.#remember(stat, to.whole, fstatSync(copy.fd, { bigint: true }))
    // Some file systems report only now that the content could not be written.
    ofCopy(() => copy.close())
    return this.#named(stat, to, temporary, bytes, lost, unlinked)
  }

  #named(
    stat: BigIntStats,
    to: Target,
    temporary: Temporary,
    bytes: number,
    lost: Lost | undefined,
    unlinked: unknown
  ): Result {
    let isGiven = false
    try {
      isGiven = temporary.giveName({ overwrite: this.#options.overwrite, isNew: to.isNew })
    } finally {
      if (!isGiven) this.#linked.delete(identityOf(stat))
    }
    if (!isGiven) return KEPT
    const link = unlinked === undefined ? undefined : this.attributes.lostLink(unlinked)
    return { type: "copied", bytes, why: together([link, lost]) }
  }

  /**
   * Copies a link as text, or a fifo, a socket or a device if creating it is permitted. `end` finds what a link leads
   * to.
   */
  other(from: Place, stat: BigIntStats, to: Target, end: () => BigIntStats | undefined): Result {
    const { done, unlinked } = this.#before(stat, to, stat.isSymbolicLink() ? end : undefined)
    if (done !== undefined) return done
    if (this.#options.dryRun !== undefined) {
      this.#options.dryRun.file(to, isNode(stat))
      return { type: "copied", bytes: 0 }
    }
    const text = stat.isSymbolicLink() ? from.root.sync.readlinkSync(from.path) : undefined
    try {
      using temporary = new Temporary(to.place)
      const { path, root: { directorySync, sync } } = temporary.place
      if (text !== undefined) ofCopy(() => sync.symlinkSync(text, path))
      else ofCopy(() => directorySync.makeNode(path, nodeOf(stat), { mode: permissionsOf(stat) }))
      const lost = this.attributes.toName({ file: readable(from), stat }, temporary.place)
      if (isShared(stat, to)) this.#remember(stat, to.whole, lstat(temporary.place))
      return this.#named(stat, to, temporary, 0, lost, unlinked)
    } catch (error) {
      const why = text === undefined ? whyNotMade(error, to.place) : undefined
      if (why === undefined) throw error
      return { type: "skipped", bytes: 0, why }
    }
  }

  /** What is in the place of a copy: on the disk, or because a dry run would have created it. */
  there(to: Target): There | undefined {
    const made = this.#options.dryRun?.find(to)
    if (made !== undefined) return { isDirectory: made === "directory", isNode: made === "node" }
    const stat = to.isNew || isMade(to.directory) ? undefined : ofCopy(() => lstatIfThere(to.place))
    return stat === undefined ? undefined : { isDirectory: stat.isDirectory(), isNode: isNode(stat), stat }
  }

  /** Checks the destination. */
  #before(stat: BigIntStats, to: Target, end?: () => BigIntStats | undefined): Checked {
    const { dryRun, overwrite } = this.#options
    const there = this.there(to)
    if (there?.stat !== undefined && identityOf(there.stat) === identityOf(stat)) {
      throw new Refused("it is the same file as its copy")
    }
    if (there !== undefined && !overwrite) return { done: KEPT }
    if (there?.isDirectory === true) throw new Refused("a directory is in its place")
    if (there !== undefined) refuseToReplaceNode(there, stat)
    if (there?.stat !== undefined && end !== undefined) refuseToReplaceEnd(there.stat, end)
    if (dryRun === undefined) return isShared(stat, to) ? this.#link(stat, to) : {}
    if (there?.stat !== undefined) ofCopy(() => refuseMountPoint(to.place, splitPath(to.place.path).parent))
    return {}
  }

  /**
   * Links to the copy of a file that was copied before under another name. If this fails, the file has to be copied
   * again: there are too many links (EMLINK), the file system has no hard links, or somebody has moved or replaced the
   * copy.
   */
  #link(stat: BigIntStats, to: Target): Checked {
    const { whole } = to
    const linked = this.#linked.get(identityOf(stat))
    if (linked === undefined) return {}
    // Only within one open root: the path to a copy in another root could be longer than the kernel accepts.
    if (linked.place.root !== whole.root) return { unlinked: new Refused("its names are too many directories apart") }
    try {
      using temporary = new Temporary(whole)
      whole.root.sync.linkSync(linked.place.path, temporary.place.path)
      if (identityOf(lstat(temporary.place)) !== linked.identity) {
        return { unlinked: new Refused("the copy was replaced by another file") }
      }
      const isPut = temporary.giveName({ overwrite: this.#options.overwrite, isNew: to.isNew, isLink: true })
      if (--linked.missing === 0n && !this.#options.several) this.#linked.delete(identityOf(stat))
      return { done: isPut ? { type: "copied", bytes: 0 } : KEPT }
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      return { unlinked: error }
    }
  }

  #remember(stat: BigIntStats, place: Place, copy: BigIntStats): void {
    if (this.#linked.size === MOST_LINKED) return
    this.#linked.set(identityOf(stat), { place, identity: identityOf(copy), missing: stat.nlink - 1n })
  }

  #watched(size: number, progress: (bytes: number, size: number) => void): (bytes: number) => void {
    const { signal } = this.#options
    return (bytes) => {
      signal?.throwIfAborted()
      progress(bytes, size)
    }
  }
}
