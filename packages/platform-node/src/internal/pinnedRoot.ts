/** A root held open, so that neither a rename nor a reused PID puts another directory in its place. */
import { closeSync, fstatSync, openSync, readFileSync, readlinkSync, statSync } from "node:fs"
import { descriptorPath, O_DIRECTORY, O_PATH } from "./constants.js"
import { errnoError } from "./errnoError.js"
import { fromNode, toNode } from "./pathBytes.js"

const quiet = { throwIfNoEntry: false } as const

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
  readonly #dev: number
  readonly #ino: number

  /** Takes the descriptor over. `findPlace` may wait for the file system that the root is on. */
  constructor(fd: number, findPlace: boolean) {
    this.#fd = fd
    const { dev, ino } = findPlace ? fstatSync(fd) : { dev: 0, ino: 0 }
    this.#dev = dev
    this.#ino = ino
    this.#place = findPlace ? this.#find() : undefined
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
      return this.#isAt(fstatSync(other)) && mountOf(other) === mountOf(this.fd) ? place : undefined
    } catch {
      // Whatever stands in the way, the descriptor itself still serves.
      return undefined
    } finally {
      if (other !== undefined) closeSync(other)
    }
  }

  #isAt(found: { readonly dev: number; readonly ino: number } | undefined): boolean {
    return found?.dev === this.#dev && found.ino === this.#ino
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
