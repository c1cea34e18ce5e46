/** Computes the trees that can be on the disk after a power failure. */
import type { CrashesOptions, CrashOptions } from "../../MemoryTree.js"
import { checkFields, checkWhole, refuse } from "./data.js"
import { BLOCK, blocksIn } from "./disk.js"
import { freeze } from "./freeze.js"
import { blank, type History, type Unsynced, type Written } from "./history.js"
import type { Attributes, Content, DirectoryImage } from "./image.js"
import { attach, Directory, File, type Node, Special, SymbolicLink } from "./inode.js"
import { randomOf } from "./random.js"

type Stored = ReturnType<History["after"]>

/** Returns the nodes that have a name, each once. */
const reachable = (root: Directory, stored: Stored): ReadonlySet<Node> => {
  const found = new Set<Node>([root])
  for (const node of found) for (const child of stored(node).children.values()) found.add(child)
  return found
}

const copyOf = (node: Node, attributes: Attributes, contentOf: (file: File) => Content): Node => {
  switch (node._tag) {
    case "Directory":
      return new Directory(attributes, undefined, node.isMount)
    case "File":
      return new File(attributes, contentOf(node))
    case "SymbolicLink":
      return new SymbolicLink(attributes, node.target)
    case "Special":
      return new Special(attributes, node.node)
  }
}

const treeOf = (root: Directory, stored: Stored, contentOf: (file: File) => Content): DirectoryImage => {
  const top = new Directory(stored(root).attributes)
  const copies = new Map<Node, Node>([[root, top]])
  for (const [node, copy] of copies) {
    if (copy._tag !== "Directory") continue
    for (const [name, child] of stored(node).children) {
      const known = copies.get(child) ?? copyOf(child, stored(child).attributes, contentOf)
      copies.set(child, known)
      attach(copy, name, known)
    }
  }
  return freeze(top)
}

/** The blocks that were written to. A block is stored as a whole or not at all. */
function* blocksOf({ at, bytes }: Written): Iterable<number> {
  const end = blocksIn(at + bytes.length)
  for (let block = Math.floor(at / BLOCK); block < end; block++) yield block
}

/** A block, and the writes after which it can have been stored. */
type Versions = readonly [block: number, writes: ReadonlyArray<Written>]

/**
 * Lists the blocks that can have been stored. A block that is new to the file only belongs to it if the records up to
 * the write that allocated it are on the disk.
 */
const versionsOf = ({ changes, synced }: Unsynced, records: number): ReadonlyArray<Versions> => {
  const versions = new Map<number, Array<Written>>()
  const allocated = new Map<number, number>()
  let old = blocksIn(synced.size)
  for (const change of changes) {
    if (change._tag === "Resized") {
      const kept = blocksIn(change.size)
      old = Math.min(old, kept)
      for (const block of allocated.keys()) if (block >= kept) allocated.delete(block)
      continue
    }
    for (const block of blocksOf(change)) {
      const since = block < old ? 0 : allocated.get(block) ?? change.time
      allocated.set(block, since)
      if (since > records) continue
      const known = versions.get(block)
      if (known === undefined) versions.set(block, [change])
      else known.push(change)
    }
  }
  return [...versions]
}

/**
 * Leaves out the writes after which a block was the same as on the disk, or as after an earlier write. It can be stored
 * with another result only if the size of the file has changed in between.
 */
const distinct = (
  { changes, synced }: Unsynced,
  records: number,
  all: ReadonlyArray<Versions>
): ReadonlyArray<Versions> => {
  const memory = new File(blank, synced)
  const viewOf = (block: number) => memory.view(block * BLOCK, (block + 1) * BLOCK).join()
  const states = new Map(all.map(([block]) => {
    const view = viewOf(block)
    return [block, new Set(block < blocksIn(synced.size) ? [`0 true ${view}`, `0 false ${view}`] : [])]
  }))
  const kept = new Map(all.map(([block]) => [block, new Set<Written>()]))
  let resizes = 0
  for (const change of changes) {
    if (change._tag === "Resized") {
      memory.resize(change.size)
      resizes++
      continue
    }
    memory.write(change.bytes, change.at)
    for (const block of blocksOf(change)) {
      const known = states.get(block)
      const state = `${resizes} ${change.time <= records} ${viewOf(block)}`
      if (known === undefined || known.has(state)) continue
      known.add(state)
      kept.get(block)?.add(change)
    }
  }
  return all.map(([block, writes]) => [block, writes.filter((write) => kept.get(block)?.has(write))])
}

/** The write after which each block was stored. Blocks that were not stored again are missing. */
type Choice = ReadonlyMap<number, Written>

