/** Copies the attributes of a file that a copy keeps: owner, mode, times and extended attributes. */
import type { FileHandle } from "@procfsroot/node/Promises"
import { type BigIntStats, fchownSync } from "node:fs"
import { codeOf } from "../failure.js"
import { type Place, textOf } from "./place.js"
import { whyOf } from "./why.js"

const PERMISSIONS = 0o7777n
const SET_ID = 0o6000

/** They give a program rights, as set-id bits do (`capabilities(7)`). */
export const CAPABILITIES = "security.capability"

/** The prefix of ACLs. They can deny the owner writing, and with it setting other attributes. */
const ACL = "system.posix_acl_"

/** The attributes that a copy keeps, from an inode or from an entry of an archive. */
export type Kept = Pick<BigIntStats, "atimeNs" | "gid" | "isSymbolicLink" | "mode" | "mtimeNs" | "uid">

export const permissionsOf = ({ mode }: Pick<Kept, "mode">): number => Number(mode & PERMISSIONS)

const NO_FOLLOW = { noFollow: true }

/** Extended attributes by their names. */
export type Extended = Iterable<readonly [name: string, value: Uint8Array]>

/** A file whose extended attributes can be accessed: an open one, or one with a name. */
export type Extendable = Pick<FileHandle, "getExtendedAttribute" | "listExtendedAttributes" | "setExtendedAttribute">

/** Gives access to the extended attributes of a file that cannot be opened, such as a link. */
export const extendable = (place: Place): Extendable => {
  const { directory } = place.root
  const text = textOf(place)
  return {
    getExtendedAttribute: (name) => directory.getExtendedAttribute(text, name, NO_FOLLOW),
    listExtendedAttributes: () => directory.listExtendedAttributes(text, NO_FOLLOW),
    setExtendedAttribute: (name, value) => directory.setExtendedAttribute(text, name, value, NO_FOLLOW)
  }
}

/** Where a file's attributes come from. */
export interface Origin {
  /** Missing if there is no file. */
  readonly file?: Extendable | undefined
  /** The extended attributes, if there is no file. */
  readonly extended?: Extended | undefined
  readonly stat: Kept
}

/** Passes a failed system call to `lose`, and returns `undefined`. */
const trying = async <A>(use: Promise<A>, lose: (error: unknown) => void): Promise<A | undefined> => {
  try {
    return await use
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    lose(error)
    return undefined
  }
}

async function* valuesOf(
  file: Extendable,
  names: ReadonlyArray<string>,
  lose: (error: unknown) => void
): AsyncGenerator<readonly [name: string, value: Uint8Array]> {
  for (const name of names) {
    const value = await trying(file.getExtendedAttribute(name), lose)
    if (value !== undefined) yield [name, value]
  }
}

const none: Extended = []

/**
 * Reads the extended attributes of a file. Most files have none. If one cannot be read, the error is passed to `lose`.
 */
export const readExtended = async (
  file: Extendable,
  lose: (error: unknown) => void
): Promise<Extended | AsyncIterable<readonly [name: string, value: Uint8Array]>> => {
  const names = await trying(file.listExtendedAttributes(), lose) ?? []
  return names.length === 0 ? none : valuesOf(file, names, lose)
}

const together = (reasons: ReadonlyArray<string | undefined>): string | undefined => {
  const known = reasons.filter((reason) => reason !== undefined)
  return known.length === 0 ? undefined : known.join(", and ")
}

/** Sets the attributes of copies, and remembers which kinds could not be set, so that each is reported only once. */
export class AttributeCopy {
  readonly #owner: boolean
  readonly #reported = new Set<string>()

  constructor(owner: boolean) {
    this.#owner = owner
  }

  /**
   * Sets the attributes of an open file or directory. The owner is set first, since changing it clears set-id bits and
   * capabilities. A copy with another owner gets neither: they would give the rights of the user who copies to the user
   * who wrote the file.
   */
  async toOpen(from: Origin, file: FileHandle): Promise<string | undefined> {
    const isOwned = this.#own((uid, gid) => fchownSync(file.fd, uid, gid), from.stat)
    const mode = permissionsOf(from.stat)
    return together([
      isOwned.why,
      await this.#extended(from, file, isOwned.kept),
      await this.#set("the mode", file.chmod(isOwned.kept ? mode : mode & ~SET_ID)),
      await this.#set("the times", file.utimes(from.stat.atimeNs, from.stat.mtimeNs))
    ])
  }

  /** Sets the attributes of a file that cannot be opened: a link, a fifo, a socket or a device. A link has no mode. */
  async toName(from: Origin, place: Place): Promise<string | undefined> {
    const { directory, promises, sync } = place.root
    const isOwned = this.#own((uid, gid) => sync.lchownSync(place.path, uid, gid), from.stat)
    return together([
      isOwned.why,
      await this.#extended(from, extendable(place), isOwned.kept),
      // The file was created with a mode reduced by the umask.
      from.stat.isSymbolicLink()
        ? undefined
        : await this.#set("the mode", promises.chmod(place.path, permissionsOf(from.stat))),
      await this.#set("the times", directory.lutimes(place.path, from.stat.atimeNs, from.stat.mtimeNs))
    ])
  }

  /** A file system that cannot keep an attribute, or lets only others change it, can still keep the content. */
  async #set(what: string, use: Promise<void>): Promise<string | undefined> {
    let why: string | undefined
    await trying(use, (error) => {
      why = this.#once(what, error)
    })
    return why
  }

  #own(
    chown: (uid: number, gid: number) => void,
    { gid, uid }: Kept
  ): { readonly kept: boolean; readonly why?: string | undefined } {
    if (!this.#owner) return { kept: false }
    try {
      chown(Number(uid), Number(gid))
      return { kept: true }
    } catch (error) {
      return { kept: false, why: this.#once("the owner", error) }
    }
  }

  async #extended({ extended = [], file }: Origin, to: Extendable, isOwned: boolean): Promise<string | undefined> {
    let lost: string | undefined
    const lose = (error: unknown): void => {
      lost ??= this.lost(error)
    }
    const found = file === undefined ? extended : await readExtended(file, lose)
    if (found === none) return lost
    const last: Array<readonly [name: string, value: Uint8Array]> = []
    for await (const [name, value] of found) {
      if (name === CAPABILITIES && !isOwned) continue
      if (name.startsWith(ACL)) last.push([name, value])
      else await trying(to.setExtendedAttribute(name, value), lose)
    }
    for (const [name, value] of last) await trying(to.setExtendedAttribute(name, value), lose)
    return lost
  }

  /** The message for extended attributes that could not be kept, or `undefined` if it was already reported. */
  lost(error: unknown): string | undefined {
    return this.#once("extended attributes", error)
  }

  #once(what: string, error: unknown): string | undefined {
    const why = `${what} could not be kept: ${whyOf(error)}`
    if (this.#reported.has(why)) return undefined
    this.#reported.add(why)
    return why
  }
}
