/**
 * Files found one below the other, without a descriptor for each level: most of those on a long way are closed again. One
 * that is needed once more (for a `..`, or when what is below it is done) is opened by its names from the nearest one that
 * is still open, never by `..`, which leads out of a directory that was moved. It must be the same file as before.
 */
import { descriptorPath, O_NOFOLLOW, O_PATH } from "../constants.js"
import { errnoError } from "../errnoError.js"
import { toNode } from "../pathBytes.js"
import type { Hold } from "./hold.js"
import { identityOf } from "./identity.js"

/** @internal */
export const O_HANDLE = O_PATH | O_NOFOLLOW

/** @internal */
export const childPath = (directory: number, name: string): string | Buffer =>
  toNode(`${descriptorPath(directory)}/${name}`)

/** How many files of one way are open at the same time. */
const MOST = 32

/** @internal */
export class FoundFile {
  readonly parent: FoundFile | undefined
  readonly name: string
  readonly #files: FoundFiles
  /** `undefined` while it is closed; `FoundFiles` keeps it. */
  descriptor: number | undefined
  #identity: bigint | undefined = undefined

  constructor(files: FoundFiles, parent: FoundFile | undefined, name: string, descriptor: number) {
    this.#files = files
    this.parent = parent
    this.name = name
    this.descriptor = descriptor
  }

  /** For calls that are made at once: what is found next may close it. Throws ESTALE if its names lead elsewhere by now. */
  get fd(): number {
    return this.descriptor ?? this.#files.reopen(this)
  }

  /** Whether another descriptor is of the file that was remembered. */
  isAt(fd: number): boolean {
    return this.#identity === identityOf(fd)
  }

  /** Before it is closed: what has its name later must be the same file. */
  remember(): void {
    this.#identity ??= identityOf(this.fd)
  }

  get identity(): bigint {
    return this.#identity ??= identityOf(this.fd)
  }

  /** What has this name in it, a link itself. */
  find(name: string): FoundFile {
    return this.#files.find(this, name)
  }

  /** A file that was opened in another way, and is not found by names again: it stays open until it is closed. */
  adopt(descriptor: number, close: (descriptor: number) => void): FoundFile {
    return this.#files.adopt(descriptor, close)
  }

  /** For one that is needed no more. */
  close(): void {
    this.#files.close(this)
  }
}

/**
 * The files that were found on one way, some of them open: these close with `hold`.
 *
 * @internal
 */
export class FoundFiles {
  readonly #hold: Hold
  readonly #open = new Set<FoundFile>()

  constructor(hold: Hold) {
    this.#hold = hold
  }

  /** Where the way begins: whoever opened it closes it, and it stays open until the end. */
  top(fd: number): FoundFile {
    return new FoundFile(this, undefined, "", fd)
  }

  find(parent: FoundFile, name: string): FoundFile {
    const found = new FoundFile(this, parent, name, this.#hold.open(childPath(parent.fd, name), O_HANDLE))
    this.#keepOpen(found)
    return found
  }

  adopt(descriptor: number, close: (descriptor: number) => void): FoundFile {
    return new FoundFile(this, undefined, "", this.#hold.adopt(descriptor, close))
  }

  close(found: FoundFile): void {
    this.#open.delete(found)
    if (found.descriptor === undefined) return
    this.#hold.close(found.descriptor)
    found.descriptor = undefined
  }

  reopen(found: FoundFile): number {
    const closed: Array<FoundFile> = []
    let from = found
    while (from.descriptor === undefined && from.parent !== undefined) {
      closed.push(from)
      from = from.parent
    }
    let fd = from.fd
    for (const next of closed.toReversed()) {
      fd = this.#openAgain(fd, next)
      next.descriptor = fd
      this.#keepOpen(next)
    }
    return fd
  }

  #openAgain(parent: number, found: FoundFile): number {
    const fd = this.#openName(parent, found.name)
    if (found.isAt(fd)) return fd
    this.#hold.close(fd)
    throw errnoError("ESTALE", "open")
  }

  #openName(parent: number, name: string): number {
    try {
      return this.#hold.open(childPath(parent, name), O_HANDLE)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
      throw code === "ENOENT" || code === "ENOTDIR" ? errnoError("ESTALE", "open") : error
    }
  }

  #keepOpen(found: FoundFile): void {
    this.#open.add(found)
    if (this.#open.size > MOST) this.#closeSome(found)
  }

  /**
   * Keeps those on the way to `last` that are near it, and fewer and fewer further up: whatever is reopened later is at most
   * half as far from an open file as `last` is from it.
   */
  #closeSome(last: FoundFile): void {
    const kept = new Set<FoundFile>()
    let distance = 0
    let next = 0
    for (let at: FoundFile | undefined = last; at !== undefined; at = at.parent, distance++) {
      if (distance < next || !this.#open.has(at)) continue
      kept.add(at)
      next = distance + 1 + (distance >> 1)
    }
    for (const found of this.#open) {
      if (kept.has(found) || found.descriptor === undefined) continue
      found.remember()
      this.close(found)
    }
  }
}
