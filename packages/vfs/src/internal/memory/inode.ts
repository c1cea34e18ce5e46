/** The nodes of a tree. A node knows the path under which it was last found, as the kernel's dentry does. */

/** @internal */
export interface Attributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Milliseconds since the epoch. */
  readonly mtime: number
}

let lastInode = 0

abstract class Inode {
  readonly ino = ++lastInode
  /** Permission bits only, with set-user-id, set-group-id and the sticky bit. */
  mode: number
  uid: number
  gid: number
  mtime: number
  atime: number
  ctime: number
  readonly birthtime: number
  nlink = 0
  /** Extended attributes; most nodes have none. */
  extended: Map<string, Uint8Array> | undefined = undefined
  /** How many times it is open. */
  opens = 0
  /** Kept when a file loses its name: watchers of the directory are still notified when it is written to. */
  parent: Directory | undefined = undefined
  name = ""
  constructor({ gid, mode, mtime, uid }: Attributes) {
    this.mode = mode
    this.uid = uid
    this.gid = gid
    this.mtime = mtime
    this.atime = mtime
    this.ctime = mtime
    this.birthtime = mtime
  }
}

/** @internal */
export class Directory extends Inode {
  readonly _tag = "Directory"
  override nlink = 1
  readonly children = new Map<string, Node>()
}

/** @internal */
export class File extends Inode {
  readonly _tag = "File"
  /** May be longer than the file, to have room for what will be appended. */
  private buffer: Uint8Array
  size: number
  constructor(attributes: Attributes, bytes: Uint8Array) {
    super(attributes)
    this.buffer = bytes
    this.size = bytes.length
  }

  /** The bytes from `start` to `end`, as far as there are any. The caller must copy what it keeps. */
  view(start = 0, end = this.size): Uint8Array {
    return this.buffer.subarray(Math.min(start, this.size), Math.min(end, this.size))
  }

  write(bytes: Uint8Array, at: number): void {
    const end = at + bytes.length
    if (end > this.size) this.resize(end)
    this.buffer.set(bytes, at)
  }

  /** The bytes between the old end and the new one are zeros (`truncate(2)`). */
  resize(size: number): void {
    if (size > this.buffer.length) {
      const grown = new Uint8Array(Math.max(size, Math.min(2 * this.buffer.length, this.buffer.length + GROWTH)))
      grown.set(this.view())
      this.buffer = grown
    } else if (size < this.size) {
      this.buffer.fill(0, size, this.size)
    }
    this.size = size
  }
}

/** The most spare bytes that a file holds. */
const GROWTH = 1 << 24

/** @internal */
export class SymbolicLink extends Inode {
  readonly _tag = "SymbolicLink"
  readonly target: string
  constructor(attributes: Attributes, target: string) {
    super(attributes)
    this.target = target
  }
}

/** @internal */
export class Special extends Inode {
  readonly _tag = "Special"
  readonly kind: "FIFO" | "Socket"
  constructor(attributes: Attributes, kind: "FIFO" | "Socket") {
    super(attributes)
    this.kind = kind
  }
}

/** @internal */
export type Node = Directory | File | SymbolicLink | Special

/**
 * If a node has several names, events show the one that was used last.
 *
 * @internal
 */
export const place = (directory: Directory, name: string, node: Node): void => {
  // Most lookups find a node where the last one did, and to write there again costs more than to compare.
  if (node.parent === directory && node.name === name) return
  node.parent = directory
  node.name = name
}

/** @internal */
export const attach = (directory: Directory, name: string, node: Node): void => {
  directory.children.set(name, node)
  place(directory, name, node)
  node.nlink++
  // A directory's `..` counts as a link to its parent.
  if (node._tag === "Directory") directory.nlink++
}

/** @internal */
export const detach = (directory: Directory, name: string, node: Node): void => {
  directory.children.delete(name)
  node.nlink--
  if (node._tag !== "Directory") return
  directory.nlink--
  node.parent = undefined
}

/**
 * Whether it has no name any more. A directory's `.` counts as a link to itself.
 *
 * @internal
 */
export const isGone = (node: Node): boolean => node.nlink < (node._tag === "Directory" ? 2 : 1)

/**
 * Whether `node` is `directory` or contains it.
 *
 * @internal
 */
export const holds = (node: Node | undefined, directory: Directory): boolean => {
  for (let at: Directory | undefined = directory; at !== undefined; at = at.parent) if (at === node) return true
  return false
}

/** @internal */
export const pathOf = (node: Node, root: Directory): string => {
  const names: Array<string> = []
  for (let at = node; at !== root && at.parent !== undefined; at = at.parent) names.push(at.name)
  return `/${names.toReversed().join("/")}`
}
