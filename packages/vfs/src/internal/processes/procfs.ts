/** `InodeOperations` of the part of procfs that shows processes (`fs/proc/base.c`), on a read-only mount. */
import type * as Walk from "@procfsroot/path/Walk"
import { type Attributes, typeOf } from "../../Attributes.js"
import { type DirectoryEntry, type FileOperations, type InodeOperations, inOnePart } from "../../InodeOperations.js"
import { Descriptors } from "../descriptors.js"
import { fail } from "../errno.js"
import { make as makeFileSystem } from "../fileSystem.js"
import { exactly, modeOf } from "../mode.js"
import { fileOperations, mayOpen, operations } from "../readOnlyTree.js"
import { sortedByBytes } from "../sorted.js"
import type { FileSystem } from "../../FileSystem.js"
import type { Live } from "./live.js"
import type { Table } from "./processes.js"
import { bytesOf, mountNamespace, texts } from "./texts.js"

interface Directory {
  readonly find: (name: string) => Node | undefined
  readonly list: () => ReadonlyArray<readonly [string, Node]>
}

interface Node {
  readonly ino: number
  readonly mode: number
  /** The process that the file describes. */
  readonly live?: Live
  readonly directory?: Directory
  readonly text?: () => string
  readonly target?: () => string
}

/**
 * An open file. Its content is created when it is read from the beginning.
 *
 * @internal
 */
export class Open {
  readonly node: Node
  readonly descriptor: number
  content: Uint8Array | undefined
  position = 0
  constructor(node: Node, descriptors: Descriptors) {
    this.node = node
    this.descriptor = descriptors.take()
  }
}

/** Creates the files of a process. Inode numbers are counted up. */
const filesOf = (table: Table, live: Live, ino: () => number): Node => {
  const among = (mode: number, entries: ReadonlyMap<string, Node>): Node => ({
    ino: ino(),
    mode: modeOf("Directory", mode),
    live,
    directory: { find: (name) => entries.get(name), list: () => Array.from(entries) }
  })
  /** A user who may not trace the process cannot read its links. The links of a zombie lead nowhere. */
  const link = (target: () => string): Node => ({
    ino: ino(),
    mode: modeOf("SymbolicLink", 0o777),
    live,
    target: () => {
      if (!live.mayBeTracedBy(table.user)) fail("EACCES")
      return live.state === "Z" ? fail("ENOENT") : target()
    }
  })
  const files = Object.entries(texts).map(([name, text]): readonly [string, Node] => [name, {
    ino: ino(),
    mode: modeOf("File", name === "comm" ? 0o644 : 0o444),
    live,
    text: () => live.state === "Z" && name === "mountinfo" ? fail("EINVAL") : text(live)
  }])
  const namespaces = among(0o511, new Map([["mnt", link(() => mountNamespace(live))]]))
  const root = link(() => live.process.memory.place)
  return among(0o555, new Map([...files, ["ns", namespaces], ["root", root]]))
}

/**
 * If the process is not dumpable, its files belong to root, except directories that everybody may read
 * (`task_dump_owner`).
 */
const ownerOf = ({ live, mode }: Node): { readonly uid: number; readonly gid: number } => {
  if (live === undefined) return { uid: 0, gid: 0 }
  const isProtected = !live.isDumpable || live.state === "Z"
  return isProtected && mode !== modeOf("Directory", 0o555) ? { uid: 0, gid: 0 } : live.user
}

const BLOCK = 1024

const attributesOf = (node: Node): Attributes => {
  const { ino, live, mode } = node
  const { gid, uid } = ownerOf(node)
  const at = live?.begun ?? 0
  const times = { atimeMs: at, mtimeMs: at, ctimeMs: at, birthtimeMs: at }
  const nlink = node.directory === undefined ? 1 : 2
  return { mode, nlink, uid, gid, dev: 0, ino, rdev: 0, size: 0, blksize: BLOCK, blocks: 0, ...times }
}

const PID = /^[1-9]\d{0,9}$/

const topOf = (table: Table): Node => {
  let numbers = 0
  const ino = () => ++numbers
  const known = new WeakMap<Live, Node>()
  const nodeOf = (live: Live): Node => {
    const node = known.get(live) ?? filesOf(table, live, ino)
    known.set(live, node)
    return node
  }
  const find = (name: string) => {
    const live = PID.test(name) ? table.find(Number(name)) : undefined
    return live === undefined ? undefined : nodeOf(live)
  }
  const list = () => table.all().map((live) => [String(live.process.pid), nodeOf(live)] as const)
  const proc: Node = { ino: ino(), mode: modeOf("Directory", 0o555), directory: { find, list } }
  const directory: Directory = {
    find: (name) => name === "proc" ? proc : undefined,
    list: () => [["proc", proc]]
  }
  return { ino: ino(), mode: modeOf("Directory", 0o755), directory }
}

