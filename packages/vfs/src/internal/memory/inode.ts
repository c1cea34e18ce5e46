/** The nodes of a tree. A node knows the path under which it was last found, like a dentry in the kernel. */
import type { NewNode } from "../../InodeOperations.js"
import { Children, mostChanges, noChildren } from "./children.js"
import type { Holes } from "./holes.js"
import {
  type AnyImage,
  type Attributes,
  type Content,
  type DirectoryImage,
  type FileImage,
  type LinkImage,
  type SpecialImage,
  stored
} from "./image.js"
import { Order } from "./order.js"

let lastInode = 0

/** The device number of a tree without mounts. */
const DEVICE = 1

let lastDevice = DEVICE

/**
 * A name under which a node is open.
 *
 * @internal
 */
export interface OpenName {
  /** `undefined` only for the root. */
  directory: Directory | undefined
  name: string
  isRemoved: boolean
  opens: number
}

abstract class Inode {
  readonly ino = ++lastInode
  /** The device number of the directory that contains the node, unless a mount begins here. */
  device = DEVICE
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
  /** How many times the node is open. */
  opens = 0
  openNames: Array<OpenName> | undefined = undefined
  /** Kept when a file loses its name, because watchers of the directory are still notified when it is written to. */
  parent: Directory | undefined = undefined
  name = ""
  /** The directories that contain it, once for each name. Only set if the node has, or once had, several names. */
  holders: Array<Directory> | undefined = undefined
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
  /** How many names in the directory are open, or are removed but still contain an open name. */
  namesOpenBelow = 0
  /** The images of children become nodes when they are first used. */
  #children: Map<string, Node | AnyImage> | undefined
  /** The children when the last image of the directory was created. */
  #last: Children | undefined
  /** The names that have changed since then, or `undefined` if they are too many or unknown. */
  #changed: Set<string> | undefined = new Set()
  /** Only set if the directory was listed. */
  #order: Order | undefined
  image: DirectoryImage | undefined
  /** Whether another file system is mounted here. */
  isMount: boolean

  constructor(attributes: Attributes, image?: DirectoryImage, isMount: boolean = image?.isMount ?? false) {
    super(attributes)
    this.isMount = isMount
    if (isMount) this.device = ++lastDevice
    this.#last = image?.children
    this.image = image
    this.nlink += image?.children.directories ?? 0
  }

