/** Open files: what `open(2)` makes of flags, and what reads and writes do with it. */
import type { OpenFlag } from "@effect/platform/FileSystem"
import { modified } from "./attributes.js"
import { fail } from "./errno.js"
import { File, type Node } from "./inode.js"
import { add, mayCreate } from "./namespace.js"
import { mayTake } from "./protection.js"
import { child, existing, forCreation, type Parent, parent } from "./resolve.js"
import { announceUpdate, attributesIn, masked, permits, READ, type World, WRITE } from "./world.js"

interface Flags {
  readonly read: boolean
  readonly write: boolean
  readonly append: boolean
  readonly create: boolean
  readonly exclusive: boolean
  readonly truncate: boolean
}

/** @internal */
export interface OpenFile {
  readonly node: Node
  readonly flags: Flags
}

/**
 * `r`, `w` or `a`, then `x` for `O_EXCL`, then `+` for `O_RDWR`.
 *
 * @internal
 */
export const flagsOf = (flag: OpenFlag): Flags => {
  const both = flag.includes("+")
  return {
    read: both || flag.startsWith("r"),
    write: both || !flag.startsWith("r"),
    append: flag.startsWith("a"),
    create: !flag.startsWith("r"),
    exclusive: flag.includes("x"),
    truncate: flag.startsWith("w")
  }
}

/**
 * Thrown where the kernel would let the caller wait: whoever is at the other end of a fifo here takes everything and
 * never writes.
 *
 * @internal
 */
export class Blocks {
  readonly _tag = "Blocks"
}

/** What an `open` has found: the node, or the place for a new file. */
type Found = { readonly node: Node } | { readonly vacant: Parent }

/**
 * All that `open` does but for making or emptying the file.
 *
 * @internal
 */
export const find = (world: World, path: string, flags: Flags): Found => {
  if (!flags.create) return { node: mayOpen(world, existing(world, path), flags) }
  const found = flags.exclusive ? exclusively(world, path) : forCreation(world, path)
  const node = child(found)
  if (node === undefined) {
    mayCreate(world, found.directory)
    return { vacant: found }
  }
  if (flags.exclusive) fail("EEXIST")
  if (node._tag === "Directory") fail("EISDIR")
  if (!mayTake(world, found.directory, node)) fail("EACCES")
  return { node: mayOpen(world, node, flags) }
}

/** With `O_EXCL` a last link is not followed: it exists. */
const exclusively = (world: World, path: string): Parent => {
  const found = parent(world, path)
  if (found.dots) fail("EEXIST")
  if (found.slashes) fail("EISDIR")
  return found
}

const mayOpen = (world: World, node: Node, { read, write }: Flags): Node => {
  if (node._tag === "Directory" && write) fail("EISDIR")
  if (!permits(world, node, (read ? READ : 0) | (write ? WRITE : 0))) fail("EACCES")
  if (node._tag === "Special" && node.kind === "Socket") fail("ENXIO")
  return node
}

/** @internal */
export const open = (world: World, path: string, flags: Flags, mode: number): OpenFile => {
  const found = find(world, path, flags)
  if ("vacant" in found) return { node: create(world, found.vacant, mode), flags }
  if (flags.truncate && found.node._tag === "File") resize(world, found.node, 0)
  return { node: found.node, flags }
}

/** @internal */
export const create = (world: World, { directory, last }: Parent, mode: number): File => {
  const file = new File(attributesIn(world, directory, masked(mode), "Other"), new Uint8Array(0))
  add(world, directory, last, file)
  return file
}

/**
 * The bytes of an open file from `at` on, not more than `length`; no copy.
 *
 * @internal
 */
export const read = ({ flags, node }: OpenFile, at: number, length: number): Uint8Array => {
  if (!flags.read) fail("EBADF")
  if (node._tag === "Directory") fail("EISDIR")
  if (node._tag !== "File") throw new Blocks()
  return node.view(at, at + length)
}

/** @internal */
export const write = (world: World, { flags, node }: OpenFile, bytes: Uint8Array, at: number): void => {
  if (!flags.write) fail("EBADF")
  if (bytes.length === 0) return
  if (node._tag !== "File") return announceUpdate(world, node)
  const file = node
  allocating(() => file.write(bytes, flags.append ? file.size : at))
  modified(world, file)
}

/** @internal */
export const truncate = (world: World, { flags, node }: OpenFile, length: number): void => {
  if (!flags.write || node._tag !== "File") return fail("EINVAL")
  resize(world, node, Math.max(0, length))
}

const resize = (world: World, file: File, length: number): void => {
  allocating(() => file.resize(length))
  modified(world, file)
}

/** A file that the memory cannot hold does not fit on the device. */
const allocating = (run: () => void): void => {
  try {
    run()
  } catch (error) {
    if (error instanceof RangeError) fail("ENOSPC")
    throw error
  }
}

/**
 * The whole content, to keep.
 *
 * @internal
 */
export const content = (file: OpenFile): Uint8Array => read(file, 0, Infinity).slice()
