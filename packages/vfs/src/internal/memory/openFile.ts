/** Open files: the checks of `open(2)`, reading and writing. */
import type { Extent, FileOperations, OpenFlags, ParentAndName } from "../../InodeOperations.js"
import type { Now } from "../../Program.js"
import { fail, failIn } from "../errno.js"
import { exactly } from "../mode.js"
import { flagsOf } from "../openFlags.js"
import { Call } from "../program.js"
import { attributesOf, chmod, chown, modified, touched, utimes } from "./attributes.js"
import { BLOCK } from "./disk.js"
import { extendedAttributesOfFiles } from "./extendedAttributes.js"
import { stored } from "./image.js"
import { File, type Node, type OpenName } from "./inode.js"
import { add, directoryOf, mayCreate, targetAt } from "./names.js"
import { closeName, openName, toChange } from "./openNames.js"
import {
  announceUpdate,
  checkOpenFiles,
  diskOf,
  giveIfUnused,
  newAttributes,
  permits,
  READ,
  type World,
  WRITE
} from "./world.js"

/** @internal */
export interface OpenNode {
  readonly descriptor: number
  readonly node: Node
  readonly name: OpenName
  readonly flags: OpenFlags
  /** The position for calls without one, which the kernel keeps for each open file. */
  position: number
}

const opened = ({ descriptors }: World, node: Node, flags: OpenFlags): OpenNode => {
  const descriptor = descriptors.take()
  node.opens++
  return { descriptor, node, name: openName(node), flags, position: 0 }
}

const checkOpen = (world: World, node: Node, { read, truncate, write }: OpenFlags): void => {
  // Truncating alone needs the permission to write, too (`build_open_flags` in `fs/open.c`).
  const changes = write || truncate
  if (node._tag === "Directory" && changes) fail("EISDIR")
  if (changes && node._tag !== "Special") diskOf(world, node).checkWritable()
  if (!permits(world, node, (read ? READ : 0) | (changes ? WRITE : 0))) fail("EACCES")
  if (node._tag === "Special" && node.node.type !== "FIFO") fail("ENXIO")
}

/** @internal */
export const openInode = (world: World, node: Node, flags: OpenFlags): OpenNode => {
  checkOpenFiles(world)
  if (flags.path === true) return opened(world, node, flags)
  checkOpen(world, node, flags)
  if (flags.truncate && node._tag === "File") resize(world, node, 0)
  return opened(world, node, flags)
}

/** @internal */
export const create = (world: World, place: ParentAndName<Node>, flags: OpenFlags, mode: number): OpenNode => {
  const directory = directoryOf(place)
  checkOpenFiles(world)
  // A name with slashes after it can only be a directory, which `open` does not create (`open_last_lookups` in
  // `fs/namei.c`).
  if (place.slash) fail("EISDIR")
  if (targetAt(world, place) !== undefined) fail("EEXIST")
  mayCreate(world, directory)
  diskOf(world, directory).takeInode()
  const file = new File(newAttributes(world, directory, mode, "Other"), stored(new Uint8Array(0)))
  add(world, directory, place.name, file)
  return opened(world, file, flags)
}

/** The other end of a fifo accepts all data and never writes any. */
const never = () => new Call<never>(() => () => {})

/** @internal */
export const contents = (world: World, node: Node): Now<Uint8Array> => {
  checkOpen(world, node, flagsOf("r"))
  if (node._tag === "Directory") failIn("read", [], "EISDIR")
  return node._tag === "File" ? node.view() : never()
}

const read = ({ flags, node }: OpenNode, buffer: Uint8Array, at: number): Now<number> => {
  if (!flags.read) fail("EBADF")
  if (node._tag === "Directory") fail("EISDIR")
  if (node._tag !== "File") return never()
  const bytes = node.view(at, at + buffer.length)
  buffer.set(bytes)
  return bytes.length
}

/** The largest file of ext4 (`ext4_max_size`). No machine has memory for one, but `ENOSPC` would say that it may later. */
const MAX_SIZE = 2 ** 44 - 4096

