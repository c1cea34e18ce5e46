/**
 * What can be done with files that are held open and one name: a call on `/proc/self/fd/<n>/<name>` is the `…at` call with
 * that descriptor (`openat`, `mkdirat`, …). Nobody can put another directory in the place of one that is held, and `..` is
 * the directory that was found before.
 */
import type { Policy } from "@procfsroot/path/Policy"
import type * as Walk from "@procfsroot/path/Walk"
import type { InodeOperations, OpenFlags, ParentAndName } from "@procfsroot/vfs/InodeOperations"
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync
} from "node:fs"
import { descriptorPath, O_NOFOLLOW } from "../constants.js"
import { fsCalls, readlink } from "../procfs/lookupCalls.js"
import { ATTEMPTS, failure, isLink, link, mayBeMagic, plain, unreadable } from "../walk/lookup.js"
import type { Handle } from "@procfsroot/vfs/Handle"
import type { OpenRoot } from "../root.js"
import { toNode } from "../pathBytes.js"
import type { Protection } from "@procfsroot/vfs/Protection"
import { calling } from "./errno.js"
import { fileOperations } from "./fileOperations.js"
import { childPath, type FoundFile, FoundFiles } from "./foundFiles.js"
import { names } from "./names.js"
import { watch } from "./watch.js"

const { O_APPEND, O_CREAT, O_EXCL, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants

/**
 * No open waits: not for the other end of a fifo (`fifo(7)`), and not for the holder of a lease, which is EAGAIN at once
 * (F_SETLEASE in `fcntl(2)`). A regular file that is open is read and written as if O_NONBLOCK were not set. No terminal
 * becomes the process's own.
 */
const WITHOUT_WAITING = O_NONBLOCK | O_NOCTTY

const numberOf = ({ append, read, truncate, write }: OpenFlags): number =>
  (read ? write ? O_RDWR : O_RDONLY : O_WRONLY) | (append ? O_APPEND : 0) | (truncate ? O_TRUNC : 0) | WITHOUT_WAITING

/** The name as a call is to see it that follows no link in the last place, slashes included. */
const pathOf = ({ directory, name, slash }: ParentAndName<FoundFile>): string | Buffer =>
  childPath(directory.fd, slash ? `${name}/` : name)

const placeOf = (file: FoundFile): string => descriptorPath(file.fd)

const look = (protection: Protection, asked: Walk.Lookup<FoundFile>, attempt = 1): Walk.Entry<FoundFile> => {
  const { directory: { handle: directory }, name } = asked
  const found = directory.find(name)
  const stat = fstatSync(found.fd)
  if (!isLink(stat)) return plain(stat, found)
  const refused = protection.concernsLink(stat) && asked.trailing &&
    protection.deniesLink(stat, fstatSync(directory.fd))
  const parent = placeOf(directory)
  try {
    const target = readlink(`${parent}/${name}`)
    return link(target, found, mayBeMagic(target, stat) && fsCalls.isProcfs(parent), refused)
  } catch (cause) {
    // Most likely another file was put in its place between the two calls.
    if (attempt === ATTEMPTS) return unreadable(cause, found, refused)
    found.close()
    return look(protection, asked, attempt + 1)
  }
}

const lookup = (protection: Protection, asked: Walk.Lookup<FoundFile>): Walk.Entry<FoundFile> => {
  const { directory, name } = asked
  try {
    if (name !== ".") return look(protection, asked)
    accessSync(childPath(directory.handle.fd, name))
    return { _tag: "Directory", handle: directory.handle }
  } catch (cause) {
    return failure(cause)
  }
}

const quiet = { throwIfNoEntry: false } as const

/** @internal */
export const inodeOperations = (root: Handle<OpenRoot>): InodeOperations<FoundFile, number> => {
  const { protection } = root.value
  return {
    top: () => new FoundFiles().top(root.value.pinned.fd),
    retain: () => {
      const held = root.retain()
      return () => held.close()
    },
    files: fileOperations,
    lookup: (asked, own) => {
      const entry = lookup(protection, asked)
      if (entry._tag !== "Missing" && entry._tag !== "Fault" && asked.name !== ".") own(entry.handle)
      return entry
    },
    open: (top: FoundFile, path: string, policy: Policy) => {
      const { kernel } = root.value
      const fd = kernel?.open(path, policy)
      return fd === undefined || kernel === undefined ? undefined : top.adopt(fd, kernel.close)
    },
    locate: (_, path, policy) => root.value.kernel?.resolve(path, policy),
    release: (file) => file.close(),
    sticky: {
      concerns: (file) => protection.concernsFile(fstatSync(file.fd)),
      denies: (file, directory) => protection.deniesFile(fstatSync(file.fd), fstatSync(directory.fd))
    },
    identity: (file) => file.identity,
    getattr: (file) => calling(() => fstatSync(file.fd)),
    access: (file, { readable, writable }) =>
      calling(() => accessSync(placeOf(file), (readable ? constants.R_OK : 0) | (writable ? constants.W_OK : 0))),
    mayCreate: (directory) => calling(() => accessSync(placeOf(directory), constants.W_OK | constants.X_OK)),
    // Through its descriptor, where there is no name left to be exchanged.
    chmod: (file, mode) => calling(() => chmodSync(placeOf(file), mode)),
    chown: (file, uid, gid) => calling(() => chownSync(placeOf(file), uid, gid)),
    utimes: (file, atime, mtime) => calling(() => utimesSync(placeOf(file), atime, mtime)),
    child: (directory, name) => calling(() => directory.find(name)),
    readdir: (directory) => calling(() => names(directory.fd)),
    openInode: (file, flags) => calling(() => openSync(placeOf(file), numberOf(flags))),
    create: (at, flags, mode) =>
      calling(() => openSync(pathOf(at), numberOf(flags) | O_CREAT | O_EXCL | O_NOFOLLOW, mode)),
    peek: (at) => calling(() => lstatSync(pathOf(at), quiet)),
    readlink: ({ directory, name }) => calling(() => readlink(`${placeOf(directory)}/${name}`)),
    mkdir: (at, mode) => calling(() => mkdirSync(pathOf(at), { mode })),
    symlink: (target, at) => calling(() => symlinkSync(toNode(target), pathOf(at))),
    link: (from, to) => calling(() => linkSync(pathOf(from), pathOf(to))),
    rename: (from, to) => calling(() => renameSync(pathOf(from), pathOf(to))),
    unlink: (at) => calling(() => unlinkSync(pathOf(at))),
    rmdir: (at) => calling(() => rmdirSync(pathOf(at))),
    watch
  }
}
