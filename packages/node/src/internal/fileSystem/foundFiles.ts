/**
 * Files that an operation has found on its way down. They do not keep a descriptor open for each level: on a long path,
 * most descriptors are closed again. A file that is needed again (for a `..`, or after everything below it is done) is
 * reopened by its names, starting at the nearest file that is still open. It is never reopened by `..`, which leads
 * elsewhere if the directory was moved. If it is not the same file as before, the operation fails with ESTALE.
 */
import * as Errno from "@procfsroot/vfs/Errno"
import type { SystemCalls } from "../systemCalls.js"

/** The most files of one operation that are open at the same time. */
const MOST = 32

/** How many trees an operation goes down at once, such as a copy. */
const TREES = 2

/**
 * Closes a descriptor through the same API that opened it. Node keeps a list of the descriptors that a Worker has
 * opened, and warns if the Worker closes another one.
 */
type Close = (fd: number) => void

const keepOpen: Close = () => {}

/** @internal */
export class FoundFile {
  readonly parent: FoundFile | undefined
  readonly name: string
  /** How many names it is below the first file. */
  readonly depth: number
  /** `undefined` while it is closed. */
  descriptor: number | undefined
  isNeeded = false
  /** Whether the descriptor is open for reading, and nothing was read from it. */
  #isUnread = false
  readonly #files: FoundFiles
  readonly #closeDescriptor: Close
  #identity: bigint | undefined = undefined
  #mount: bigint | undefined = undefined

  constructor(files: FoundFiles, parent: FoundFile | undefined, name: string, descriptor: number, close: Close) {
    this.#files = files
    this.parent = parent
    this.name = name
    this.depth = parent === undefined ? 0 : parent.depth + 1
    this.descriptor = descriptor
    this.#closeDescriptor = close
  }

  /**
   * Valid until the next file is found, which may close this one. Throws ESTALE if its names now lead to another file.
   */
  get fd(): number {
    return this.descriptor ?? this.#files.reopen(this)
  }

  get identity(): bigint {
    return this.#identity ??= this.#files.calls.identity(this.fd)
  }

  get mount(): bigint {
    return this.#mount ??= this.#files.calls.mount(this.fd)
  }

  /**
   * Whether a descriptor refers to the same file, whose identity is known. If its mount is known, too, the file must
   * still be on it: another file, which has the inode number by now, can be mounted in its place.
   */
  isAt(fd: number): boolean {
    const { identity, mount } = this.#files.calls
    return this.#identity === identity(fd) && (this.#mount === undefined || this.#mount === mount(fd))
  }

  /** The file with this name in it. A link is not followed. */
  find(name: string): FoundFile {
    return this.#files.find(this, name)
  }

  /** The directory with this name in it, to read its entries. */
  findToList(name: string): FoundFile {
    return this.#files.findToList(this, name)
  }

  markUnread(): void {
    this.#isUnread = true
  }

  /** Whether its entries can be read from the descriptor, which is possible once. */
  takeUnread(): boolean {
    const isUnread = this.#isUnread
    this.#isUnread = false
    return isUnread
  }

  /** A file that was not found by its name, so it cannot be reopened by names. It stays open until `close`. */
  adopt(descriptor: number, close: Close): FoundFile {
    return new FoundFile(this.#files, undefined, "", descriptor, close)
  }

  /**
   * Keeps it open during a call that needs the descriptor of another file too. Otherwise, reopening that file could
   * close this one, and its number could by then refer to something else.
   */
  whileOpen<A>(use: () => A): A {
    void this.fd
    this.isNeeded = true
    try {
      return use()
    } finally {
      this.isNeeded = false
    }
  }

  /** Closes it until it is needed again. Remembers its identity, because the reopened file must be the same. */
  suspend(): void {
    this.#identity ??= this.#files.calls.identity(this.fd)
    this.close()
  }

  close(): void {
    this.#files.forget(this)
    if (this.descriptor === undefined) return
    this.#isUnread = false
    this.#closeDescriptor(this.descriptor)
    this.descriptor = undefined
  }
}

/**
 * The files that one operation has found by names. The code that receives a file closes it.
 *
 * @internal
 */
export class FoundFiles {
  readonly calls: SystemCalls
  /** Created when needed: most operations find no file by its name. */
  #open: Set<FoundFile> | undefined = undefined

  constructor(calls: SystemCalls) {
    this.calls = calls
  }

  /** The file at which lookups start. It is closed by the code that opened it. */
  top(fd: number): FoundFile {
    return new FoundFile(this, undefined, "", fd, keepOpen)
  }

  find(parent: FoundFile, name: string): FoundFile {
    return this.#found(parent, name, this.calls.open(parent.fd, name))
  }

  findToList(parent: FoundFile, name: string): FoundFile {
    const { openToList } = this.calls
    if (openToList === undefined || !name.isWellFormed()) return this.find(parent, name)
    const found = this.#found(parent, name, openToList(parent.fd, name))
    found.markUnread()
    return found
  }

  #found(parent: FoundFile, name: string, fd: number): FoundFile {
    const found = new FoundFile(this, parent, name, fd, this.calls.close)
    try {
      this.#keepOpen(found)
    } catch (thrown) {
      // Another file could not be closed until it is needed again. Nobody has this one yet.
      found.close()
      throw thrown
    }
    return found
  }

  forget(found: FoundFile): void {
    this.#open?.delete(found)
  }

  reopen(found: FoundFile): number {
    const closed: Array<FoundFile> = []
    let from = found
    while (from.descriptor === undefined && from.parent !== undefined) {
      closed.push(from)
      from = from.parent
    }
    // It was adopted, and has been closed.
    if (from.descriptor === undefined) throw Errno.make("EBADF")
    let fd = from.descriptor
    for (const next of closed.toReversed()) {
      fd = this.#openAgain(fd, next)
      next.descriptor = fd
      this.#keepOpen(next)
    }
    return fd
  }

  #keepOpen(found: FoundFile): void {
    const open = this.#open ??= new Set()
    open.add(found)
    if (open.size > MOST) this.#closeSome(open, found)
  }

  /**
   * Keeps the files that are about as deep as `last` open, and fewer and fewer further up: if a file is reopened later,
   * the nearest open file above it is at most half as far away as `last` is. Of the files with the same depth, only
   * those that were found last stay open: a path such as `x/../x` finds any number of them.
   */
  #closeSome(open: Set<FoundFile>, last: FoundFile): void {
    let next = 0
    let depth = last.depth
    let kept = 0
    for (const file of [...open].toReversed().toSorted((a, b) => b.depth - a.depth)) {
      const distance = last.depth - file.depth
      if (file.depth === depth ? kept < TREES : distance >= next) {
        kept = file.depth === depth ? kept + 1 : 1
        depth = file.depth
        next = distance + 1 + (distance >> 1)
      } else if (!file.isNeeded) file.suspend()
    }
  }

  #openAgain(parent: number, found: FoundFile): number {
    const fd = this.#openName(parent, found.name)
    let isSame = false
    try {
      isSame = found.isAt(fd)
    } finally {
      if (!isSame) this.calls.close(fd)
    }
    if (!isSame) throw Errno.make("ESTALE")
    return fd
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
