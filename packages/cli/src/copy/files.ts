/** Copies one file of any type except directories. */
import type { FileHandle } from "@procfsroot/node/Promises"
import { type BigIntStats, fstatSync } from "node:fs"
import { major, minor } from "../attributes.js"
import { codeOf } from "../failure.js"
import { AttributeCopy, extendable, permissionsOf } from "./attributes.js"
import { ContentCopy } from "./content.js"
import { checkExtents, isSparse, sizeOf } from "./extents.js"
import { MOST_LINKED } from "../room.js"
import { type Place, put, removeQuietly, textOf } from "./place.js"
import { ofCopy, Refused, whyOf } from "./why.js"

/** A file that was listed as a regular file is something else. */
class NotRegular extends Refused {
  constructor() {
    super("it was replaced by a file of another type")
  }
}

/**
 * Returns whether it was a regular file. The type in a directory listing can be wrong: at a mount point, it is the type
 * of the file below the mount, and files can be replaced meanwhile.
 */
export const ifRegular = async (work: () => Promise<void>): Promise<boolean> => {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof NotRegular) return false
    throw error
  }
}

/** Opens a regular file. The caller has to close it. */
export const openRegular = async ({ path, root }: Place): Promise<{ file: FileHandle; stat: BigIntStats }> => {
  let file: FileHandle
  try {
    file = await root.promises.open(path, "r")
  } catch (error) {
    throw codeOf(error) === "ENXIO" ? new NotRegular() : error // a socket, or a device file without a device
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

/** The result for one file. */
export interface Result {
  readonly type: "copied" | "kept" | "skipped"
  readonly bytes: number
  readonly why?: string | undefined
}

/** Where a file is copied to. */
export interface Target {
  readonly place: Place
  /** The same place with a longer path, in a root in which other files of the copy have a path too. */
  readonly whole: Place
  /** Its directory was created by this copy, so nothing can be in the way. */
  readonly isNew: boolean
}

/** The copy of a file with several names, some of which have not been copied yet. */
interface Linked {
  readonly place: Place
  readonly identity: string
  missing: bigint
}

const KEPT: Result = { type: "kept", bytes: 0 }

export const identityOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

export const lstat = (place: Place): Promise<BigIntStats> => place.root.promises.lstat(textOf(place), { bigint: true })

/** Returns `undefined` if there is no such file. */
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

/** The errors if there are no native calls, no right to create devices, or no support for them in the file system. */
export const CANNOT_MAKE = new Set(["ENOTSUP", "EPERM", "ENOSYS"])

/** A file is not replaced by a link to itself, since its content would be lost. */
const refuseToReplaceEnd = async (
  there: BigIntStats,
  end: () => Promise<BigIntStats | undefined>
): Promise<void> => {
  const found = await end()
  if (found !== undefined && identityOf(found) === identityOf(there)) {
    throw new Refused("it is a link to the file that it would replace")
  }
}

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

  /** Copies a regular file. Throws `NotRegular` for any other. */
  async regular(
    from: Place,
    to: Target,
    progress: (bytes: number, size: number) => void
  ): Promise<Result> {
    const { file, stat } = await openRegular(from)
    try {
      const done = stat.nlink === 1n && to.isNew ? undefined : await this.#before(stat, to)
      if (done !== undefined) return done
      const size = sizeOf(stat)
      if (this.#options.dryRun) {
        if (isSparse(stat)) await checkExtents(from, file, stat)
        return { type: "copied", bytes: size }
      }
      let [bytes, why] = [size, undefined as string | undefined]
      const isPut = await put(to.place, this.#options.overwrite, async (temporary) => {
        const copy = await ofCopy(temporary.root.promises.open(temporary.path, "wx", 0o600))
        try {
          bytes = await this.#contents.copy(from, file, copy, stat, this.#watched(size, progress))
          why = await this.attributes.toOpen({ file, stat }, copy)
          if (stat.nlink > 1n) await this.#remember(stat, to.whole, copy)
        } finally {
          await copy.close()
        }
      })
      return isPut ? { type: "copied", bytes, why } : this.#forget(stat)
    } finally {
      await file.close()
    }
  }

  /**
   * Copies a link as text, or a fifo, a socket or a device if creating it is permitted. `end` finds what a link leads
   * to.
   */
  async other(
    from: Place,
    stat: BigIntStats,
    to: Target,
    end: () => Promise<BigIntStats | undefined>
  ): Promise<Result> {
    const done = await this.#before(stat, to, stat.isSymbolicLink() ? end : undefined)
    if (done !== undefined) return done
    if (this.#options.dryRun) return { type: "copied", bytes: 0 }
    const text = stat.isSymbolicLink() ? await from.root.promises.readlink(from.path) : undefined
    let why: string | undefined
    try {
      const isPut = await put(to.place, this.#options.overwrite, async (temporary) => {
        const { directory, promises } = temporary.root
        if (text !== undefined) await ofCopy(promises.symlink(text, temporary.path))
        else await ofCopy(directory.makeNode(temporary.path, nodeOf(stat), { mode: permissionsOf(stat) }))
        why = await this.attributes.toName({ file: extendable(from), stat }, temporary)
        if (stat.nlink > 1n) await this.#remember(stat, to.whole, temporary)
      })
      return isPut ? { type: "copied", bytes: 0, why } : this.#forget(stat)
    } catch (error) {
      const isNode = text === undefined && CANNOT_MAKE.has(codeOf(error) ?? "")
      if (isNode) return { type: "skipped", bytes: 0, why: whyOf(error) }
      throw error
    }
  }

  /** Checks the destination. Returns a result if there is nothing more to do. */
  async #before(
    stat: BigIntStats,
    { isNew, place, whole }: Target,
    end?: () => Promise<BigIntStats | undefined>
  ): Promise<Result | undefined> {
    const there = isNew ? undefined : await ofCopy(lstatIfThere(place))
    if (there !== undefined && identityOf(there) === identityOf(stat)) {
      throw new Refused("it is the same file as its copy")
    }
    if (there !== undefined && !this.#options.overwrite) return KEPT
    if (there?.isDirectory() === true) throw new Refused("a directory is in its place")
    if (there !== undefined && end !== undefined) await refuseToReplaceEnd(there, end)
    return stat.nlink > 1n && !this.#options.dryRun ? this.#link(stat, whole) : undefined
  }

  /**
   * Links to the copy of a file that was copied before under another name. Returns `undefined` if the file has to be
   * copied again, for example because its copy was replaced meanwhile.
   */
  async #link(stat: BigIntStats, to: Place): Promise<Result | undefined> {
    const linked = this.#linked.get(identityOf(stat))
    // Only within one open root: the path to a copy in another root could be longer than the kernel accepts.
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
      // There are too many links (EMLINK), the file system has no hard links, or somebody has moved or replaced the
      // copy.
      if (codeOf(error) === undefined && isSame) throw error
      return undefined
    } finally {
      // Renaming one name of a file to another name of the same file leaves both (rename(2)).
      if (temporary !== undefined) await removeQuietly(temporary)
    }
  }

  async #remember(stat: BigIntStats, place: Place, copy: FileHandle | Place): Promise<void> {
    if (this.#linked.size === MOST_LINKED) return
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
