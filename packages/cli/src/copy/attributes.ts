/** Copies the attributes of a file that a copy keeps: owner, mode, times and extended attributes. */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import type { BigIntStats } from "node:fs"
import { codeOf } from "../failure.js"
import { between, type Conversion, own, unpacking, type UserNamespace } from "../userNamespace.js"
import { convertAcl, hasUnknown, isAcl, onlyMasked } from "./acl.js"
import { CAPABILITIES, convertCapabilities } from "./capabilities.js"
import { hasNativeCalls, type Place, textOf } from "./place.js"
import { Refused, whyNotSet } from "./why.js"

const PERMISSIONS = 0o7777n
const SET_ID = 0o6000

/**
 * The prefix of attributes that XFS has for itself. As root, it also lists ACLs under such names. Like `cp -a`, a copy
 * leaves them out (`/etc/xattr.conf`).
 */
const XFS = "trusted.SGI_"

/**
 * The labels of SELinux and Smack. A copy gets the label of its new place from the kernel. With that of the host,
 * processes of a container could not open it. EVM's checksum is that of the original's inode.
 */
const OF_THE_ORIGINAL = /^security\.(?:selinux$|SMACK64|evm$)/

/** Whether only the original has this attribute, not a copy or an unpacked file. */
export const isOfTheOriginal = (name: string): boolean => OF_THE_ORIGINAL.test(name)

const isCopied = (name: string): boolean => !isOfTheOriginal(name) && !name.startsWith(XFS)

/** The attributes that a copy keeps, from an inode or from an entry of an archive. */
export type Kept = Pick<BigIntStats, "atimeNs" | "gid" | "isSymbolicLink" | "mode" | "mtimeNs" | "uid">

export const permissionsOf = ({ mode }: Pick<Kept, "mode">): number => Number(mode & PERMISSIONS)

const NO_FOLLOW = { noFollow: true }

type Chown = (uid: number, gid: number) => void

/** Extended attributes by their names. */
export type Extended = Iterable<readonly [name: string, value: Uint8Array]>

/** A file whose extended attributes can be accessed: an open one, or one with a name. */
type Extendable = Pick<FileSync, "getExtendedAttribute" | "listExtendedAttributes" | "setExtendedAttribute">

/** Gives access to the extended attributes of a file that cannot be opened, such as a link. */
const byName = (place: Place): Extendable => {
  const { directorySync: directory } = place.root
  const text = textOf(place)
  return {
    getExtendedAttribute: (name) => directory.getExtendedAttribute(text, name, NO_FOLLOW),
    listExtendedAttributes: () => directory.listExtendedAttributes(text, NO_FOLLOW),
    setExtendedAttribute: (name, value) => directory.setExtendedAttribute(text, name, value, NO_FOLLOW)
  }
}

/** Extended attributes that can be read. */
export type Readable = Pick<Extendable, "getExtendedAttribute" | "listExtendedAttributes">

/**
 * Gives access to the extended attributes of a file to copy, which can be open. On a file system without them, as many
 * FUSE file systems are, listing them fails with ENOTSUP, and the file has none. Without native calls, the same error
 * means that they cannot be read.
 */
export const readable = (place: Place, open?: FileSync): Readable => {
  const file = open ?? byName(place)
  const isReadable = hasNativeCalls(place)
  return {
    getExtendedAttribute: (name) => file.getExtendedAttribute(name),
    listExtendedAttributes: () => {
      try {
        return file.listExtendedAttributes()
      } catch (error) {
        if (isReadable && codeOf(error) === "ENOTSUP") return []
        throw error
      }
    }
  }
}

/** Where a file's attributes come from. */
export interface Origin {
  /** Missing if there is no file. */
  readonly file?: Readable | undefined
  /** The extended attributes, if there is no file. */
  readonly extended?: Extended | undefined
  readonly stat: Kept
}

/** Takes the error with which an extended attribute, or the names of all, could not be read or set. */
type Lose = (error: unknown, name?: string) => void

/** Passes a failed system call to `lose`, and returns `undefined`. */
const trying = <A>(use: () => A, lose: (error: unknown) => void): A | undefined => {
  try {
    return use()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    lose(error)
    return undefined
  }
}