const write = (world: World, file: OpenNode, bytes: Uint8Array, at: number): number => {
  const { flags } = file
  if (!flags.write) fail("EBADF")
  if (bytes.length === 0) return 0
  const node = toChange(file)
  if (node._tag !== "File") {
    announceUpdate(world, node)
    return bytes.length
  }
  const disk = diskOf(world, node)
  disk.checkWritable()
  node.load()
  const position = flags.append ? node.size : at
  if (position >= MAX_SIZE) fail("EFBIG")
  const length = disk.room(node, position, Math.min(bytes.length, MAX_SIZE - position))
  if (length === 0) {
    // The kernel does this before it allocates the first block (`shmem_file_write_iter` in `mm/shmem.c`).
    touched(world, node)
    world.shared.history?.updated(node)
    return fail("ENOSPC")
  }
  const before = node.size
  allocating(world, node, () => node.write(bytes.subarray(0, length), position))
  disk.wrote(node, before, position, length)
  modified(world, node)
  world.shared.history?.wrote(node, position, length)
  return length
}

const nextData = (node: Node, from: number): Extent | undefined => {
  if (node._tag !== "File") return fail(node._tag === "Special" ? "ESPIPE" : "EINVAL")
  const { holes, size } = node
  const [first, after] = holes?.dataFrom(Math.floor(from / BLOCK)) ?? [0, undefined]
  const start = Math.max(from, first * BLOCK)
  return start < size ? { start, end: after === undefined ? size : Math.min(size, after * BLOCK) } : undefined
}

const truncate = (world: World, file: OpenNode, size: number): void => {
  const node = toChange(file)
  if (!file.flags.write || node._tag !== "File") return fail("EINVAL")
  resize(world, node, Math.max(0, size))
}

const resize = (world: World, file: File, size: number): void => {
  const disk = diskOf(world, file)
  disk.checkWritable()
  if (size > MAX_SIZE) fail("EFBIG")
  if (size > 0) file.load()
  const before = file.size
  allocating(world, file, () => file.resize(size))
  disk.resized(file, before)
  touched(world, file)
  world.shared.history?.resized(file)
  announceUpdate(world, file)
}

/** Runs a change of the content. If it does not fit into memory, fails with ENOSPC, as if the device were full. */
const allocating = (world: World, file: File, run: () => void): void => {
  world.shared.history?.keep(file)
  try {
    run()
  } catch (error) {
    if (error instanceof RangeError) fail("ENOSPC")
    throw error
  }
}

/** Returns the position of a call. Fifos and sockets have no positions (`pread(2)`). */
const at = (file: OpenNode, position: number | undefined): number => {
  if (position !== undefined && file.node._tag === "Special") fail("ESPIPE")
  return position ?? file.position
}

/** Appending moves the position to the new end (`generic_write_checks` in `fs/read_write.c`). */
const positionAfter = ({ flags, node, position }: OpenNode, written: number): number =>
  flags.append && node._tag === "File" ? node.size : position + written

/** @internal */
export type NodeFiles =
  & FileOperations<OpenNode>
  & Required<Pick<FileOperations<OpenNode>, "extendedAttributes" | "nextData">>

/** @internal */
export const fileOperations = (world: World): NodeFiles => ({
  getattr: ({ node }) => attributesOf(node),
  getattrExact: ({ node }) => exactly(attributesOf(node)),
  identity: ({ node }) => node,
  read: (file, buffer, position) => {
    const length = read(file, buffer, at(file, position))
    if (position === undefined && typeof length === "number") file.position += length
    return length
  },
  write: (file, bytes, position) => {
    const length = write(world, file, bytes, at(file, position))
    if (file.flags.sync !== undefined) world.shared.history?.sync(file.node)
    if (position === undefined && length > 0) file.position = positionAfter(file, length)
    return length
  },
  nextData: ({ node }, from) => nextData(node, from),
  truncate: (file, size) => truncate(world, file, size),
  sync: ({ node }) => {
    if (node._tag === "Special") fail("EINVAL")
    world.shared.history?.sync(node)
  },
  chmod: (file, mode) => chmod(world, toChange(file), mode),
  chown: (file, uid, gid) => chown(world, toChange(file), uid, gid),
  utimes: (file, atime, mtime) => utimes(world, toChange(file), atime, mtime),
  extendedAttributes: extendedAttributesOfFiles(world),
  close: (file) => {
    const { descriptor, node } = file
    world.descriptors.release(descriptor)
    node.opens--
    giveIfUnused(world, node)
    closeName(world, file)
  }
})