const directoryOf = ({ directory }: Node): Directory => directory ?? fail("ENOTDIR")

/** Whether the process of a node exists for one more step. */
const takesStep = (table: Table, { live }: Node): boolean => live === undefined || table.step(live)

const childAt = (table: Table, node: Node, name: string): Node | undefined => {
  const { find } = directoryOf(node)
  return takesStep(table, node) ? find(name) : undefined
}

const targetOf = (table: Table, link: Node): string => {
  if (!takesStep(table, link)) return fail("ENOENT")
  return link.target?.() ?? fail("EINVAL")
}

/** Returns the entry of a magic link of procfs. It cannot be followed inside a root, even if it can be read. */
const magic = (handle: Node): Walk.Entry<Node> => {
  const link = { _tag: "SymbolicLink", handle, magic: true } as const
  try {
    return { ...link, target: handle.target?.() ?? "" }
  } catch (cause) {
    return { ...link, target: "", unreadable: { _tag: "Fault", cause } }
  }
}

/** Does not say what is mounted, since no policy can be set for this file system. */
const lookup = (table: Table, { directory: { handle: at }, name }: Walk.Lookup<Node>): Walk.Entry<Node> => {
  if (name === ".") return { _tag: "Directory", handle: at }
  const node = at.directory === undefined ? undefined : childAt(table, at, name)
  if (node === undefined) return { _tag: "Missing" }
  if (node.directory !== undefined) return { _tag: "Directory", handle: node }
  return node.target === undefined ? { _tag: "Other", handle: node } : magic(node)
}

const entriesOf = (table: Table, node: Node): ReadonlyArray<DirectoryEntry> => {
  const { list } = directoryOf(node)
  if (!takesStep(table, node)) fail("ENOENT")
  const { uid } = table.user
  if ((node.mode & 0o004) === 0 && uid !== 0 && uid !== ownerOf(node).uid) fail("EACCES")
  // procfs has processes in the order of their numbers, but Node sorts what it lists.
  return sortedByBytes(list().map(([name, child]) => ({ name, type: typeOf(child) })))
}

const readFrom = (table: Table, file: Open, buffer: Uint8Array, position: number | undefined): number => {
  const { node } = file
  if (node.text === undefined) return fail("EISDIR")
  const start = position ?? file.position
  if (file.content === undefined || start === 0) {
    if (!takesStep(table, node)) return fail("ESRCH")
    file.content = bytesOf(node.text())
  }
  const bytes = file.content.subarray(start, start + buffer.length)
  buffer.set(bytes)
  if (position === undefined) file.position += bytes.length
  return bytes.length
}

const filesIn = (table: Table, descriptors: Descriptors): FileOperations<Open> => ({
  ...fileOperations,
  getattr: ({ node }) => attributesOf(node),
  getattrExact: ({ node }) => exactly(attributesOf(node)),
  identity: ({ node }) => node,
  read: (file, buffer, position) => readFrom(table, file, buffer, position),
  sync: () => fail("EINVAL"),
  close: ({ descriptor }) => descriptors.release(descriptor)
})

const inodeOperations = (table: Table, top: Node, descriptors: Descriptors): InodeOperations<Node, Open> => ({
  ...operations<Node>({
    getattr: attributesOf,
    childAt: (directory, name) => childAt(table, directory, name),
    targetOf: (link) => targetOf(table, link)
  }),
  top: () => top,
  retain: () => () => {},
  files: filesIn(table, descriptors),
  lookup: (asked) => lookup(table, asked),
  statfs: () => fail("ENOTSUP"),
  readdir: (directory) => entriesOf(table, directory).map(({ name }) => name),
  readEntries: (directory) => entriesOf(table, directory),
  openDirectory: (directory) => inOnePart(entriesOf(table, directory)),
  openInode: (node, { write }) => {
    mayOpen(node, write)
    return new Open(node, descriptors)
  }
})

/** Fails instead of choosing a name, because nothing can be created in procfs. */
const unnamed = (): never => fail("EROFS")

/** @internal */
export const procfs = (table: Table): FileSystem<Open> =>
  makeFileSystem(inodeOperations(table, topOf(table), new Descriptors()), {
    now: () => table.now,
    directoryName: unnamed,
    fileName: unnamed,
    writer: { begin: unnamed, end: () => {}, isAbandoned: () => false }
  })