function* valuesOf(
  file: Readable,
  names: ReadonlyArray<string>,
  lose: Lose
): Generator<readonly [name: string, value: Uint8Array]> {
  for (const name of names) {
    const value = trying(() => file.getExtendedAttribute(name), (error) => lose(error, name))
    if (value !== undefined) yield [name, value]
  }
}

const none: Extended = []

const all = (): boolean => true

/**
 * Reads those extended attributes of a file whose names are wanted. Most files have none. If one cannot be read, the
 * error is passed to `lose`.
 */
export const readExtended = (file: Readable, lose: Lose, isWanted: (name: string) => boolean = all): Extended => {
  const names = (trying(() => file.listExtendedAttributes(), lose) ?? []).filter(isWanted)
  return names.length === 0 ? none : valuesOf(file, names, lose)
}

/** What could not be kept in a copy. */
export interface Lost {
  readonly why: string
  /**
   * Whether the command fails because of it. Like `cp -a` and `tar`, it does so for owners, modes, times and ACLs, and
   * not for other extended attributes, which many file systems do not have.
   */
  readonly isFailure: boolean
}

export const together = (all: ReadonlyArray<Lost | undefined>): Lost | undefined => {
  const known = all.filter((lost) => lost !== undefined)
  if (known.length < 2) return known[0]
  return { why: known.map(({ why }) => why).join(", and "), isFailure: known.some(({ isFailure }) => isFailure) }
}

/** The owner that a copy got. */
interface Owned {
  /** Whether set-id bits and capabilities are kept as well. */
  readonly keepsRights: boolean
  readonly lost?: Lost | undefined
}

/** What became of the extended attributes of a copy. */
interface CopiedExtended {
  readonly lost: ReadonlyArray<Lost | undefined>
  /** The permissions that only an ACL that was lost has kept from the owning group. */
  readonly denied: number
}

const NO_SUCH_OWNER = "its user or group does not exist in the user namespace of the copy"
const ONLY_NAMES = "in the archive, a user or group in it has no number, which \"tar --numeric-owner\" writes"
const OTHER_OWNER = "on the host, the copy belongs to another user or group"

/** Sets the attributes of copies, and remembers which kinds could not be set, so that each is reported only once. */
export class AttributeCopy {
  readonly #owner: boolean
  readonly #to: UserNamespace
  readonly #reported = new Set<string>()
  #conversion: Conversion

  /** Ids are those that `to` sees, if `from` is not called. */
  constructor(owner: boolean, to: UserNamespace = own) {
    this.#owner = owner
    this.#to = to
    this.#conversion = unpacking(to)
  }

  /** Sets the user namespace of the files that are copied next. */
  from(from: UserNamespace): void {
    this.#conversion = between(from, this.#to)
  }

  /**
   * Sets the attributes of an open file or directory. The owner is set first, since changing it clears set-id bits and
   * capabilities. A copy with another owner gets neither: they would give the rights of the user who copies to the user
   * who wrote the file.
   */
  toOpen(from: Origin, file: FileSync): Lost | undefined {
    const owned = this.#own((uid, gid) => file.chown(uid, gid), from.stat)
    const { denied, lost } = this.#extended(from, file, owned.keepsRights)
    const mode = permissionsOf(from.stat) & ~denied
    return together([
      owned.lost,
      ...lost,
      this.#set("the mode", () => file.chmod(owned.keepsRights ? mode : mode & ~SET_ID)),
      this.#set("the times", () => file.utimes(from.stat.atimeNs, from.stat.mtimeNs))
    ])
  }

  /** Gives an open file that has no original to the root of the user namespace, if it is another one. */
  toNew(file: FileSync): Lost | undefined {
    return this.#ownNew((uid, gid) => file.chown(uid, gid))
  }

  /**
   * Sets the attributes of a file that cannot be opened: a link, a fifo, a socket or a device. A link has no mode. Set-id
   * bits and capabilities mean nothing there, and are left out: somebody may have put a program in the place of the file.
   */
  toName(from: Origin, place: Place): Lost | undefined {
    const { directorySync, sync } = place.root
    const owned = this.#own((uid, gid) => sync.lchownSync(place.path, uid, gid), from.stat)
    const { denied, lost } = this.#extended(from, byName(place), false)
    return together([
      owned.lost,
      ...lost,
      // The file was created with a mode reduced by the umask.
      from.stat.isSymbolicLink()
        ? undefined
        : this.#set("the mode", () => sync.chmodSync(place.path, permissionsOf(from.stat) & ~denied & ~SET_ID)),
      this.#set("the times", () => directorySync.lutimes(place.path, from.stat.atimeNs, from.stat.mtimeNs))
    ])
  }

