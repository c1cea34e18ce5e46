/** Remembers lookups: each name of each directory is asked for once, for as long as the trie lives. */
import type * as Walk from "@procfsroot/path/Walk"
import type { Anchors } from "./anchors.js"
import type { Entry } from "./lookup.js"

/**
 * A file met, with what is known of the names in it.
 *
 * @internal
 */
export interface Known {
  readonly path: string
  /** Made when the first name is remembered: most files have none, and an empty map is ten times the rest of this. */
  names: Map<string, Walk.Entry<Known>> | undefined
}

/** Descriptors are scarcer than memory. */
const MAX_ANCHORS = 64

const knownAt = (path: string): Known => ({ path, names: undefined })

const entryOf = (entry: Entry): Walk.Entry<Known> =>
  entry._tag === "Missing" || entry._tag === "Fault" ? entry : { ...entry, handle: knownAt(entry.handle) }

/** @internal */
export class Trie {
  readonly #limit: number
  readonly #anchors: Anchors
  #root: Known
  #size = 0

  constructor(anchors: Anchors, limit: number) {
    this.#anchors = anchors
    this.#limit = limit
    this.#root = knownAt("")
  }

  /** Where to begin a walk; a full trie is emptied before it, never during it. */
  root(base: string): Known {
    if (this.#size >= this.#limit || this.#anchors.size >= MAX_ANCHORS || this.#root.path !== base) {
      this.#anchors.clear()
      this.#root = knownAt(base)
      this.#size = 0
    }
    return this.#root
  }

  recall({ directory, name }: Walk.Lookup<Known>): Walk.Entry<Known> | undefined {
    return directory.handle.names?.get(name)
  }

  remember({ directory, name }: Walk.Lookup<Known>, entry: Entry): Walk.Entry<Known> {
    this.#size++
    const known = entryOf(entry)
    ;(directory.handle.names ??= new Map()).set(name, known)
    return known
  }
}
