/** Reads the directories of the runtimes once for all containers. */
import type { Facts } from "./facts.js"
import { type Files, MOST_ENTRIES } from "./files.js"
import type { Place } from "./places.js"

/** Reads what one program has recorded about a container with this id. */
export type Source = (files: Files, id: string, place: Place, listings: Listings) => Promise<Facts>

/**
 * How many directories and names are read at most. Runtimes have only a few of them, and a user who makes more must not
 * slow this down.
 */
export const MOST_PARTS = 64
export const MOST_NAMES = 1_000

/** Reads files once for all containers, and keeps the results. */
export class Listings {
  readonly #files: Files
  readonly #known = new Map<string, Promise<{ readonly value: unknown; readonly refused: boolean }>>()

  constructor(files: Files) {
    this.#files = files
  }

  /** `key` identifies what `read` reads: the same key gives the same result. */
  async once<A>(files: Files, key: string, read: (files: Files) => Promise<A>): Promise<A> {
    const reading = async () => {
      const own = this.#files.fresh()
      const value = await read(own)
      return { value, refused: own.refused }
    }
    const known = this.#known.get(key) ?? reading()
    this.#known.set(key, known)
    const { refused, value } = await known
    files.refused ||= refused
    // The value has this type, because the same key means the same `read`.
    return value as A
  }

  names(files: Files, path: string): Promise<ReadonlyArray<string>> {
    return this.once(files, `names ${path}`, (own) => own.names(path))
  }

  /**
   * Whether it is worth looking for `name` in the directory. Anyone can invent any number of ids, and this way an
   * unknown id costs no system call. A name can still be looked up in a directory that cannot be listed.
   */
  async mayHave(files: Files, path: string, name: string): Promise<boolean> {
    const { listed, names } = await this.once(files, `set ${path}`, async (own) => {
      const found = await own.names(path)
      return { names: new Set(found), listed: !own.refused && found.length < MOST_ENTRIES }
    })
    return !listed || names.has(name)
  }
}
