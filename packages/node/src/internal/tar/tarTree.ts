/**
 * The third kind of file system, after memory and descriptors: the index of a tar archive, whose contents are read where
 * they are. Nothing can be changed: what would change something fails as on a read-only mount, in the kernel's order.
 */
import type * as Walk from "@procfsroot/path/Walk"
import * as Errno from "@procfsroot/vfs/Errno"
import type { Handle } from "@procfsroot/vfs/Handle"
import {
  type Attributes,
  type FileOperations,
  type InodeOperations,
  type ParentAndName,
  typeOf
} from "@procfsroot/vfs/InodeOperations"
import * as Limits from "@procfsroot/vfs/Limits"
import type { Call, Now } from "@procfsroot/vfs/Program"
import { read } from "node:fs"
import { errnoError } from "../errnoError.js"
import { pooled } from "../fileSystem/pooled.js"
import { BLOCK, fault, look, type Node } from "./tarIndex.js"

/** An archive that is open. */
interface Archive {
  readonly fd: number
  readonly root: Node
  /** The number of its device: no two archives of a process have the same. */
  readonly dev: number
}

/** @internal */
export type ArchiveHandle = Handle<Archive>

/** @internal */
export const lookup = (archive: ArchiveHandle, asked: Walk.Lookup<Node>): Walk.Entry<Node> =>
  archive.isOpen ? look(asked) : fault("EBADF")

/**
 * A file that is open has a handle of its own, so that it can be read to its end.
 *
 * @internal
 */
export class Open {
  readonly node: Node
  readonly archive: ArchiveHandle
  /** For calls that give none. */
  position = 0
  constructor(node: Node, archive: ArchiveHandle) {
    this.node = node
    this.archive = archive
  }
}

const fail = (code: string): never => {
  throw Errno.make(code)
}

const readOnly = (): never => fail("EROFS")

const attributesOf = (dev: number, { ino, meta, nlink }: Node): Attributes => {
  const { atimeMs, gid, mode, mtimeMs, rdev, size, uid } = meta
  const times = { atimeMs, mtimeMs, birthtimeMs: mtimeMs }
  return { mode, nlink, uid, gid, dev, ino, rdev, size, blksize: BLOCK, blocks: Math.ceil(size / 512), ...times }
}

/** A file that ends before its header says so was cut off after the archive was opened. */
const readAt = (fd: number, buffer: Uint8Array, length: number, at: number, ended: (count: number) => void) =>
  pooled<number>((done) =>
    read(fd, buffer, 0, length, at, (error, count) => {
      if (error !== null) return done(error, 0)
      if (count === 0) return done(errnoError("EIO", "read"), 0)
      ended(count)
      done(null, count)
    })
  )

const readFrom = (file: Open, buffer: Uint8Array, position: number | undefined): Now<number> => {
  const { archive, node: { children, meta } } = file
  if (children !== undefined) return fail("EISDIR")
  // Nobody is at the other end of a fifo.
  if (typeOf(meta) !== "File") return position === undefined ? 0 : fail("ESPIPE")
  const start = position ?? file.position
  const length = Math.min(buffer.length, meta.size - start)
  if (length <= 0) return 0
  const count: Call<number> = readAt(archive.value.fd, buffer, length, meta.offset + start, (count) => {
    if (position === undefined) file.position += count
  })
  return count
}

const files: FileOperations<Open> = {
  getattr: ({ archive, node }) => attributesOf(archive.value.dev, node),
  identity: ({ node }) => node,
  read: readFrom,
  write: () => fail("EBADF"), // none is open for writing
  truncate: () => fail("EINVAL"),
  sync: ({ node }) => typeOf(node.meta) === "FIFO" ? fail("EINVAL") : undefined,
  chmod: readOnly,
  utimes: readOnly,
  close: ({ archive }) => void archive.close()
}

const isSpecial = ({ meta }: Node): boolean => !["Directory", "File", "SymbolicLink"].includes(typeOf(meta))

/** `may_open` in `fs/namei.c`, as on a mount without devices. Fifos may be written on such a mount, if somebody reads. */
const mayOpen = (node: Node, write: boolean): void => {
  const type = typeOf(node.meta)
  if (type === "CharacterDevice" || type === "BlockDevice") fail("EACCES")
  if (!write) return
  if (type === "Directory") fail("EISDIR")
  if (type === "FIFO") fail("ENXIO")
  readOnly()
}

const childAt = ({ children }: Node, name: string): Node | undefined => {
  if (children === undefined) return fail("ENOTDIR")
  return Limits.isNameTooLong(name) ? fail("ENAMETOOLONG") : children.get(name)
}

/** What cannot be made: a name that is there comes first, then slashes after what is no directory (`filename_create`). */
const cannotMake = ({ directory, name, slash }: ParentAndName<Node>, takesSlash: boolean): never => {
  if (childAt(directory, name) !== undefined) fail("EEXIST")
  if (slash && !takesSlash) fail("ENOENT")
  return readOnly()
}

/** @internal */
export const inodeOperations = (archive: ArchiveHandle): InodeOperations<Node, Open> => ({
  top: () => archive.value.root,
  retain: () => {
    const held = archive.retain()
    return () => held.close()
  },
  files,
  lookup: (asked) => look(asked),
  identity: (node) => node,
  getattr: (node) => attributesOf(archive.value.dev, node),
  access: (node, { writable }) => {
    if (writable && !isSpecial(node)) readOnly()
  },
  mayCreate: readOnly,
  chmod: readOnly,
  chown: readOnly,
  utimes: readOnly,
  child: (directory, name) => childAt(directory, name) ?? fail("ENOENT"),
  readdir: ({ children }) => children === undefined ? fail("ENOTDIR") : Array.from(children.keys()),
  openInode: (node, { write }) => {
    mayOpen(node, write)
    return new Open(node, archive.retain())
  },
  create: (at) => at.slash ? fail("EISDIR") : cannotMake(at, false),
  peek: ({ directory, name }) => {
    const node = childAt(directory, name)
    return node === undefined ? undefined : attributesOf(archive.value.dev, node)
  },
  readlink: ({ directory, name }) => {
    const node = childAt(directory, name) ?? fail("ENOENT")
    return typeOf(node.meta) === "SymbolicLink" ? node.meta.target : fail("EINVAL")
  },
  mkdir: (at) => cannotMake(at, true),
  symlink: (_target, at) => cannotMake(at, false),
  link: (_from, to) => cannotMake(to, false),
  // The kernel asks whether the mount may be written before it looks for these names (`mnt_want_write`).
  rename: readOnly,
  unlink: readOnly,
  rmdir: readOnly,
  // Nothing ever happens in an archive.
  watch: (node) => ({ handle: node, stop: () => {} })
})
