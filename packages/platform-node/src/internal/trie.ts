/** Remembers lookups: each name of each directory is asked for once, for as long as the trie lives. */
import type * as Walk from "@procfsroot/path/Walk"
import type { Anchors } from "./anchors.js"
import type { Entry } from "./lookup.js"

/** A directory met, with what is known of the names in it. */
interface Node {
  readonly path: string
  readonly names: Map<string, Walk.Entry<Node>>
}

/** Descriptors are scarcer than memory. */
const MAX_ANCHORS = 64

const node = (path: string): Node => ({ path, names: new Map() })

const entryOf = (entry: Entry): Walk.Entry<Node> =>
  entry._tag === "Missing" || entry._tag === "Fault" ? entry : { ...entry, handle: node(entry.handle) }

/** @internal */
export class Trie {
  readonly #limit: number
  readonly #anchors: Anchors
  #root: Node
  #size = 0

  constructor(anchors: Anchors, limit: number) {
    this.#anchors = anchors
    this.#limit = limit
    this.#root = node("")
  }

  /** Where to begin a walk; a full trie is emptied before it, never during it. */
  root(base: string): Node {
    if (this.#size >= this.#limit || this.#anchors.size >= MAX_ANCHORS || this.#root.path !== base) {
      this.#anchors[Symbol.dispose]()
      this.#root = node(base)
      this.#size = 0
    }
    return this.#root
  }

  recall({ directory, name }: Walk.Lookup<Node>): Walk.Entry<Node> | undefined {
    return directory.handle.names.get(name)
  }

  remember({ directory, name }: Walk.Lookup<Node>, entry: Entry): Walk.Entry<Node> {
    this.#size++
    const known = entryOf(entry)
    directory.handle.names.set(name, known)
    return known
  }
}
