/** One file of any type but a directory, to its place in the destination. */
import type { FileHandle } from "@procfsroot/node/Promises"
import { type BigIntStats, fstatSync } from "node:fs"
import { major, minor } from "../attributes.js"
import { codeOf } from "../failure.js"
import { AttributeCopy, extendable, permissionsOf } from "./attributes.js"
import { ContentCopy, isOneHole } from "./content.js"
import { MOST_LINKED } from "../room.js"
import { type Place, put, removeQuietly, textOf } from "./place.js"
import { Refused, whyOf } from "./why.js"

/** What was listed as a regular file is something else. */
class NotRegular extends Refused {
  constructor() {
    super("it was replaced by a file of another type")
  }
}

/** Whether it is a regular file. A directory lists the type of what is below a mount, and somebody may exchange files. */
export const ifRegular = async (work: () => Promise<void>): Promise<boolean> => {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof NotRegular) return false
    throw error
  }
}

/** The caller closes the file. */
export const openRegular = async ({ path, root }: Place): Promise<{ file: FileHandle; stat: BigIntStats }> => {
  let file: FileHandle
  try {
    file = await root.promises.open(path, "r")
  } catch (error) {
    throw codeOf(error) === "ENXIO" ? new NotRegular() : error // a socket, or a device that is not there
  }
  try {
    const stat = fstatSync(file.fd, { bigint: true })
    if (!stat.isFile()) throw new NotRegular()
    return { file, stat }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** What has become of a file. */
export interface Result {
  readonly type: "copied" | "kept" | "skipped"
  readonly bytes: number
  readonly why?: string | undefined
}

/** Where a file goes. */
export interface Target {
  readonly place: Place
  /** The same by a longer path, from where other files of the copy can be named as well. */
  readonly whole: Place
  /** Nothing was in its directory before. */
  readonly isNew: boolean
}

/** The copy of a file with several names, of which some are still to come. */
interface Linked {
  readonly place: Place
  readonly identity: string
  missing: bigint
}

const KEPT: Result = { type: "kept", bytes: 0 }

export const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

export const lstat = (place: Place): Promise<BigIntStats> => place.root.promises.lstat(textOf(place), { bigint: true })

/** `undefined` if nothing is there. */
export const ifThere = async <A>(found: Promise<A>): Promise<A | undefined> => {
  try {
    return await found
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

export const lstatIfThere = (place: Place): Promise<BigIntStats | undefined> => ifThere(lstat(place))

export const deviceOf = (rdev: bigint) => ({ major: Number(major(rdev)), minor: Number(minor(rdev)) })

const nodeOf = (stat: BigIntStats) => {
  if (stat.isFIFO()) return { type: "FIFO" } as const
  if (stat.isSocket()) return { type: "Socket" } as const
  return { type: stat.isBlockDevice() ? "BlockDevice" : "CharacterDevice", ...deviceOf(stat.rdev) } as const
}

/** No native calls, no right to make devices, or a file system without them. */
export const CANNOT_MAKE = new Set(["ENOTSUP", "EPERM", "ENOSYS"])

export interface FileOptions {
  readonly overwrite: boolean
  readonly dryRun: boolean
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

  /** A regular file, otherwise `NotRegular`. */
  async regular(
    from: Place,
    to: Target,
    progress: (bytes: number, size: number) => void
  ): Promise<Result> {
    const { file, stat } = await openRegular(from)
    try {
      const done = stat.nlink === 1n && to.isNew ? undefined : await this.#before(stat, to)
      if (done !== undefined) return done
      const isHole = await isOneHole(from, stat)
      const size = Number(stat.size)
      if (this.#options.dryRun) return { type: "copied", bytes: size }
      let [bytes, why] = [size, undefined as string | undefined]
      const isPut = await put(to.place, this.#options.overwrite, async (temporary) => {
        const copy = await temporary.root.promises.open(temporary.path, "wx", 0o600)
        try {
          if (isHole) await copy.truncate(size)
          else bytes = await this.#contents.copy(file, copy, size, this.#watched(size, progress))
          why = await this.attributes.toOpen({ file, stat }, copy)
          await this.#remember(stat, to.whole, copy)
        } finally {
          await copy.close()
        }
      })
      return isPut ? { type: "copied", bytes, why } : this.#forget(stat)
    } finally {
      await file.close()
    }
  }

  /** A link, as its text; a fifo, a socket or a device, if it may be made. */
  async other(from: Place, stat: BigIntStats, to: Target): Promise<Result> {
    const done = await this.#before(stat, to)
    if (done !== undefined) return done
    if (this.#options.dryRun) return { type: "copied", bytes: 0 }
    const text = stat.isSymbolicLink() ? await from.root.promises.readlink(from.path) : undefined
    let why: string | undefined
    try {
      const isPut = await put(to.place, this.#options.overwrite, async (temporary) => {
        const { directory, promises } = temporary.root
        if (text !== undefined) await promises.symlink(text, temporary.path)
        else await directory.makeNode(temporary.path, nodeOf(stat), { mode: permissionsOf(stat) })
        why = await this.attributes.toName({ file: extendable(from), stat }, temporary)
        await this.#remember(stat, to.whole, temporary)
      })
      return isPut ? { type: "copied", bytes: 0, why } : this.#forget(stat)
    } catch (error) {
      const isNode = text === undefined && CANNOT_MAKE.has(codeOf(error) ?? "")
      if (isNode) return { type: "skipped", bytes: 0, why: whyOf(error) }
      throw error
    }
  }

  /** What may end it before anything is made. */
  async #before(stat: BigIntStats, { isNew, place, whole }: Target): Promise<Result | undefined> {
    const there = isNew ? undefined : await lstatIfThere(place)
    if (there !== undefined && identityOf(there) === identityOf(stat)) {
      throw new Refused("it is the same file as its copy")
    }
    if (there !== undefined && !this.#options.overwrite) return KEPT
    if (there?.isDirectory() === true) throw new Refused("a directory is in its place")
    return stat.nlink > 1n && !this.#options.dryRun ? this.#link(stat, whole) : undefined
  }

  /** Another name of a file that was copied before. If the copy has been exchanged since, it is copied again. */
  async #link(stat: BigIntStats, to: Place): Promise<Result | undefined> {
    const linked = this.#linked.get(identityOf(stat))
    // Only within one open root: a path to the other may be longer than the kernel takes.
    if (linked === undefined || linked.place.root !== to.root) return undefined
    let temporary: Place | undefined
    let isSame = true
    try {
      const isPut = await put(to, this.#options.overwrite, async (name) => {
        await to.root.promises.link(linked.place.path, name.path)
        temporary = name
        isSame = identityOf(await lstat(name)) === linked.identity
        if (!isSame) throw new Refused("the copy was replaced by another file")
      })
      if (--linked.missing === 0n) this.#linked.delete(identityOf(stat))
      return isPut ? { type: "copied", bytes: 0 } : KEPT
    } catch (error) {
      // EMLINK, a file system without hard links, a copy that somebody has moved or replaced.
      if (codeOf(error) === undefined && isSame) throw error
      return undefined
    } finally {
      // A rename between two names of one file leaves both (rename(2)).
      if (temporary !== undefined) await removeQuietly(temporary)
    }
  }

  async #remember(stat: BigIntStats, place: Place, copy: FileHandle | Place): Promise<void> {
    if (stat.nlink === 1n || this.#linked.size === MOST_LINKED) return
    const made = "path" in copy ? await lstat(copy) : await copy.stat({ bigint: true })
    this.#linked.set(identityOf(stat), { place, identity: identityOf(made), missing: stat.nlink - 1n })
  }

  #forget(stat: BigIntStats): Result {
    this.#linked.delete(identityOf(stat))
    return KEPT
  }

  #watched(size: number, progress: (bytes: number, size: number) => void): (bytes: number) => void {
    const { signal } = this.#options
    return (bytes) => {
      signal?.throwIfAborted()
      progress(bytes, size)
    }
  }
}
