/** The remaining space of a tree: blocks, inodes and open files. The rules are those of tmpfs (`mm/shmem.c`). */
import { isOn } from "@procfsroot/path/Policy"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { StatFs } from "../../Attributes.js"
import type { Limits } from "../../MemoryLimits.js"
import { fail } from "../errno.js"
import { NAME_MAX, PATH_MAX } from "../limits.js"
import { checkFields, checkWhole } from "./data.js"
import { Holes } from "./holes.js"
import type { AnyImage, DirectoryImage } from "./image.js"
import { Directory, File, isGone, type Node } from "./inode.js"
import { ownLimits } from "./ownOptions.js"

/** @internal */
export const BLOCK = 4096

/** Up to this size, including its NUL, the target of a link is stored in the inode (`SHORT_SYMLINK_LEN`). */
const SHORT_LINK = 128

const largest: Readonly<Record<Exclude<keyof Limits, "readOnly">, number>> = {
  freeBytes: Number.MAX_SAFE_INTEGER,
  freeInodes: Number.MAX_SAFE_INTEGER,
  nameBytes: NAME_MAX,
  openFiles: Number.MAX_SAFE_INTEGER,
  pathBytes: PATH_MAX - 1
}

const check = (limits: Limits): void => {
  checkFields("a limit", limits, [...Object.keys(largest), "readOnly"])
  for (const [name, most] of Object.entries(largest)) {
    const value = limits[name as keyof typeof largest] // one of its keys
    if (value !== undefined) checkWhole(name, value, 0, most)
  }
  isOn("readOnly", limits.readOnly)
}

/** @internal */
export const blocksIn = (size: number): number => Math.ceil(size / BLOCK)

const linkBlocks = (target: string): number => SurrogateEscape.byteLength(target) + 1 > SHORT_LINK ? 1 : 0

/**
 * Returns how many blocks a node takes. Directories and special files take none.
 *
 * @internal
 */
export const blocksOf = (node: Node | AnyImage): number => {
  if (node instanceof File) return blocksIn(node.size) - (node.holes?.count ?? 0)
  if (node._tag === "File") return blocksIn(node.content.size)
  return node._tag === "SymbolicLink" ? linkBlocks(node.target) : 0
}

/** What an inode takes of the space of all inodes, of which extended attributes take some too (`BOGO_INODE_SIZE`). */
const INODE = 1024

/** The space of an extended attribute (`simple_xattr_space` in `fs/xattr.c`). */
const attributeSpace = (name: string, value: Uint8Array): number => 40 + SurrogateEscape.byteLength(name) + value.length

/** An image keeps none. */
const attributesSpace = (node: Node | AnyImage): number => {
  let space = 0
  for (const [name, value] of ("extended" in node ? node.extended : undefined) ?? []) {
    space += attributeSpace(name, value)
  }
  return space
}

/** @internal */
export class Disk {
  #limits: Limits = {}
  #freeBlocks = Number.POSITIVE_INFINITY
  #inodeSpace = Number.POSITIVE_INFINITY
  #blocks = 0
  #inodes = 0

  /** Replaces all limits. */
  limit(limits: Limits, root: Directory): void {
    check(limits)
    const { freeBytes = Number.POSITIVE_INFINITY, freeInodes = Number.POSITIVE_INFINITY } = limits
    this.#limits = ownLimits(limits) // the caller may change its own
    this.#freeBlocks = blocksIn(freeBytes)
    this.#inodeSpace = freeInodes * INODE
    const used = usedBy(root)
    this.#blocks = this.#freeBlocks + used.blocks
    this.#inodes = freeInodes + Math.ceil(used.inodeSpace / INODE)
  }

  get nameBytes(): number {
    return this.#limits.nameBytes ?? largest.nameBytes
  }

  get pathBytes(): number {
    return this.#limits.pathBytes ?? largest.pathBytes
  }

  /** Whether opening a file can fail because no descriptor is free. */
  get limitsFiles(): boolean {
    return this.#limits.openFiles !== undefined
  }

