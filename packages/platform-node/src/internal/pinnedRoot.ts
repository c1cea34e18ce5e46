/** A root held open, so that neither a rename nor a reused PID puts another directory in its place. */
import { closeSync, fstatSync, openSync, readFileSync, readlinkSync, statSync } from "node:fs"
import { descriptorPath, O_DIRECTORY, O_PATH } from "./constants.js"
import { fromNode, toNode } from "./pathBytes.js"

const quiet = { throwIfNoEntry: false } as const

/** Which mount a descriptor is on: the same directory may be mounted twice, with other mounts inside (`proc(5)`). */
const mountOf = (fd: number): string | undefined =>
  /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1]

const pathOf = (fd: number): string => {
  const link = descriptorPath(fd)
  return fromNode(readlinkSync(link), () => readlinkSync(link, "buffer"))
}

/** @internal */
export const flags = O_PATH | O_DIRECTORY

/** @internal */
export class PinnedRoot implements Disposable {
  readonly fd: number
  /** Its descriptor's path, if that names it in this process's own mount namespace too. */
  readonly #place: string | undefined
  readonly #dev: number
  readonly #ino: number
  #checked = false
  #base: string
  #ownPath = ""

  /** Takes the descriptor over. `findPlace` may wait for the file system that the root is on. */
  constructor(fd: number, findPlace: boolean) {
    this.fd = fd
    this.#base = descriptorPath(fd)
    const { dev, ino } = findPlace ? fstatSync(fd) : { dev: 0, ino: 0 }
    this.#dev = dev
    this.#ino = ino
    this.#place = findPlace ? this.#find() : undefined
  }

  /** What a root found through `/proc/<pid>/root` reads as may be another directory here. */
  #find(): string | undefined {
    const place = pathOf(this.fd)
    let other: number
    try {
      other = openSync(toNode(place), flags)
    } catch {
      // Whatever stands in the way, the descriptor itself still serves.
      return undefined
    }
    try {
      const { dev, ino } = fstatSync(other)
      return dev === this.#dev && ino === this.#ino && mountOf(other) === mountOf(this.fd) ? place : undefined
    } finally {
      closeSync(other)
    }
  }

  /**
   * Both texts are checked once in a turn of the event loop: within it, no answer could be told from one given a moment
   * before.
   */
  #check(): void {
    if (this.#checked) return
    this.#checked = true
    queueMicrotask(() => {
      this.#checked = false
    })
    this.#ownPath = pathOf(this.fd)
    const found = this.#place === undefined ? undefined : statSync(toNode(this.#place), quiet)
    // A path through `/proc/self/fd` takes the kernel about twice as long.
    this.#base = this.#place !== undefined && found?.dev === this.#dev && found.ino === this.#ino
      ? this.#place === "/" ? "/." : this.#place
      : descriptorPath(this.fd)
  }

  /** A path of the root for lookups behind it, none of whose components is a link in the root. */
  get base(): string {
    this.#check()
    return this.#base
  }

  /** What the kernel calls the root, which is how the paths of descriptors inside it begin. */
  get ownPath(): string {
    this.#check()
    return this.#ownPath
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }
}
