/** Remembers lookups: each name of each directory is asked for once, for as long as the dentries lives. */
import type * as Walk from "@procfsroot/path/Walk"
import type { Anchors } from "./anchors.js"
import type { Entry } from "./lookup.js"

/**
 * A file met, with what is known of the names in it.
 *
 * @internal
 */
export interface Dentry {
  readonly path: string
  /** Made when the first name is remembered: most files have none, and an empty map is ten times the rest of this. */
  names: Map<string, Walk.Entry<Dentry>> | undefined
}

/** Descriptors are scarcer than memory. */
const MAX_ANCHORS = 64

const knownAt = (path: string): Dentry => ({ path, names: undefined })

const entryOf = (entry: Entry): Walk.Entry<Dentry> =>
  entry._tag === "Missing" || entry._tag === "Fault" ? entry : { ...entry, handle: knownAt(entry.handle) }

/** @internal */
export class DentryCache {
  readonly #limit: number
  readonly #anchors: Anchors
  #root: Dentry
  #size = 0

  constructor(anchors: Anchors, limit: number) {
    this.#anchors = anchors
    this.#limit = limit
    this.#root = knownAt("")
  }

  /** Where to begin a walk; a full dentries is emptied before it, never during it. */
  root(base: string): Dentry {
    if (this.#size >= this.#limit || this.#anchors.size >= MAX_ANCHORS || this.#root.path !== base) {
      this.#anchors.clear()
      this.#root = knownAt(base)
      this.#size = 0
    }
    return this.#root
  }

  recall({ directory, name }: Walk.Lookup<Dentry>): Walk.Entry<Dentry> | undefined {
    return directory.handle.names?.get(name)
  }

  remember({ directory, name }: Walk.Lookup<Dentry>, entry: Entry): Walk.Entry<Dentry> {
    this.#size++
    const known = entryOf(entry)
    ;(directory.handle.names ??= new Map()).set(name, known)
    return known
  }
}
