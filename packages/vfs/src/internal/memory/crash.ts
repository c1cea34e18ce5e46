/** The trees that may be on the disk after a power failure. */
import type { CrashesOptions, CrashOptions } from "../../MemoryTree.js"
import { checkFields, checkWhole, refuse } from "./data.js"
import { freeze } from "./freeze.js"
import type { History, Unsynced, Version } from "./history.js"
import type { Attributes, Content, DirectoryImage } from "./image.js"
import { attach, Directory, File, type Node, Special, SymbolicLink } from "./inode.js"
import { randomOf } from "./random.js"

type Stored = ReturnType<History["after"]>

/** The nodes that have a name, each once. */
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
      return new Special(attributes, node.kind)
  }
}

const treeOf = (root: Directory, stored: Stored, contentOf: (file: File) => Content): DirectoryImage => {
  const top = new Directory(stored(root).attributes)
  top.nlink++ // the root's `..` is the root itself
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

/** The versions of each block that may be on the disk instead of the synced one. */
const versionsOf = ({ changes }: Unsynced, records: number): ReadonlyArray<ReadonlyArray<Version>> => {
  const blocks = new Map<number, Array<Version>>()
  for (const change of changes) {
    if (change._tag !== "Version" || change.allocated > records) continue
    const known = blocks.get(change.at)
    if (known === undefined) blocks.set(change.at, [change])
    else known.push(change)
  }
  return [...blocks.values()]
}

/** The content with these blocks and so many records. */
const contentWith = ({ changes, synced }: Unsynced, records: number, chosen: ReadonlySet<Version>): Content => {
  const file = new File({ gid: 0, mode: 0, mtime: 0, uid: 0 }, synced)
  for (const change of changes) {
    const isJournalled = change.time <= records
    if (change._tag === "Resized") {
      if (isJournalled) file.resize(change.size)
    } else if (chosen.has(change)) {
      // Without its record, what was written after the old end is not part of the file.
      const end = Math.max(file.size - change.at, isJournalled ? change.length : 0)
      if (end > 0) file.write(change.bytes.subarray(0, end), change.at)
    }
  }
  return file.share()
}

/** All ways to take one of each. */
const combinations = <A>(lists: ReadonlyArray<ReadonlyArray<A>>): ReadonlyArray<ReadonlyArray<A>> =>
  lists.reduce<ReadonlyArray<ReadonlyArray<A>>>(
    (before, list) => before.flatMap((some) => list.map((one) => [...some, one])),
    [[]]
  )

const product = (numbers: ReadonlyArray<number>): number => numbers.reduce((all, one) => all * one, 1)

const contentsOf = (unsynced: Unsynced, records: number): ReadonlyArray<Content> => {
  const contents = new Map<string, Content>()
  for (const versions of combinations(versionsOf(unsynced, records).map((some) => [undefined, ...some]))) {
    const chosen = new Set(versions.filter((version) => version !== undefined))
    const content = contentWith(unsynced, records, chosen)
    contents.set(content.bytes().join(), content)
  }
  return [...contents.values()]
}

/** The files, among those that have a name, whose content is not certain. */
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
    const chosen = new Set<Version>()
    for (const versions of versionsOf(unsynced, records)) {
      const version = versions[below(versions.length + 1)] // or none
      if (version !== undefined) chosen.add(version)
    }
    return [file, contentWith(unsynced, records, chosen)] as const
  })
  return treeOf(history.root, stored, contentFrom(new Map(contents)))
}

/** @internal */
export const crashes = (
  history: History,
  options: CrashesOptions = {}
): ReadonlyArray<DirectoryImage> => {
  checkFields("the crashes", options, ["limit"])
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
      check(product(versionsOf(unsynced, records).map((versions) => versions.length + 1)))
      return contentsOf(unsynced, records)
    })
    check(product(choices.map((contents) => contents.length)))
    for (const contents of combinations(choices)) {
      const pairs = files.flatMap(([file], i) => contents.slice(i, i + 1).map((content) => [file, content] as const))
      images.push(treeOf(history.root, stored, contentFrom(new Map(pairs))))
    }
  }
  return images
}
