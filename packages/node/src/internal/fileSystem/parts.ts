/**
 * Reads the entries of a directory in parts.
 *
 * If a file system lists no types, Node calls `lstat` with each name that it has in its buffer. If one has disappeared
 * by then, Node fails and forgets the rest of the buffer. For such a file system, the buffer has one name only, and a
 * name that has disappeared is left out.
 *
 * If a call is interrupted, libuv makes it again and forgets the names that it has already read for this buffer
 * (`uv__fs_readdir` in `src/unix/fs.c`). Where that is possible, the buffer has one name only, too.
 */
import type { DirectoryEntry } from "@procfsroot/vfs/InodeOperations"
import { type Dir, Dirent, opendirSync } from "node:fs"
import { entryOf, NAME_ENCODING } from "./names.js"

/**
 * The most entries in one part.
 *
 * @internal
 */
export const PART = 1_024

/**
 * Whether Node failed only because a name disappeared.
 *
 * @internal
 */
export const hasLostName = ({ code, syscall }: NodeJS.ErrnoException): boolean =>
  code === "ENOENT" && syscall === "lstat"

/**
 * Whether Node called `lstat` with an entry. It has a class of its own for these.
 *
 * @internal
 */
export const isLookedUp = (entry: Dirent): boolean => Object.getPrototypeOf(entry) !== Dirent.prototype

/** @internal */
export class DirectoryParts {
  /** The first part. If it is shorter than others can be, there are no others. */
  readonly first: ReadonlyArray<DirectoryEntry>
  readonly #directory: Dir
  readonly #singly: boolean

  constructor(path: string, isInterruptible: boolean) {
    const whole = isInterruptible ? undefined : openWhole(path)
    this.#singly = whole === undefined
    this.#directory = whole?.directory ?? open(path, 1)
    try {
      this.first = whole?.entries.map(entryOf) ?? this.readNow()
    } catch (error) {
      this.closeNow()
      throw error
    }
  }

  readNow(): Array<DirectoryEntry> {
    const found: Array<DirectoryEntry> = []
    while (found.length < PART) {
      try {
        const entry = this.#directory.readSync()
        if (entry === null) break
        found.push(entryOf(entry))
      } catch (error) {
        if (!this.#mayIgnore(error as NodeJS.ErrnoException)) throw error // `node:fs` throws nothing else
      }
    }
    return found
  }

  /**
   * Reads entries until `isEnough`, or to the end. The kernel returns many entries at once, and most reads take theirs
   * from Node's buffer.
   */
  readOn(
    found: Array<DirectoryEntry>,
    isEnough: () => boolean,
    done: (error: NodeJS.ErrnoException | null) => void
  ): void {
    const take = (error: NodeJS.ErrnoException | null, entry: Dirent | null): void => {
      const isLost = error !== null && this.#mayIgnore(error)
      if (!isLost) {
        if (error !== null || entry === null) return done(error)
        found.push(entryOf(entry))
      }
      if (isEnough()) return done(null)
      this.#directory.read(take)
    }
    this.#directory.read(take)
  }

  closeNow(): void {
    this.#directory.closeSync()
  }

  close(done: (error: NodeJS.ErrnoException | null | undefined) => void): void {
    this.#directory.close(done)
  }

  #mayIgnore(error: NodeJS.ErrnoException): boolean {
    return this.#singly && hasLostName(error)
  }
}

const open = (path: string, bufferSize: number): Dir => opendirSync(path, { encoding: NAME_ENCODING, bufferSize })

/** Returns `undefined` if the file system lists no types. */
const openWhole = (path: string) => {
  const directory = open(path, PART)
  let isUsable = false
  try {
    const entries: Array<Dirent> = []
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      entries.push(entry)
      if (entries.length === PART) break
    }
    isUsable = !entries.some(isLookedUp)
    return isUsable ? { directory, entries } : undefined
  } catch (error) {
    if (!hasLostName(error as NodeJS.ErrnoException)) throw error // `node:fs` throws nothing else
    return undefined
  } finally {
    if (!isUsable) directory.closeSync()
  }
}
