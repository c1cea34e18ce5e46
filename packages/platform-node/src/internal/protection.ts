/**
 * `fs.protected_symlinks`, `fs.protected_regular` and `fs.protected_fifos` of `proc_sys_fs(5)`: in a sticky directory that
 * others may write to, nobody is led on by another's link, nor opens another's file where a new one was meant. The kernel
 * checks the paths that it follows. A walk follows links itself, and has to check as the kernel does: `may_follow_link` and
 * `may_create_in_sticky` in `fs/namei.c`.
 */
import { constants, readFileSync } from "node:fs"
import { isExhausted } from "./errnoError.js"
import { S_IFDIR, S_IFIFO, S_IFMT, S_IFREG } from "./constants.js"

const STICKY = 0o1000
const { S_IWGRP, S_IWOTH } = constants

/** @internal */
export interface Owned {
  readonly uid: number
  readonly mode: number
}

/** The settings, as numbers. */
interface Settings {
  readonly symlinks: number
  readonly regular: number
  readonly fifos: number
  /** What files of users outside this process's user namespace seem to belong to: two of them may have two owners. */
  readonly unmapped: number | undefined
}

/** Each at its strictest, where a procfs without `/proc/sys` does not show it: that refuses too much rather than too little. */
const STRICTEST = { symlinks: 1, regular: 2, fifos: 2 } as const

const read = (place: string): string | undefined => {
  try {
    return readFileSync(place, "latin1").trim()
  } catch (error) {
    if (isExhausted(error)) throw error
    return undefined
  }
}

const setting = (name: keyof typeof STRICTEST): number => {
  const text = read(`/proc/sys/fs/protected_${name}`)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : STRICTEST[name]
}

/** The map of a user namespace that has every user (`user_namespaces(7)`). */
const everybody = /^0\s+0\s+4294967295$/

const OVERFLOW_UID = 65_534

const unmappedUser = (): number | undefined =>
  everybody.test(read("/proc/self/uid_map") ?? "")
    ? undefined
    : Number(read("/proc/sys/kernel/overflowuid") ?? OVERFLOW_UID)

/** @internal */
export class Protection {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Throws where no descriptor is free to read the settings. */
  static read(): Protection {
    return new Protection({
      symlinks: setting("symlinks"),
      regular: setting("regular"),
      fifos: setting("fifos"),
      unmapped: unmappedUser()
    })
  }

  /** Whether the directory of a link decides if it may be followed: the link is not our own. */
  concernsLink({ uid }: Owned): boolean {
    return this.#settings.symlinks !== 0 && !this.#isOurs(uid)
  }

  /** Whether a link that `concernsLink` may not be followed as the last component. */
  deniesLink(link: Owned, directory: Owned): boolean {
    const open = STICKY | S_IWOTH
    return (directory.mode & open) === open && !this.#isSame(link.uid, directory.uid)
  }

  /** Whether the directory of a file decides if it may be opened with O_CREAT. */
  concernsFile({ mode, uid }: Owned): boolean {
    const type = mode & S_IFMT
    return type !== S_IFDIR && this.#level(type) !== 0 && !this.#isOurs(uid)
  }

  /** Whether a file that `concernsFile` may not be opened with O_CREAT. */
  deniesFile(file: Owned, directory: Owned): boolean {
    if ((directory.mode & STICKY) === 0 || this.#isSame(file.uid, directory.uid)) return false
    if ((directory.mode & S_IWOTH) !== 0) return true
    return (directory.mode & S_IWGRP) !== 0 && this.#level(file.mode & S_IFMT) === GROUP_TOO
  }

  /** The kernel has no setting for devices and sockets: it always refuses those of others, where everybody may write. */
  #level(type: number): number {
    const { fifos, regular } = this.#settings
    return type === S_IFREG ? regular : type === S_IFIFO ? fifos : 1
  }

  /** The kernel asks for the fsuid, which follows the effective one: Node has no way to set it alone. */
  #isOurs(uid: number): boolean {
    return this.#isSame(uid, process.geteuid?.())
  }

  #isSame(uid: number, other: number | undefined): boolean {
    return uid === other && uid !== this.#settings.unmapped
  }
}

/** From this value on, a setting holds in directories that a group may write to, too. */
const GROUP_TOO = 2
