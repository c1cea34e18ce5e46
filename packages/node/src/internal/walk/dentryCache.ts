/** Remembers lookups, so that each name in each directory is looked up only once. */
import type * as Walk from "@procfsroot/path/Walk"
import type { Anchors } from "./anchors.js"
import type { Dentry } from "./dentry.js"
import type { Entry } from "./lookup.js"

/** @internal */
export class DentryCache {
  readonly #limit: number
  readonly #anchors: Anchors
  #root: Dentry | undefined = undefined
  #size = 0

  constructor(anchors: Anchors, limit: number) {
    this.#anchors = anchors
    this.#limit = limit
  }

  /**
   * Where a walk starts. A full cache is emptied before a walk, never during it. `more` is how many entries the
   * caller remembers itself.
   */
  root(base: string, more: number): Dentry {
    if (this.#root?.path === base && this.#size + more < this.#limit) return this.#root
    this.#size = 0
    return this.#root = this.#anchors.start(base)
  }

  recall({ directory, forbidsMounts, name }: Walk.Lookup<Dentry>): Entry | undefined {
    const known = directory.handle.names?.get(name)
    // An entry from a walk that may cross mounts does not have its mount.
    const lacksMount = forbidsMounts && known !== undefined && "handle" in known && known.mounted === undefined
    return lacksMount && name !== "." ? undefined : known
  }

  remember({ directory, name }: Walk.Lookup<Dentry>, entry: Entry): Entry {
    this.#size++
    ;(directory.handle.names ??= new Map()).set(name, entry)
    return entry
  }
}
