/** The remaining space of a tree: blocks, inodes and open files. The rules are those of tmpfs (`mm/shmem.c`). */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import type { StatFs } from "../../Attributes.js"
import type { Limits } from "../../MemoryLimits.js"
import { fail } from "../errno.js"
import { NAME_MAX, PATH_MAX } from "../limits.js"
import { checkFields, checkWhole } from "./data.js"
import type { AnyImage, DirectoryImage } from "./image.js"
import { Directory, File, isGone, type Node } from "./inode.js"

/** @internal */
export const BLOCK = 4096

/** Up to this size, including its NUL, the target of a link is stored in the inode (`SHORT_SYMLINK_LEN`). */
const SHORT_LINK = 128

const largest = {
  freeBytes: Number.MAX_SAFE_INTEGER,
  freeInodes: Number.MAX_SAFE_INTEGER,
  openFiles: Number.MAX_SAFE_INTEGER,
  nameBytes: NAME_MAX,
  pathBytes: PATH_MAX - 1
}

const fields: ReadonlyArray<keyof Limits> = [
  "freeBytes",
  "freeInodes",
  "nameBytes",
  "openFiles",
  "pathBytes",
  "readOnly"
]

const check = (limits: Limits): void => {
  checkFields("a limit", limits, fields)
  for (const name of fields) {
    if (name === "readOnly") continue
    const value = limits[name]
    if (value !== undefined) checkWhole(name, value, 0, largest[name])
  }
}

const blocksOf = (size: number): number => Math.ceil(size / BLOCK)

const linkBlocks = (target: string): number => SurrogateEscape.byteLength(target) + 1 > SHORT_LINK ? 1 : 0

/** @internal */
export class Disk {
  #limits: Limits = {}
  /** The blocks of files that were never written. They are only counted while space is limited. */
  #holes = new WeakMap<File, Set<number>>()
  #freeBlocks = Number.POSITIVE_INFINITY
  #freeInodes = Number.POSITIVE_INFINITY
  #blocks = 0
  #inodes = 0

  /** Replaces all limits. Existing content counts as allocated. */
  limit(limits: Limits, root: Directory): void {
    check(limits)
    const { freeBytes = Number.POSITIVE_INFINITY, freeInodes = Number.POSITIVE_INFINITY } = limits
    this.#limits = limits
    this.#holes = new WeakMap()
    this.#freeBlocks = blocksOf(freeBytes)
    this.#freeInodes = freeInodes
    const used = usedBy(root)
    this.#blocks = this.#freeBlocks + used.blocks
    this.#inodes = this.#freeInodes + used.inodes
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
    if (this.#freeInodes < 1) fail("ENOSPC")
    const blocks = target === undefined ? 0 : linkBlocks(target)
    if (this.#freeBlocks < blocks) fail("ENOSPC")
    this.#freeInodes--
    this.#freeBlocks -= blocks
  }

  /** Called when a file has lost one of several names. */
  giveName(node: Node): void {
    if (node._tag !== "Directory" && !isGone(node)) this.#freeInodes++
  }

  /** Called when a node has no name and is not open any more. */
  giveInode(node: Node): void {
    this.#freeInodes++
    if (node._tag === "SymbolicLink") this.#freeBlocks += linkBlocks(node.target)
    if (node instanceof File) this.resize(node, 0)
  }

  /** Returns how many of `length` bytes can be written at `at`, and allocates their blocks. */
  allocate(file: File, at: number, length: number): number {
    if (this.#freeBlocks === Number.POSITIVE_INFINITY) return length
    const end = at + length
    const old = blocksOf(file.size)
    const holes = this.#holes.get(file) ?? new Set()
    let block = Math.floor(at / BLOCK)
    for (; block < blocksOf(end); block++) {
      const isThere = block < old && !holes.has(block)
      if (isThere) continue
      if (this.#freeBlocks < 1) break
      this.#freeBlocks--
      holes.delete(block)
    }
    const written = Math.min(end, block * BLOCK) - at
    if (written <= 0) return 0
    this.#skip(file, holes, old, Math.floor(at / BLOCK))
    return written
  }

  /** Called before a file gets another size. */
  resize(file: File, size: number): void {
    if (this.#freeBlocks === Number.POSITIVE_INFINITY) return
    const [old, next] = [blocksOf(file.size), blocksOf(size)]
    const holes = this.#holes.get(file) ?? new Set()
    this.#skip(file, holes, old, next)
    for (let block = next; block < old; block++) if (!holes.delete(block)) this.#freeBlocks++
  }

  #skip(file: File, holes: Set<number>, from: number, to: number): void {
    for (let block = from; block < to; block++) holes.add(block)
    if (holes.size > 0) this.#holes.set(file, holes)
  }

  /** Returns what tmpfs reports (`shmem_statfs`): without a limit, all numbers are 0. */
  statfs(): Pick<StatFs, "blocks" | "freeBlocks" | "availableBlocks" | "inodes" | "freeInodes"> {
    const free = countOf(this.#freeBlocks)
    return {
      blocks: countOf(this.#blocks),
      freeBlocks: free,
      availableBlocks: free,
      inodes: countOf(this.#inodes),
      freeInodes: countOf(this.#freeInodes)
    }
  }
}

const countOf = (count: number): bigint => Number.isFinite(count) ? BigInt(count) : 0n

type Listed = Directory | DirectoryImage

const childrenOf = (directory: Listed): Iterable<readonly [string, Node | AnyImage]> =>
  directory instanceof Directory ? directory.children() : directory.children

/** Counts what a tree uses. Mounted files are on another disk; the directory under a mount is on this one. */
const usedBy = (root: Directory): { blocks: number; inodes: number } => {
  const used = { blocks: 0, inodes: 1 }
  const found = new Set<Node | AnyImage>()
  const pending: Array<Listed> = [root]
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const [, node] of childrenOf(directory)) {
      used.inodes++ // each name of a file counts
      if (found.has(node)) continue
      found.add(node)
      if (node._tag === "Directory") { if (!node.isMount) pending.push(node) }
      else if (node._tag === "SymbolicLink") used.blocks += linkBlocks(node.target)
      else if (node._tag === "File") used.blocks += blocksOf(node instanceof File ? node.size : node.content.size)
    }
  }
  return used
}