/** Returns the content of a file if this number of records is on the disk. */
const contentWith = ({ changes, synced }: Unsynced, records: number, choice: Choice): Content => {
  const [memory, disk] = [new File(blank, synced), new File(blank, synced)]
  for (const change of changes) {
    const isJournalled = change.time <= records
    if (change._tag === "Resized") {
      memory.resize(change.size)
      if (isJournalled) disk.resize(change.size)
      continue
    }
    memory.write(change.bytes, change.at)
    for (const block of blocksOf(change)) {
      if (choice.get(block) === change) store(memory, disk, block, isJournalled)
    }
  }
  return disk.share()
}

/**
 * Stores a block, with zeros after the end of the file. Bytes after the old end are only visible if the new size is on
 * the disk.
 */
const store = (memory: File, disk: File, block: number, isJournalled: boolean): void => {
  const at = block * BLOCK
  const inMemory = memory.view(at, at + BLOCK)
  const bytes = new Uint8Array(BLOCK)
  bytes.set(inMemory)
  const end = Math.max(disk.size - at, isJournalled ? inMemory.length : 0)
  if (end > 0) disk.write(bytes.subarray(0, end), at)
}

/** Returns all ways to take one element of each list. */
const combinations = <A>(lists: ReadonlyArray<ReadonlyArray<A>>): ReadonlyArray<ReadonlyArray<A>> =>
  lists.reduce<ReadonlyArray<ReadonlyArray<A>>>(
    (before, list) => before.flatMap((some) => list.map((one) => [...some, one])),
    [[]]
  )

const product = (numbers: ReadonlyArray<number>): number => numbers.reduce((all, one) => all * one, 1)

const contentsOf = (
  unsynced: Unsynced,
  records: number,
  versions: ReadonlyArray<Versions>
): ReadonlyArray<Content> => {
  const choices = versions.map(([block, writes]) => [undefined, ...writes].map((write) => [block, write] as const))
  const contents = new Map<string, Content>()
  for (const choice of combinations(choices)) {
    const content = contentWith(unsynced, records, choiceOf(choice))
    contents.set(content.bytes().join(), content)
  }
  return [...contents.values()]
}

const choiceOf = (blocks: ReadonlyArray<readonly [number, Written | undefined]>): Choice =>
  new Map(blocks.flatMap(([block, write]) => write === undefined ? [] : [[block, write] as const]))

/** Returns the files that have a name and whose content on the disk is not certain. */
const uncertain = (history: History, stored: Stored): ReadonlyArray<readonly [File, Unsynced]> => {
  const files: Array<readonly [File, Unsynced]> = []
  for (const node of reachable(history.root, stored)) {
    if (node._tag !== "File") continue
    const unsynced = history.unsynced(node)
    if (unsynced !== undefined) files.push([node, unsynced])
  }
  return files
}

const contentFrom = (contents: ReadonlyMap<Node, Content>) => (file: File): Content =>
  contents.get(file) ?? file.share()

/** @internal */
export const crash = (history: History, options: CrashOptions = {}): DirectoryImage => {
  checkFields("a crash", options, ["seed"])
  const random = randomOf(options.seed ?? 0)
  const below = (count: number) => Math.floor(random() * count)
  const records = history.least + below(history.most - history.least + 1)
  const stored = history.after(records)
  const contents = uncertain(history, stored).map(([file, unsynced]) => {
    const blocks = versionsOf(unsynced, records).map(([block, writes]) =>
      [block, writes[below(writes.length + 1)]] as const // or none
    )
    return [file, contentWith(unsynced, records, choiceOf(blocks))] as const
  })
  return treeOf(history.root, stored, contentFrom(new Map(contents)))
}

/** @internal */
export const crashes = (
  history: History,
  options: CrashesOptions = {}
): ReadonlyArray<DirectoryImage> => {
  checkFields("a list of crashes", options, ["limit"])
  const { limit = 1000 } = options
  checkWhole("limit", limit, 1)
  const images: Array<DirectoryImage> = []
  const check = (more: number) => {
    if (images.length + more <= limit) return
    refuse(
      `more trees are possible after a crash than the limit, ${limit}: sync earlier, or try some with \`crash({ seed })\``
    )
  }
  for (let records = history.least; records <= history.most; records++) {
    const stored = history.after(records)
    const files = uncertain(history, stored)
    const choices = files.map(([, unsynced]) => {
      const versions = distinct(unsynced, records, versionsOf(unsynced, records))
      check(product(versions.map(([, writes]) => writes.length + 1)))
      return contentsOf(unsynced, records, versions)
    })
    check(product(choices.map((contents) => contents.length)))
    for (const contents of combinations(choices)) {
      const pairs = contents.flatMap((content, i) => {
        const [file] = files[i] ?? []
        return file === undefined ? [] : [[file, content] as const]
      })
      images.push(treeOf(history.root, stored, contentFrom(new Map(pairs))))
    }
  }
  return images
}
