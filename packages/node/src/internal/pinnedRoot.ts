/** A root that is kept open, so that neither a rename nor a reused PID can replace it. */
import { closeSync, openSync, readlinkSync, statSync } from "node:fs"
import { descriptorPath, O_DIRECTORY, O_PATH } from "./constants.js"
import { errnoError, isExhausted } from "./errnoError.js"
import { type Identity, isSame, stat } from "./fileSystem/identity.js"
import { fromNode, toNode } from "./pathBytes.js"
import { mountOf } from "./procfs/mount.js"

const exactly = { bigint: true, throwIfNoEntry: false } as const
const quiet = { throwIfNoEntry: false } as const

const pathOf = (fd: number): string => {
  const link = descriptorPath(fd)
  return fromNode(readlinkSync(link), () => readlinkSync(link, "buffer"))
}

/**
 * In bytes. The path to the next anchor and a name are appended to the root's path, and together they must
 * fit in `PATH_MAX`.
 */
const LONGEST_PLACE = 2_048

/** @internal */
export const flags = O_PATH | O_DIRECTORY

/** @internal */
export class PinnedRoot implements Disposable {
  readonly findsPlace: boolean
  readonly #fd: number
  #isOpen = true
  /** The path that the kernel shows for the descriptor, if it leads to the root in this process's mount namespace. */
  readonly #place: string | undefined
  /** Which file the root is. */
  readonly #identity: Identity | undefined
  /** Its inode number, if a JavaScript number can represent it exactly. */
  readonly #number: number | undefined
  #mount: bigint | undefined

  readonly #close: (fd: number) => void

  /**
   * Closes the descriptor with `close` when it is disposed. With `findsPlace`, it may wait for the root's file system.
   */
  constructor(fd: number, findsPlace: boolean, close: (fd: number) => void = closeSync) {
    this.#fd = fd
    this.#close = close
    this.findsPlace = findsPlace
    try {
      this.#identity = findsPlace ? stat(fd) : undefined
      const number = Number(this.#identity?.ino)
      this.#number = Number.isSafeInteger(number) ? number : undefined
      this.#place = findsPlace ? this.#find() : undefined
    } catch (error) {
      close(fd)
      throw error
    }
  }

  get fd(): number {
    if (!this.#isOpen) throw errnoError("EBADF", "openat")
    return this.#fd
  }

  /** The mount that the root is on, which `find` finds the first time. */
  mount(find: (fd: number) => bigint): bigint {
    return this.#mount ??= find(this.fd)
  }

  /**
   * Finds `#place`. The path of a root that was opened through `/proc/<pid>/root` may lead to another directory here.
   */
  #find(): string | undefined {
    let other: number | undefined
    try {
      const place = pathOf(this.fd)
      if (Buffer.byteLength(place) > LONGEST_PLACE) return undefined
      // Without O_DIRECTORY, which would mount the file system of an automount point.
      other = openSync(toNode(place), O_PATH)
      return this.#isAt(stat(other)) && mountOf(other) === mountOf(this.fd) ? place : undefined
    } catch (error) {
      if (isExhausted(error)) throw error
      // After any other error, the descriptor itself still works.
      return undefined
    } finally {
      if (other !== undefined) closeSync(other)
    }
  }

  #isAt(found: Identity | undefined): boolean {
    return found !== undefined && this.#identity !== undefined && isSame(found, this.#identity)
  }

  #stillAt(place: string): boolean {
    const name = toNode(place)
    try {
      // Numbers cost less than bigints. Numbers up to 2^53 are exact, and no larger number is rounded to one of them.
      if (this.#number === undefined) return this.#isAt(statSync(name, exactly))
      const found = statSync(name, quiet)
      return found !== undefined && found.ino === this.#number && BigInt(found.dev) === this.#identity?.dev
    } catch {
      // A file, a loop or an inaccessible directory: something else is there now.
      return false
    }
  }

  /**
   * A path to the root, to which lookups append their names. No part of it is a link inside the root. Valid for one
   * walk: later, another directory may have the root's name.
   */
  get base(): string {
    const place = this.#place
    // The kernel takes about twice as long for a path through `/proc/self/fd`.
    if (place === undefined || !this.#stillAt(place)) return descriptorPath(this.fd)
    return place === "/" ? "/." : place
  }

  [Symbol.dispose](): void {
    this.#isOpen = false
    this.#close(this.#fd)
  }
}
