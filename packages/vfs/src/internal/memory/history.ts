/**
 * The state of a tree on its disk, and the changes since then. Names and attributes are written to a journal, which
 * reaches the disk in order. The blocks of files reach it in any order, or not at all, until they are synced.
 */
import type { Attributes, Content } from "./image.js"
import type { Directory, File, Node } from "./inode.js"

/** A node as it is on the disk. Only a directory has children. */
interface Stored {
  readonly attributes: Attributes
  readonly children: Map<string, Node>
}

/** One system call: it is on the disk as a whole or not at all. */
interface JournalRecord {
  readonly names: ReadonlyArray<readonly [Directory, string, Node | undefined]>
  readonly attributes: ReadonlyArray<readonly [Node, Attributes]>
}

/**
 * Bytes that were written. `time` is the number of records in the journal at that moment.
 *
 * @internal
 */
export interface Written {
  readonly _tag: "Written"
  readonly at: number
  readonly bytes: Uint8Array
  readonly time: number
}

/** A new size of the file, which is also in the journal. */
interface Resized {
  readonly _tag: "Resized"
  readonly size: number
  readonly time: number
}

/**
 * The changes of a file since it was last synced.
 *
 * @internal
 */
export interface Unsynced {
  readonly synced: Content
  readonly changes: Array<Written | Resized>
}

const attributesOf = ({ gid, mode, mtime, uid }: Attributes): Attributes => ({ gid, mode, mtime, uid })

const isSame = (a: Attributes, b: Attributes): boolean =>
  a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtime === b.mtime

const apply = ({ attributes, names }: JournalRecord, change: (node: Node, attributes?: Attributes) => Stored): void => {
  for (const [node, now] of attributes) change(node, now)
  for (const [directory, name, node] of names) {
    const { children } = change(directory)
    if (node === undefined) children.delete(name)
    else children.set(name, node)
  }
}

/**
 * The attributes of nodes that have none of their own yet.
 *
 * @internal
 */
export const blank: Attributes = { gid: 0, mode: 0, mtime: 0, uid: 0 }

/** @internal */
export class History {
  readonly root: Directory
  readonly #disk = new WeakMap<Node, Stored>()
  /** The attributes after the whole journal. */
  readonly #latest = new WeakMap<Node, Attributes>()
  /** The records that may be missing on the disk, and the number of records before them. */
  #journal: Array<JournalRecord> = []
  #stored = 0
  /** How many records have to be on the disk for the last change of a node to be there. */
  readonly #changed = new WeakMap<Node, number>()
  #unsynced = new WeakMap<File, Unsynced>()

  constructor(root: Directory) {
    this.root = root
    const found: Array<Node> = [root]
    for (const node of found) {
      const children = new Map<string, Node>()
      if (node._tag === "Directory") {
        for (const [name] of node.children()) {
          const child = node.get(name)
          if (child !== undefined) children.set(name, child)
        }
        for (const child of children.values()) found.push(child)
      }
      const attributes = attributesOf(node)
      this.#disk.set(node, { attributes, children })
      this.#latest.set(node, attributes)
    }
  }

  /** The smallest and the largest number of records that can be on the disk. */
  get least(): number {
    return this.#stored
  }
  get most(): number {
    return this.#stored + this.#journal.length
  }

  /** Records that one call changed these names, and the times of `nodes`, to which they belong or belonged. */
  named(
    places: ReadonlyArray<readonly [Directory, string]>,
    nodes: ReadonlyArray<Node>
  ): void {
    const all = [...places.map(([directory]) => directory), ...nodes]
    const names = places.map(([directory, name]) => [directory, name, directory.get(name)] as const)
    this.#add({ names, attributes: all.map((node) => [node, attributesOf(node)]) })
  }

  /** Records the attributes of a node, which may have changed. */
  updated(node: Node): void {
    const attributes = attributesOf(node)
    const known = this.#latest.get(node)
    if (known === undefined || !isSame(known, attributes)) this.#add({ names: [], attributes: [[node, attributes]] })
    else this.#changed.set(node, this.most)
  }

  /** Called before the content of a file changes. */
  keep(file: File): void {
    if (this.#unsynced.has(file)) return
    this.#unsynced.set(file, { synced: file.share(), changes: [] })
  }

  wrote(file: File, position: number, length: number): void {
    const bytes = new Uint8Array(file.view(position, position + length))
    this.#unsynced.get(file)?.changes.push({ _tag: "Written", at: position, bytes, time: this.most })
  }

  resized(file: File): void {
    this.#add({ names: [], attributes: [[file, attributesOf(file)]] })
    this.#unsynced.get(file)?.changes.push({ _tag: "Resized", size: file.size, time: this.most })
  }

  /**
   * Does what `fsync(2)` does: stores the content of a file, the last change of the file or directory, and all records
   * before it.
   */
  sync(node: Node): void {
    if (node._tag === "File") this.#unsynced.delete(node)
    this.#store(this.#changed.get(node) ?? 0)
  }

  /** Does what `sync(2)` does: stores everything. */
  syncAll(): void {
    this.#unsynced = new WeakMap()
    this.#store(this.most)
  }

  unsynced(file: File): Unsynced | undefined {
    return this.#unsynced.get(file)
  }

  /** Returns what is on the disk with this number of records. */
  after(records: number): (node: Node) => Stored {
    const changed = new Map<Node, Stored>()
    const stored = (node: Node): Stored =>
      changed.get(node) ?? this.#disk.get(node) ?? { attributes: blank, children: new Map() }
    for (const record of this.#journal.slice(0, records - this.#stored)) {
      apply(record, (node, attributes) => {
        const before = stored(node)
        const children = changed.has(node) ? before.children : new Map(before.children)
        const next = { attributes: attributes ?? before.attributes, children }
        changed.set(node, next)
        return next
      })
    }
    return stored
  }

  #add(record: JournalRecord): void {
    this.#journal.push(record)
    for (const [node, attributes] of record.attributes) {
      this.#latest.set(node, attributes)
      this.#changed.set(node, this.most)
    }
  }

  #store(records: number): void {
    const count = Math.max(0, records - this.#stored)
    for (const record of this.#journal.slice(0, count)) {
      apply(record, (node, attributes) => {
        const before = this.#disk.get(node)
        const next = { attributes: attributes ?? before?.attributes ?? blank, children: before?.children ?? new Map() }
        this.#disk.set(node, next)
        return next
      })
    }
    this.#journal = this.#journal.slice(count)
    this.#stored += count
  }
}
