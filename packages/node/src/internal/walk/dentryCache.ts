/** Remembers lookups, so that each name in each directory is looked up only once. */
import type * as Walk from "@procfsroot/path/Walk"
import type { Anchors } from "./anchors.js"
import type { Entry } from "./lookup.js"

/**
 * A file that was found, and what is known about the names in it.
 *
 * @internal
 */
export interface Dentry {
  readonly path: string
  /**
   * Made when the first name is remembered: most files have none, and an empty map takes ten times as much memory
   * as the rest.
   */
  names: Map<string, Walk.Entry<Dentry>> | undefined
}

/** Few, since descriptors are scarcer than memory. */
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

  /**
   * Where a walk starts. A full cache is emptied before a walk, never during it. `more` is how many entries the
   * caller remembers itself.
   */
  root(base: string, more: number): Dentry {
    if (this.#size + more >= this.#limit || this.#anchors.size >= MAX_ANCHORS || this.#root.path !== base) {
      this.#anchors.clear()
      this.#root = knownAt(base)
      this.#size = 0
    }
    return this.#root
  }

  recall({ directory, forbidsMounts, name }: Walk.Lookup<Dentry>): Walk.Entry<Dentry> | undefined {
    const known = directory.handle.names?.get(name)
    // An entry from a walk that may cross mounts does not have its mount.
    const lacksMount = forbidsMounts && known !== undefined && "handle" in known && known.mounted === undefined
    return lacksMount && name !== "." ? undefined : known
  }

  remember({ directory, name }: Walk.Lookup<Dentry>, entry: Entry): Walk.Entry<Dentry> {
    this.#size++
    const known = entryOf(entry)
    ;(directory.handle.names ??= new Map()).set(name, known)
    return known
  }
}
