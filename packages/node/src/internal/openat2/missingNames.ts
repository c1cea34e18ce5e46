/**
 * Guesses which name of a path is missing. Many programs ask for missing names in the same few directories, such as
 * those in `PATH`.
 */
import type { RootedPath } from "@procfsroot/path/RootedPath"

/** How many directories are remembered at most. A power of two. */
const SIZE = 4_096

/** The hash of an empty path, which is the root (FNV-1a). */
const EMPTY = 0x811c9dc5 | 0

const add = (hash: number, path: string, from: number, to: number): number => {
  let sum = hash
  for (let i = from; i < to; i++) sum = Math.imul(sum ^ path.charCodeAt(i), 0x01000193)
  return sum
}

const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (SIZE - 1)

/** @internal */
export interface Guess {
  /** The offsets at which the names of the path end, without the last one. */
  readonly ends: ReadonlyArray<number>
  /** How many of its names probably exist. `undefined` if it has no directory in which a name was missing. */
  readonly existing: number | undefined
}

/**
 * Remembers directories in which names were missing. Only hashes of their paths, which take less time and memory: a
 * wrong guess costs system calls, but does not change a result.
 *
 * @internal
 */
export class MissingNames {
  /** Made when the first name is missing. */
  #hashes: Int32Array | undefined

  /** The path must be clean. */
  guess(path: RootedPath): Guess {
    const ends: Array<number> = []
    let hash = EMPTY
    let existing = this.#has(hash) ? 0 : undefined
    for (let at = path.indexOf("/", 1), from = 0; at !== -1; from = at, at = path.indexOf("/", at + 1)) {
      ends.push(at)
      hash = add(hash, path, from, at)
      if (this.#has(hash)) existing = ends.length
    }
    return { ends, existing }
  }

  /** Remembers that a name was missing in the directory whose path ends at `end`. */
  record(path: RootedPath, end: number): void {
    const hash = add(EMPTY, path, 0, end)
    this.#hashes ??= new Int32Array(SIZE)
    this.#hashes[slotOf(hash)] = hash
  }

  #has(hash: number): boolean {
    return this.#hashes !== undefined && this.#hashes[slotOf(hash)] === hash
  }
}
