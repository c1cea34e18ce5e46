/** `InodeOperations` of a tree in memory. */
import type * as Walk from "@procfsroot/path/Walk"
import type { StatFs } from "../../Attributes.js"
import { type AccessMode, type DirectoryEntry, inOnePart } from "../../InodeOperations.js"
import { fail, make } from "../errno.js"
import { isNameTooLong } from "../limits.js"
import { exactly } from "../mode.js"
import { attributesOf, chmod, chown, kindOf, utimes } from "./attributes.js"
import { BLOCK } from "./disk.js"
import { extendedAttributes } from "./extendedAttributes.js"
import { type Directory, isGone, type Node, place } from "./inode.js"
import {
  childAt,
  directoryOf,
  link,
  mayCreate,
  mkdir,
  mknod,
  peek,
  readlink,
  rename,
  rmdir,
  symlink,
  unlink
} from "./names.js"
import { contents, create, fileOperations, openInode } from "./openFile.js"
import type { NodeOperations } from "./steps.js"
import { watch } from "./watch.js"
import { checkOpenFiles, diskOf, permits, READ, SEARCH, type World, WRITE } from "./world.js"

const fault = (code: string): Walk.Fault => ({ _tag: "Fault", cause: make(code) })

const missing: Walk.Entry<Node> = { _tag: "Missing" }

/**
 * Answers a lookup of a walk. Search permission is checked before the name, as in `link_path_walk`.
 *
 * @internal
 */
export const lookup = (world: World, { directory, name }: Walk.Lookup<Node>): Walk.Entry<Node> => {
  const at = directory.handle
  if (at._tag !== "Directory") return missing // a walk looks up names only in directories
  if (!permits(world, at, SEARCH)) return fault("EACCES")
  if (name === ".") return { _tag: "Directory", handle: at }
  if (isGone(at)) return missing
  if (isNameTooLong(name, diskOf(world, at).nameBytes)) return fault("ENAMETOOLONG")
  const node = at.get(name)
  if (node === undefined) return missing
  place(at, name, node)
  return entryOf(world, at, node)
}

const entryOf = (world: World, directory: Directory, node: Node): Walk.Entry<Node> => {
  const mounted = node.device !== directory.device
  switch (node._tag) {
    case "Directory":
      return { _tag: "Directory", handle: node, mounted }
    case "SymbolicLink": {
      const link = { _tag: "SymbolicLink", target: node.target, handle: node, mounted } as const
      const { protection } = world
      const isDenied = protection.concernsLink(node) && protection.deniesLink(node, directory)
      return isDenied ? { ...link, denied: fault("EACCES") } : link
    }
    default:
      return { _tag: "Other", handle: node, mounted }
  }
}

/** Even root may only execute a file that somebody may execute (`generic_permission` in `fs/namei.c`). */
const isExecutable = ({ _tag, mode }: Node): boolean => _tag === "Directory" || (mode & 0o111) !== 0

/** Checks that a directory can be read. It has to be opened for that, like any other file. */
const readable = (world: World, node: Node): Directory => {
  checkOpenFiles(world)
  if (node._tag !== "Directory") return fail("ENOTDIR")
  if (!permits(world, node, READ)) fail("EACCES")
  return node
}

const entriesOf = (world: World, node: Node): ReadonlyArray<DirectoryEntry> => {
  const directory = readable(world, node)
  const entries: Array<DirectoryEntry> = []
  for (const name of directory.names()) {
    const child = directory.peek(name)
    if (child !== undefined) entries.push({ name, type: kindOf(child) })
  }
  return entries
}

/** `TMPFS_MAGIC` in `include/uapi/linux/magic.h`. */
const TYPE = 0x0102_1994n

const statfs = (world: World, node: Node): StatFs => ({
  type: TYPE,
  blockSize: BigInt(BLOCK),
  fragmentSize: BigInt(BLOCK),
  ...diskOf(world, node).statfs()
})

/** Special files can be written to even on a read-only disk (`sb_permission` in `fs/namei.c`). */
const mayAccess = (world: World, node: Node, { executable = false, readable, writable }: AccessMode): void => {
  if (writable && node._tag !== "Special") diskOf(world, node).checkWritable()
  const mask = (readable ? READ : 0) | (writable ? WRITE : 0) | (executable ? SEARCH : 0)
  if (!permits(world, node, mask) || (executable && !isExecutable(node))) fail("EACCES")
}

/** @internal */
export const inodeOperations = (world: World, root: Directory): NodeOperations => ({
  top: () => root,
  retain: () => () => {},
  files: fileOperations(world),
  lookup: (asked) => lookup(world, asked),
  sticky: {
    concerns: (node) => world.protection.concernsFile(attributesOf(node)),
    denies: (node, directory) => world.protection.deniesFile(attributesOf(node), directory)
  },
  identity: (node) => node,
  mount: (node) => node.device,
  getattr: attributesOf,
  getattrExact: (node) => exactly(attributesOf(node)),
  statfs: (node) => statfs(world, node),
  extendedAttributes: extendedAttributes(world),
  access: (node, mode) => mayAccess(world, node, mode),
  mayCreate: (node) => mayCreate(world, directoryOf({ directory: node, name: "", slash: false })),
  mayOpen: () => checkOpenFiles(world),
  pathBytes: () => world.shared.disk.pathBytes,
  chmod: (node, mode) => chmod(world, node, mode),
  chown: (node, uid, gid) => chown(world, node, uid, gid),
  utimes: (node, atime, mtime) => utimes(world, node, atime, mtime),
  child: (directory, name) => childAt(world, { directory, name, slash: false }) ?? fail("ENOENT"),
  readdir: (directory) => readable(world, directory).names().slice(),
  readEntries: (directory) => entriesOf(world, directory),
  openDirectory: (directory) => inOnePart(entriesOf(world, directory)),
  openForSync: (directory) => ({ sync: () => world.shared.history?.sync(directory), close: () => {} }),
  openInode: (node, flags) => openInode(world, node, flags),
  inSteps: () => world.shared.disk.limitsFiles,
  contents: (node) => contents(world, node),
  create: (at, flags, mode) => create(world, at, flags, mode),
  peek: (at) => peek(world, at),
  readlink: (at) => readlink(world, at),
  mkdir: (at, mode) => mkdir(world, at, mode),
  mknod: (at, node, mode) => mknod(world, at, node, mode),
  symlink: (target, at) => symlink(world, target, at),
  link: (from, to) => link(world, from, to),
  rename: (from, to, mode) => rename(world, from, to, mode),
  unlink: (at) => unlink(world, at),
  rmdir: (at) => rmdir(world, at),
  watch: (node, listener) => watch(world, node, listener)
})
