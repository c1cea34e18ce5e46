/**
 * System calls with `node:fs`: a call on `/proc/self/fd/<n>/<name>` does the same as the `*at` call
 * with that descriptor.
 */
import {
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync
} from "node:fs"
import { descriptorPath, O_NOFOLLOW, O_PATH } from "../constants.js"
import * as Errno from "@procfsroot/vfs/Errno"
import { isPathTooLong } from "@procfsroot/vfs/Limits"
import { type Attributes, type ExactAttributes, typeOf } from "@procfsroot/vfs/Attributes"
import { calling } from "../fileSystem/errno.js"
import { identityOf, inodeNumber } from "../fileSystem/identity.js"
import { toNode } from "../pathBytes.js"
import type { Place, SystemCalls } from "../systemCalls.js"
import { readlink, refuseLong } from "./lookupCalls.js"
import { forbidsLinks, mountOf, readableMountOf } from "./mount.js"
import { openFile } from "./open.js"

/**
 * For an empty name, which a FUSE server can list, the path is empty as well: the kernel refuses both with ENOENT. A path
 * that ends in a slash would lead to the directory itself, and a walk of the tree would never end.
 */
const textAt = (directory: number, name: string): string => {
  if (name === "") return name
  const path = `${descriptorPath(directory)}/${name}`
  return isPathTooLong(path) ? refuseLong(path) : path
}

const at = (directory: number, name: string): string | Buffer => toNode(textAt(directory, name))

/**
 * The path of a place, with a trailing slash if it has one. For calls that do not follow a link in the last component.
 */
const pathOf = ({ directory, name, slash }: Place): string | Buffer => at(directory.fd, slash ? `${name}/` : name)

const fstat = (fd: number): Attributes => {
  const stats = fstatSync(fd)
  if (Number.isSafeInteger(stats.ino) && Number.isSafeInteger(stats.size)) return stats
  const { ino, size: exactSize } = fstatSync(fd, { bigint: true })
  return Object.assign(stats, { exactIno: inodeNumber(ino), exactSize })
}

const fstatExact = (fd: number): ExactAttributes => {
  const { atimeNs, birthtimeNs, blksize, blocks, ctimeNs, dev, gid, ino, mode, mtimeNs, nlink, rdev, size, uid } =
    fstatSync(fd, { bigint: true })
  return {
    type: typeOf({ mode: Number(mode) }),
    mode: Number(mode),
    nlink: Number(nlink),
    uid: Number(uid),
    gid: Number(gid),
    dev,
    ino: inodeNumber(ino),
    rdev,
    size,
    blksize: Number(blksize),
    blocks,
    atimeNs,
    mtimeNs,
    ctimeNs,
    // Node sets it to the epoch if there is none.
    birthtimeNs: birthtimeNs === 0n ? undefined : birthtimeNs,
    mountId: readableMountOf(fd)
  }
}

const quiet = { throwIfNoEntry: false } as const

/** @internal */
export const procfsCalls: SystemCalls = {
  open: (directory, name) => calling(() => openSync(at(directory, name), O_PATH | O_NOFOLLOW)),
  close: closeSync,
  create: (place, flags, mode) => calling(() => openFile(pathOf(place), flags, mode)),
  fstat: (fd) => calling(() => fstat(fd)),
  fstatExact: (fd) => calling(() => fstatExact(fd)),
  identity: (fd) => calling(() => identityOf(fd)),
  mount: (fd) => calling(() => mountOf(fd)),
  forbidsLinks: (fd) => calling(() => forbidsLinks(() => mountOf(fd))),
  lstat: (place) => calling(() => lstatSync(pathOf(place), quiet)),
  readlink: (directory, name) => calling(() => readlink(textAt(directory, name))),
  mkdir: (place, mode) => calling(() => mkdirSync(pathOf(place), { mode })),
  symlink: (target, place) => calling(() => symlinkSync(toNode(target), pathOf(place))),
  link: (from, to) => calling(() => linkSync(pathOf(from), pathOf(to))),
  rename: (from, to, mode) => {
    // Node has only rename(2). Checking first whether the new name is free would be a race.
    if (mode !== "replace") throw Errno.make("ENOTSUP")
    calling(() => renameSync(pathOf(from), pathOf(to)))
  },
  unlink: (place) => calling(() => unlinkSync(pathOf(place))),
  rmdir: (place) => calling(() => rmdirSync(pathOf(place)))
}
