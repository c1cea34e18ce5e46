/** The rules of `may_follow_link` and `may_create_in_sticky` in `fs/namei.c`. */
import type { Owned, Settings } from "../Protection.js"
import { isDirectory, isFifo, isFile, STICKY } from "./mode.js"

const OTHERS_WRITE = 0o002
const GROUP_WRITE = 0o020

/** @internal */
export class Protection {
  readonly #settings: Settings
  readonly #ownUid: () => number | undefined

  constructor(settings: Settings, ownUid: () => number | undefined) {
    this.#settings = settings
    this.#ownUid = ownUid
  }

  /** Whether `deniesLink` has to be called: the link belongs to another user. */
  concernsLink({ uid }: Owned): boolean {
    return this.#settings.symlinks !== 0 && !this.#isOurs(uid)
  }

  /** Whether the link may not be followed as the last component. Call it only if `concernsLink` returned `true`. */
  deniesLink(link: Owned, directory: Owned): boolean {
    const open = STICKY | OTHERS_WRITE
    return (directory.mode & open) === open && !this.#isSame(link.uid, directory.uid)
  }

  /** Whether `deniesFile` has to be called before the file is opened with O_CREAT. */
  concernsFile(file: Owned): boolean {
    return !isDirectory(file) && this.#level(file) !== 0 && !this.#isOurs(file.uid)
  }

  /** Whether the file may not be opened with O_CREAT. Call it only if `concernsFile` returned `true`. */
  deniesFile(file: Owned, directory: Owned): boolean {
    if ((directory.mode & STICKY) === 0 || this.#isSame(file.uid, directory.uid)) return false
    if ((directory.mode & OTHERS_WRITE) !== 0) return true
    return (directory.mode & GROUP_WRITE) !== 0 && this.#level(file) === GROUP_TOO
  }

  /**
   * The value of the setting that applies to the file. The kernel has none for devices and sockets: in a sticky
   * directory that everybody may write to, it always refuses those of other users.
   */
  #level(file: Owned): number {
    const { fifos, regular } = this.#settings
    return isFile(file) ? regular : isFifo(file) ? fifos : 1
  }

  #isOurs(uid: number): boolean {
    return this.#isSame(uid, this.#ownUid())
  }

  #isSame(uid: number, other: number | undefined): boolean {
    return uid === other && uid !== this.#settings.unmapped
  }
}

/** From this value on, a setting also applies in directories that only a group may write to. */
const GROUP_TOO = 2
