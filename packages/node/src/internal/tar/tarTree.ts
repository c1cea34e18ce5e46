/**
 * `InodeOperations` on a tar archive: its index, and contents that are read from the archive. An operation that would
 * change something fails as on a read-only mount, and makes its checks in the kernel's order.
 */
import type * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Handle } from "@procfsroot/vfs/Handle"
import { type Attributes, type ExactAttributes, exactly, typeOf } from "@procfsroot/vfs/Attributes"
import {
  type DirectoryEntry,
  type FileOperations,
  type InodeOperations,
  inOnePart
} from "@procfsroot/vfs/InodeOperations"
import * as Limits from "@procfsroot/vfs/Limits"
import { map, type Now } from "@procfsroot/vfs/Program"
import * as ReadOnlyTree from "@procfsroot/vfs/ReadOnlyTree"
import { pooled } from "../fileSystem/pooled.js"
import { readHere, readOnPool } from "../fileSystem/reading.js"
import { BLOCK, fault, look, type Node } from "./tarIndex.js"

/** An open archive. */
interface Archive {
  readonly fd: number
  readonly root: Node
  /** Its device number, which is unique in the process. */
  readonly dev: number
}

/** @internal */
export type ArchiveHandle = Handle<Archive>

/** @internal */
export const lookup = (archive: ArchiveHandle, asked: Walk.Lookup<Node>): Walk.Entry<Node> =>
  archive.isOpen ? look(asked) : fault("EBADF")

/**
 * An open file, with its own handle of the archive, so that it can still be read after the archive is closed.
 *
 * @internal
 */
export class Open {
  readonly node: Node
  readonly archive: ArchiveHandle
  /** The position for calls without one. */
  position = 0
  constructor(node: Node, archive: ArchiveHandle) {
    this.node = node
    this.archive = archive
  }
}

const fail = (code: string): never => {
  throw Errno.make(code)
}

const SECOND = 1_000_000_000n

/** Rounded like the times of a file on disk, whose nanoseconds count from the second before. */
const millisecondsOf = (time: bigint): number => {
  const fraction = (time % SECOND + SECOND) % SECOND
  return Number((time - fraction) / SECOND) * 1_000 + Number(fraction) / 1_000_000
}

const attributesOf = (dev: number, { ino, meta, nlink }: Node): Attributes => {
  const { atimeNs, gid, mode, mtimeNs, rdev, size, uid } = meta
  const mtimeMs = millisecondsOf(mtimeNs)
  const times = { atimeMs: millisecondsOf(atimeNs), mtimeMs, ctimeMs: mtimeMs, birthtimeMs: mtimeMs }
  return { mode, nlink, uid, gid, dev, ino, rdev, size, blksize: BLOCK, blocks: Math.ceil(size / 512), ...times }
}

const exactlyOf = (dev: number, node: Node): ExactAttributes => {
  const { atimeNs, mtimeNs } = node.meta
  return { ...exactly(attributesOf(dev, node)), atimeNs, mtimeNs, ctimeNs: mtimeNs, birthtimeNs: mtimeNs }
}

const readAt = (fd: number, buffer: Uint8Array, length: number, at: number): Now<number> =>
  pooled(() => readHere(fd, buffer, length, at), (done) => readOnPool(fd, buffer, length, at, done))

const readFrom = (file: Open, buffer: Uint8Array, position: number | undefined): Now<number> => {
  const { archive, node: { children, meta } } = file
  if (children !== undefined) return fail("EISDIR")
  // A fifo in an archive has no writer, so it is at its end.
  if (typeOf(meta) !== "File") return position === undefined ? 0 : fail("ESPIPE")
  const start = position ?? file.position
  const length = Math.min(buffer.length, meta.size - start)
  if (length <= 0) return 0
  return map(readAt(archive.value.fd, buffer, length, meta.offset + start), (count) => {
    // The archive was truncated after it was opened.
    if (count === 0) fail("EIO")
    if (position === undefined) file.position += count
    return count
  })
}

const files: FileOperations<Open> = {
  ...ReadOnlyTree.fileOperations,
  getattr: ({ archive, node }) => attributesOf(archive.value.dev, node),
  getattrExact: ({ archive, node }) => exactlyOf(archive.value.dev, node),
  identity: ({ node }) => node,
  read: readFrom,
  sync: ({ node }) => typeOf(node.meta) === "FIFO" ? fail("EINVAL") : undefined,
  close: ({ archive }) => void archive.close()
}

const childrenOf = ({ children }: Node): ReadonlyMap<string, Node> => children ?? fail("ENOTDIR")

const childAt = (directory: Node, name: string): Node | undefined => {
  const children = childrenOf(directory)
  return Limits.isNameTooLong(name) ? fail("ENAMETOOLONG") : children.get(name)
}

/** The names in the directories that have been listed, since sorting takes a while and an archive does not change. */
const known = new WeakMap<Node, ReadonlyArray<string>>()

/** The names in a directory, in the order of their bytes. The index has them in the order of the archive. */
const namesOf = (directory: Node): ReadonlyArray<string> => {
  const names = known.get(directory) ?? ReadOnlyTree.sortedNames(childrenOf(directory).keys())
  known.set(directory, names)
  return names
}

const entriesOf = (directory: Node): ReadonlyArray<DirectoryEntry> => {
  const children = childrenOf(directory)
  return namesOf(directory).flatMap((name) => {
    const child = children.get(name)
    return child === undefined ? [] : [{ name, type: typeOf(child.meta) }]
  })
}

/** @internal */
export const inodeOperations = (archive: ArchiveHandle): InodeOperations<Node, Open> => ({
  ...ReadOnlyTree.operations<Node>({
    getattr: (node) => attributesOf(archive.held.dev, node),
    childAt,
    targetOf: ({ meta }) => meta.target
  }),
  getattrExact: (node) => exactlyOf(archive.held.dev, node),
  top: () => archive.value.root,
  retain: () => {
    const held = archive.retain()
    return () => held.close()
  },
  files,
  lookup: (asked) => look(asked),
  statfs: () => fail("ENOTSUP"),
  readdir: (directory) => namesOf(directory).slice(), // the caller may change it
  readEntries: entriesOf,
  openDirectory: (directory) => inOnePart(entriesOf(directory)),
  openInode: (node, { path = false, write }) => {
    if (!path) ReadOnlyTree.mayOpen(node.meta, write)
    return new Open(node, archive.retain())
  }
})