  checkWritable(): void {
    if (this.#limits.readOnly === true) fail("EROFS")
  }

  checkOpen(open: number): void {
    if (open >= (this.#limits.openFiles ?? Number.POSITIVE_INFINITY)) fail("EMFILE")
  }

  /** Takes an inode for a new name, and the space for its target if it is a link. */
  takeInode(target?: string): void {
    if (this.#inodeSpace < INODE) fail("ENOSPC")
    const blocks = target === undefined ? 0 : linkBlocks(target)
    if (this.#freeBlocks < blocks) fail("ENOSPC")
    this.#inodeSpace -= INODE
    this.#freeBlocks -= blocks
  }

  /**
   * Takes the space of an extended attribute, and gives back that of its old value: while it is replaced, there must be
   * room for both (`shmem_xattr_handler_set`).
   */
  takeAttribute(name: string, value: Uint8Array, old: Uint8Array | undefined): void {
    const space = attributeSpace(name, value)
    if (this.#inodeSpace < space) fail("ENOSPC")
    this.#inodeSpace -= space
    if (old !== undefined) this.giveAttribute(name, old)
  }

  giveAttribute(name: string, value: Uint8Array): void {
    this.#inodeSpace += attributeSpace(name, value)
  }

  /** Called when a file has lost one of several names. */
  giveName(node: Node): void {
    if (node._tag !== "Directory" && !isGone(node)) this.#inodeSpace += INODE
  }

  /** Called when a node has no name and is not open any more. */
  giveInode(node: Node): void {
    this.#inodeSpace += INODE + attributesSpace(node)
    this.#freeBlocks += blocksOf(node)
  }

  /** Returns how many of `length` bytes can be written at `at`. */
  room(file: File, at: number, length: number): number {
    if (this.#freeBlocks === Number.POSITIVE_INFINITY) return length
    const end = blocksIn(at + length)
    let block = Math.floor(at / BLOCK)
    for (let free = this.#freeBlocks; block < end; block++) {
      free -= missing(file, blocksIn(file.size), block, block + 1)
      if (free < 0) break
    }
    return Math.max(0, Math.min(at + length, block * BLOCK) - at)
  }

  /** Allocates the blocks of bytes that were written to a file, which had another size before. */
  wrote(file: File, before: number, at: number, length: number): void {
    const [old, first, end] = [blocksIn(before), Math.floor(at / BLOCK), blocksIn(at + length)]
    this.#freeBlocks -= missing(file, old, first, end)
    file.holes?.fill(first, end)
    skip(file, old, first)
  }

  /** Called after a file got another size. */
  resized(file: File, before: number): void {
    const [old, now] = [blocksIn(before), blocksIn(file.size)]
    skip(file, old, now)
    if (now >= old) return
    this.#freeBlocks += old - now - (file.holes?.within(now, old) ?? 0)
    file.holes?.fill(now, old)
  }

  /** Returns what tmpfs reports (`shmem_statfs`): without a limit, all numbers are 0. */
  statfs(): Pick<StatFs, "blocks" | "freeBlocks" | "availableBlocks" | "inodes" | "freeInodes"> {
    const free = countOf(this.#freeBlocks)
    return {
      blocks: countOf(this.#blocks),
      freeBlocks: free,
      availableBlocks: free,
      inodes: countOf(this.#inodes),
      freeInodes: countOf(Math.floor(this.#inodeSpace / INODE))
    }
  }
}

/** Returns how many of these blocks are not allocated, in a file that had `blocks` before. */
const missing = (file: File, blocks: number, from: number, to: number): number =>
  (file.holes?.within(from, to) ?? 0) + Math.max(0, to - Math.max(from, blocks))

/** Makes a hole at the end of a file. */
const skip = (file: File, from: number, to: number): void => {
  if (to > from) (file.holes ??= new Holes()).add(from, to)
}

const countOf = (count: number): bigint => Number.isFinite(count) ? BigInt(count) : 0n

type Listed = Directory | DirectoryImage

const childrenOf = (directory: Listed): Iterable<readonly [string, Node | AnyImage]> =>
  directory instanceof Directory ? directory.children() : directory.children

/** Counts what a tree uses. Mounted files are on another disk; the directory under a mount is on this one. */
const usedBy = (root: Directory): { blocks: number; inodeSpace: number } => {
  const used = { blocks: 0, inodeSpace: INODE + attributesSpace(root) }
  const found = new Set<Node | AnyImage>()
  const pending: Array<Listed> = [root]
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const [, node] of childrenOf(directory)) {
      used.inodeSpace += INODE // each name of a file counts
      if (found.has(node)) continue
      found.add(node)
      used.inodeSpace += attributesSpace(node)
      if (node._tag !== "Directory") used.blocks += blocksOf(node)
      else if (!node.isMount) pending.push(node)
    }
  }
  return used
}