  get size(): number {
    return (this.#children ?? this.#last)?.size ?? 0
  }

  /** Returns the names in the order of their bytes. The caller must copy what it keeps. */
  names(): ReadonlyArray<string> {
    return (this.#order ??= new Order()).of(this.#own())
  }

  /** Returns the children in no particular order, without creating nodes for their images. */
  children(): Iterable<readonly [string, Node | AnyImage]> {
    return this.#own()
  }

  /** Returns a child, without creating a node for its image. */
  peek(name: string): Node | AnyImage | undefined {
    return (this.#children ?? this.#own()).get(name)
  }

  get(name: string): Node | undefined {
    const child = this.peek(name)
    return child === undefined || child instanceof Inode ? child : this.#wake(name, child)
  }

  set(name: string, node: Node): void {
    const children = this.#own()
    const { size } = children
    children.set(name, node)
    // A node that takes the place of its image has the same name.
    if (children.size !== size) this.#order?.note(name)
  }

  delete(name: string): void {
    this.#own().delete(name)
    this.#order?.note(name)
  }

  /** Notes that the child with this name differs from the last image. Without a name, any child can differ. */
  note(name?: string): void {
    if (name === undefined) this.#changed = undefined
    else this.#changed?.add(name)
    // Names that are created and removed again must not fill the memory.
    if (this.#changed !== undefined && this.#changed.size > mostChanges(this.size)) this.#changed = undefined
  }

  /** Yields the directories in it that have changed since their images were created. */
  *changed(): Iterable<Directory> {
    const children = this.#children
    if (children === undefined) return
    for (const name of this.#changed ?? children.keys()) {
      const child = children.get(name)
      if (child instanceof Directory && child.image === undefined) yield child
    }
  }

  /** Returns the images of the children. `imageOf` creates the images of those that have changed. */
  images(imageOf: (node: Node) => AnyImage): Children {
    const children = this.#children
    if (children === undefined) return this.#last ?? noChildren
    const now = <A extends AnyImage | undefined>(child: Node | A) => child instanceof Inode ? imageOf(child) : child
    const all = () => Children.of(new Map(Array.from(children, ([name, child]) => [name, now(child)])))
    const changes = this.#changed && new Map(Array.from(this.#changed, (name) => [name, now(children.get(name))]))
    const images = this.#last === undefined || changes === undefined ? all() : this.#last.with(changes)
    this.#last = images
    this.#changed = new Set()
    return images
  }

  #own(): Map<string, Node | AnyImage> {
    return this.#children ??= this.#last?.toMap() ?? new Map()
  }

  #wake(name: string, image: AnyImage): Node {
    const node = nodeOf(image)
    hold(this, name, node)
    return node
  }
}

/** @internal */
export class File extends Inode {
  readonly _tag = "File"
  /** Can be longer than the file, so that there is room to append. */
  #buffer: Uint8Array | undefined
  /** The content that the file shares with an image. It must be copied before it is changed. */
  #shared: Content | undefined
  #size: number
  /** Most files have none. An image of the file does not keep them. */
  holes: Holes | undefined = undefined
  image: FileImage | undefined

  constructor(attributes: Attributes, content: Content, image?: FileImage) {
    super(attributes)
    this.#shared = content
    this.#size = content.size
    this.image = image
  }

  get size(): number {
    return this.#shared?.size ?? this.#size
  }

  /** Returns the bytes from `start` to `end`, or to the end of the file. The caller must copy what it keeps. */
  view(start = 0, end = Infinity): Uint8Array {
    const buffer = this.#shared?.bytes() ?? this.#bytes()
    const { size } = this
    // Creating a view can take longer than copying a small file.
    if (start === 0 && end >= size && size === buffer.length) return buffer
    return buffer.subarray(Math.min(start, size), Math.min(end, size))
  }

  write(bytes: Uint8Array, at: number): void {
    const end = at + bytes.length
    if (end > this.size) this.resize(end)
    this.#own(this.size).set(bytes, at)
  }

  /** The bytes between the old end and the new one are zeros (`truncate(2)`). */
  resize(size: number): void {
    const buffer = this.#own(size)
    if (size > buffer.length) {
      const grown = new Uint8Array(Math.max(size, Math.min(2 * buffer.length, buffer.length + GROWTH)))
      grown.set(this.view())
      this.#buffer = grown
    } else if (size < this.#size) {
      buffer.fill(0, size, this.#size)
    }
    this.#size = size
  }

  /** Reads content that was not needed so far, because something now relies on the size. This can fail. */
  load(): void {
    this.#shared?.bytes()
  }

  /** Returns the whole content. The file copies it before it changes. */
  share(): Content {
    return this.#shared ??= stored(this.view())
  }

  #bytes(): Uint8Array {
    return this.#buffer ??= new Uint8Array(0)
  }

  /**
   * Returns the buffer for a change. The file has `size` bytes after it, so what is cut off does not have to be copied.
   */
  #own(size: number): Uint8Array {
    if (this.#shared === undefined) return this.#bytes()
    // Content that was read later can be a Buffer, whose `slice` would share its memory.
    const kept = size === 0 ? new Uint8Array(0) : new Uint8Array(this.#shared.bytes().subarray(0, size))
    this.#buffer = kept
    this.#size = kept.length
    this.#shared = undefined
    return kept
  }
}

/** The largest number of spare bytes in the buffer of a file. They take no memory until something is written there. */
const GROWTH = 1 << 28

/** @internal */
export class SymbolicLink extends Inode {
  readonly _tag = "SymbolicLink"
  readonly target: string
  image: LinkImage | undefined
  constructor(attributes: Attributes, target: string, image?: LinkImage) {
    super(attributes)
    this.target = target
    this.image = image
  }
}

/** @internal */
export class Special extends Inode {
  readonly _tag = "Special"
  readonly node: NewNode
  image: SpecialImage | undefined
  constructor(attributes: Attributes, node: NewNode, image?: SpecialImage) {
    super(attributes)
    this.node = node
    this.image = image
  }
}

/** @internal */
export type Node = Directory | File | SymbolicLink | Special

/**
 * Sets the name that events show for a node. If the node has several names, this is the one that was used last.
 *
 * @internal
 */
export const place = (directory: Directory, name: string, node: Node): void => {
  // Most lookups find a node under the same name as before. Writing the fields again would take longer than comparing
  // them.
  if (node.parent === directory && node.name === name) return
  node.parent = directory
  node.name = name
}

/**
 * Gives a node a name, without changing times and images.
 *
 * @internal
 */
export const hold = (directory: Directory, name: string, node: Node): void => {
  if (node._tag !== "Directory") {
    if (node.nlink > 0 && node.parent !== undefined) node.holders ??= [node.parent]
    node.holders?.push(directory)
  }
  if (node._tag !== "Directory" || !node.isMount) node.device = directory.device
  directory.set(name, node)
  place(directory, name, node)
  node.nlink++
}

/** @internal */
export const attach = (directory: Directory, name: string, node: Node): void => {
  hold(directory, name, node)
  directory.note(name)
  touch(directory)
  // A directory's `..` counts as a link to its parent.
  if (node._tag === "Directory") directory.nlink++
  else if (node.holders !== undefined) touch(node)
}

/** @internal */
export const detach = (directory: Directory, name: string, node: Node): void => {
  directory.delete(name)
  directory.note(name)
  touch(directory)
  node.nlink--
  if (node._tag === "Directory") {
    directory.nlink--
    node.parent = undefined
  } else if (node.holders !== undefined) {
    node.holders.splice(node.holders.indexOf(directory), 1)
    touch(node)
  }
}

/**
 * Forgets the images that are out of date after a node has changed: its own, and those of all directories above it. If
 * a node has no image, the directories above it have none either.
 *
 * @internal
 */
export const touch = (node: Node): void => {
  if (node._tag !== "Directory" && node.holders !== undefined) {
    node.image = undefined
    for (const holder of node.holders) {
      holder.note()
      touch(holder)
    }
    return
  }
  for (let at: Node | undefined = node; at?.image !== undefined; at = at.parent) {
    at.image = undefined
    at.parent?.note(at.name)
  }
}

/**
 * Whether a node has no name any more. A directory's `.` counts as a link to itself.
 *
 * @internal
 */
export const isGone = (node: Node): boolean => node.nlink < (node._tag === "Directory" ? 2 : 1)

/**
 * Whether `node` is `directory` or contains it.
 *
 * @internal
 */
export const isOrContains = (node: Node | undefined, directory: Directory): boolean => {
  for (let at: Directory | undefined = directory; at !== undefined; at = at.parent) if (at === node) return true
  return false
}

/** @internal */
export const pathOf = (node: Node, root: Directory): string => {
  const names: Array<string> = []
  for (let at = node; at !== root && at.parent !== undefined; at = at.parent) names.push(at.name)
  return `/${names.toReversed().join("/")}`
}

/** Creates a node with the state of an image. */
const nodeOf = (image: AnyImage): Node => {
  switch (image._tag) {
    case "Directory":
      return new Directory(image, image)
    case "File":
      return new File(image, image.content, image)
    case "SymbolicLink":
      return new SymbolicLink(image, image.target, image)
    case "Special":
      return new Special(image, image.node, image)
  }
}
