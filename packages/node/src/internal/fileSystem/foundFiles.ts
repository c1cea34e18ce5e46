/**
 * Files found one below the other, without a descriptor for each level: most of those on a long way are closed again. One
 * that is needed once more (for a `..`, or when what is below it is done) is opened by its names from the nearest one that
 * is still open, never by `..`, which leads out of a directory that was moved. It must be the same file as before.
 */
import * as Errno from "@procfsroot/vfs/Errno"
import type { SystemCalls } from "../systemCalls.js"

/** How many files of one way are open at the same time. */
const MOST = 32

/**
 * What closes a descriptor: whoever opened it. Node keeps a list of the descriptors that a Worker has opened, and warns of one
 * that it closes but has not opened.
 */
type Close = (fd: number) => void

/** @internal */
export class FoundFile {
  readonly parent: FoundFile | undefined
  readonly name: string
  /** How far it is from the file that its names begin at. */
  readonly depth: number
  /** `undefined` while it is closed. */
  descriptor: number | undefined
  readonly #files: FoundFiles
  readonly #closeDescriptor: Close
  #identity: bigint | undefined = undefined

  constructor(files: FoundFiles, parent: FoundFile | undefined, name: string, descriptor: number, close: Close) {
    this.#files = files
    this.parent = parent
    this.name = name
    this.depth = parent === undefined ? 0 : parent.depth + 1
    this.descriptor = descriptor
    this.#closeDescriptor = close
  }

  /** For calls that are made at once: what is found next may close it. Throws ESTALE if its names lead elsewhere by now. */
  get fd(): number {
    return this.descriptor ?? this.#files.reopen(this)
  }

  get identity(): bigint {
    return this.#identity ??= this.#files.calls.identity(this.fd)
  }

  /** Whether another descriptor is of the file that was remembered. */
  isAt(fd: number): boolean {
    return this.#identity === this.#files.calls.identity(fd)
  }

  /** What has this name in it, a link itself. */
  find(name: string): FoundFile {
    return this.#files.find(this, name)
  }

  /** A file that was opened in another way, and is not found by names again: it stays open until it is closed. */
  adopt(descriptor: number, close: Close): FoundFile {
    return new FoundFile(this.#files, undefined, "", descriptor, close)
  }

  /** For a while: what has its name later must be the same file. */
  suspend(): void {
    this.#identity ??= this.#files.calls.identity(this.fd)
    this.close()
  }

  close(): void {
    this.#files.forget(this)
    if (this.descriptor === undefined) return
    this.#closeDescriptor(this.descriptor)
    this.descriptor = undefined
  }
}

/**
 * The files that one operation has found by names. Whoever is given one closes it.
 *
 * @internal
 */
export class FoundFiles {
  readonly calls: SystemCalls
  readonly #open = new Set<FoundFile>()

  constructor(calls: SystemCalls) {
    this.calls = calls
  }

  /** Where names begin. Whoever opened it closes it. */
  top(fd: number): FoundFile {
    return new FoundFile(this, undefined, "", fd, () => {})
  }

  find(parent: FoundFile, name: string): FoundFile {
    const found = new FoundFile(this, parent, name, this.calls.open(parent.fd, name), this.calls.close)
    this.#keepOpen(found)
    return found
  }

  forget(found: FoundFile): void {
    this.#open.delete(found)
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

  #keepOpen(found: FoundFile): void {
    this.#open.add(found)
    if (this.#open.size > MOST) this.#closeSome(found)
  }

  /**
   * Keeps those that are about as deep as `last`, and fewer and fewer further up: whatever is reopened later is at most half
   * as far from an open file as `last` is from it. An operation may go down two ways at once, so that two are as deep.
   */
  #closeSome(last: FoundFile): void {
    let next = 0
    let depth = last.depth
    for (const file of [...this.#open].toSorted((a, b) => b.depth - a.depth)) {
      const distance = last.depth - file.depth
      if (distance < next && file.depth !== depth) file.suspend()
      else {
        depth = file.depth
        next = distance + 1 + (distance >> 1)
      }
    }
  }

  #openAgain(parent: number, found: FoundFile): number {
    const fd = this.#openName(parent, found.name)
    if (found.isAt(fd)) return fd
    this.calls.close(fd)
    throw Errno.make("ESTALE")
  }

  #openName(parent: number, name: string): number {
    try {
      return this.calls.open(parent, name)
    } catch (thrown) {
      const isGone = Errno.isErrno(thrown) && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR")
      throw isGone ? Errno.make("ESTALE") : thrown
    }
  }
}