  /** A file system that cannot keep an attribute, or lets only others change it, can still keep the content. */
  #set(what: string, use: () => void): Lost | undefined {
    let lost: Lost | undefined
    trying(use, (error) => {
      lost = this.#once(what, error)
    })
    return lost
  }

  #own(chown: Chown, { gid, mode, uid }: Kept): Owned {
    if (!this.#owner) return { keepsRights: false, lost: this.#ownNew(chown) }
    const [user, group] = [this.#conversion.user(Number(uid)), this.#conversion.group(Number(gid))]
    if (user === undefined || group === undefined) {
      const lost = this.#ownNew(chown)
      return { keepsRights: false, lost: lost ?? this.#once("the owner", new Refused(NO_SUCH_OWNER)) }
    }
    try {
      chown(user, group)
    } catch (error) {
      return { keepsRights: false, lost: this.#once("the owner", error) }
    }
    const { isKnown, keepsRights } = this.#conversion
    const isSame = keepsRights || (user === Number(uid) && group === Number(gid))
    if (isSame && isKnown(Number(uid), Number(gid))) return { keepsRights: true }
    const isLost = (Number(mode) & SET_ID) !== 0
    return { keepsRights: false, lost: isLost ? this.#once("set-id bits", new Refused(OTHER_OWNER)) : undefined }
  }

  /** Only root can change the owner of files. */
  #ownNew(chown: Chown): Lost | undefined {
    if (this.#to === own || process.geteuid?.() !== 0) return undefined
    const [user, group] = [this.#to.users.outside(0), this.#to.groups.outside(0)]
    if (user === undefined || group === undefined) return undefined
    return this.#set("the owner", () => chown(user, group))
  }

  #extended({ extended = [], file }: Origin, to: Extendable, keepsRights: boolean): CopiedExtended {
    const { lose, lost } = this.losses()
    const found = file === undefined ? extended : readExtended(file, lose, isCopied)
    if (found === none) return { lost, denied: 0 }
    const last: Array<readonly [name: string, value: Uint8Array]> = []
    for (const [name, value] of found) {
      if (name === CAPABILITIES && !keepsRights) continue
      if (isAcl(name)) last.push([name, value])
      else {
        const converted = name === CAPABILITIES ? convertCapabilities(value, this.#conversion) : value
        if (converted === undefined) lose(new Refused(NO_SUCH_OWNER), name)
        else trying(() => to.setExtendedAttribute(name, converted), (error) => lose(error, name))
      }
    }
    let denied = 0
    for (const [name, value] of last) {
      const acl = convertAcl(value, this.#conversion)
      const loseAcl = (error: unknown) => {
        denied |= onlyMasked(name, value)
        lost.push(this.#once("the ACL", error))
      }
      if (acl === undefined) loseAcl(new Refused(file === undefined && hasUnknown(value) ? ONLY_NAMES : NO_SUCH_OWNER))
      else trying(() => to.setExtendedAttribute(name, acl), loseAcl)
    }
    return { lost, denied }
  }

  /**
   * Collects what to report of the extended attributes of a file: all ACLs, and the first of the others. If their names
   * cannot be read, there may be an ACL among them. ENOTSUP says only that there are no native calls.
   */
  losses(): { readonly lose: Lose; readonly lost: Array<Lost | undefined> } {
    const lost: Array<Lost | undefined> = [undefined]
    return {
      lost,
      lose: (error, name) => {
        if (name !== undefined && isAcl(name)) return void lost.push(this.#once("the ACL", error))
        lost[0] ??= this.#once("extended attributes", error, name === undefined && codeOf(error) !== "ENOTSUP")
      }
    }
  }

  /** What to report of a hard link, once for each reason. Like `cp -a`, the command fails because of it. */
  lostLink(error: unknown): Lost | undefined {
    return this.#once("a hard link", error)
  }

  #once(what: string, error: unknown, isFailure = true): Lost | undefined {
    const why = `${what} could not be kept: ${whyNotSet(error)}`
    if (this.#reported.has(why)) return undefined
    this.#reported.add(why)
    return { why, isFailure }
  }
}
