/** A root held open, so that neither a rename nor a reused PID puts another directory in its place. */
import { closeSync, openSync, readFileSync, readlinkSync, statSync } from "node:fs"
import { descriptorPath, O_DIRECTORY, O_PATH } from "./constants.js"
import { errnoError, isExhausted } from "./errnoError.js"
import { type Identity, isSame, stat } from "./fileSystem/identity.js"
import { fromNode, toNode } from "./pathBytes.js"

const quiet = { bigint: true, throwIfNoEntry: false } as const

/** Which mount a descriptor is on: the same directory may be mounted twice, with other mounts inside (`proc(5)`). */
const mountOf = (fd: number): string | undefined =>
  /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1]

const pathOf = (fd: number): string => {
  const link = descriptorPath(fd)
  return fromNode(readlinkSync(link), () => readlinkSync(link, "buffer"))
}

/** Behind the root's own path there must be room for the way to the next anchor and a name (`PATH_MAX`). */
const LONGEST_PLACE = 2_048

/** @internal */
export const flags = O_PATH | O_DIRECTORY

/** @internal */
export class PinnedRoot implements Disposable {
  readonly #fd: number
  #isOpen = true
  /** Its descriptor's path, if that names it in this process's own mount namespace too. */
  readonly #place: string | undefined
  /** Dentry where the place is. */
  readonly #identity: Identity | undefined

  /** Takes the descriptor over. `findPlace` may wait for the file system that the root is on. */
  constructor(fd: number, findPlace: boolean) {
    this.#fd = fd
    try {
      this.#identity = findPlace ? stat(fd) : undefined
      this.#place = findPlace ? this.#find() : undefined
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  get fd(): number {
    if (!this.#isOpen) throw errnoError("EBADF", "openat")
    return this.#fd
  }

  /** What a root found through `/proc/<pid>/root` reads as may be another directory here. */
  #find(): string | undefined {
    let other: number | undefined
    try {
      const place = pathOf(this.fd)
      if (Buffer.byteLength(place) > LONGEST_PLACE) return undefined
      other = openSync(toNode(place), flags)
      return this.#isAt(stat(other)) && mountOf(other) === mountOf(this.fd) ? place : undefined
    } catch (error) {
      if (isExhausted(error)) throw error
      // Whatever else stands in the way, the descriptor itself still serves.
      return undefined
    } finally {
      if (other !== undefined) closeSync(other)
    }
  }

  #isAt(found: Identity | undefined): boolean {
    return found !== undefined && this.#identity !== undefined && isSame(found, this.#identity)
  }

  #stillAt(place: string): boolean {
    try {
      return this.#isAt(statSync(toNode(place), quiet))
    } catch {
      // A file, a loop, a directory that may not be searched: something else is there now.
      return false
    }
  }

  /**
   * A path of the root for lookups behind it, none of whose components is a link in the root. Good for one walk: a moment
   * later, something else may have the root's name.
   */
  get base(): string {
    const place = this.#place
    // A path through `/proc/self/fd` takes the kernel about twice as long.
    if (place === undefined || !this.#stillAt(place)) return descriptorPath(this.fd)
    return place === "/" ? "/." : place
  }

  [Symbol.dispose](): void {
    this.#isOpen = false
    closeSync(this.#fd)
  }
}
