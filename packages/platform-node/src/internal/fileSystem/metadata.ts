/** The operations that are one system call on a file, or on a name in a directory. */
import type { AccessFileOptions, File, FileSystem } from "@effect/platform/FileSystem"
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  renameSync,
  symlinkSync,
  utimesSync
} from "node:fs"
import { descriptorPath } from "../constants.js"
import { readlink } from "../fsCalls.js"
import { toNode } from "../pathBytes.js"
import { childPath } from "./foundFiles.js"
import { info } from "./file.js"
import type { Hold } from "./hold.js"
import type { Inside, Slot } from "./inside.js"
import { flagsOf, openFile } from "./open.js"
import { errnoError } from "../errnoError.js"
import { operation } from "./operation.js"

/**
 * The name as the last system call is to see it, slashes included: these calls follow no link in the last place.
 *
 * @internal
 */
export const slotPath = ({ directory, name, slash }: Slot): string | Buffer =>
  childPath(directory, slash ? `${name}/` : name)

/** The slot of a path, or the errno that the call has for `.`, `..` and `/`. */
const slotOr = (inside: Inside, path: string, hold: Hold, errno: string, syscall: string): string | Buffer => {
  const slot = inside.slot(path, hold)
  if (slot === undefined) throw errnoError(errno, syscall)
  return slotPath(slot)
}

/** Calls that act on the file itself go through its descriptor, where there is no name left to be exchanged. */
const onFile = (inside: Inside, method: string, call: (place: string) => void) => (path: string) =>
  operation(method, path, (hold) => call(descriptorPath(inside.existing(path, hold))))

const accessMode = ({ readable = false, writable = false }: AccessFileOptions): number =>
  (readable ? constants.R_OK : 0) | (writable ? constants.W_OK : 0)

/** For calls that fail before they look at the name: whether it may be looked for at all comes first (`link_path_walk`). */
const checkSearch = (slot: Slot | undefined): void => {
  if (slot !== undefined) accessSync(childPath(slot.directory, "."))
}

/** What is asked of a second path. The directory of the first name is searched before (`filename_parentat`). */
const after = <A>(first: Slot | undefined, resolve: () => A): A => {
  try {
    return resolve()
  } catch (error) {
    checkSearch(first)
    throw error
  }
}

type Metadata = Pick<
  FileSystem,
  | "access"
  | "chmod"
  | "chown"
  | "link"
  | "readLink"
  | "realPath"
  | "rename"
  | "stat"
  | "symlink"
  | "truncate"
  | "utimes"
>

/** @internal */
export const make = (inside: Inside): Metadata => ({
  access: (path, options = {}) => onFile(inside, "access", (place) => accessSync(place, accessMode(options)))(path),
  chmod: (path, mode) => onFile(inside, "chmod", (place) => chmodSync(place, mode))(path),
  chown: (path, uid, gid) => onFile(inside, "chown", (place) => chownSync(place, uid, gid))(path),
  utimes: (path, atime, mtime) => onFile(inside, "utime", (place) => utimesSync(place, atime, mtime))(path),
  stat: (path) => operation("stat", path, (hold): File.Info => info(fstatSync(inside.existing(path, hold)))),
  truncate: (path, length = 0) =>
    operation("truncate", path, (hold) => {
      const fd = openFile(inside, path, flagsOf["r+"], undefined, hold)
      try {
        ftruncateSync(fd, Number(length))
      } finally {
        closeSync(fd)
      }
    }),
  readLink: (path) =>
    operation("readLink", path, (hold) => {
      const slot = inside.slot(path, hold)
      if (slot === undefined) throw errnoError("EINVAL", "readlink")
      // With a slash behind it, a link is followed, and what it leads to is none.
      if (slot.slash) {
        inside.existing(path, hold)
        throw errnoError("EINVAL", "readlink")
      }
      return readlink(`${descriptorPath(slot.directory)}/${slot.name}`)
    }),
  realPath: (path) => operation("realPath", path, (hold) => inside.pathOf(path, hold)),
  // As with the other calls of two paths, the error tells the first.
  symlink: (target, path) =>
    operation(
      "symlink",
      target,
      (hold) => symlinkSync(toNode(target), slotOr(inside, path, hold, "EEXIST", "symlink"))
    ),
  link: (fromPath, toPath) =>
    operation("link", fromPath, (hold) => {
      inside.kept(fromPath, hold)
      const from = inside.slot(fromPath, hold)
      const to = inside.slot(toPath, hold)
      if (to === undefined) throw errnoError("EEXIST", "link")
      if (from !== undefined && !from.slash) return linkSync(slotPath(from), slotPath(to))
      // It is a directory, which has no second name; but the place is looked at first (`filename_create`).
      if (lstatSync(childPath(to.directory, to.name), { throwIfNoEntry: false }) !== undefined) {
        throw errnoError("EEXIST", "link")
      }
      throw errnoError(to.slash ? "ENOENT" : "EPERM", "link")
    }),
  rename: (fromPath, toPath) =>
    operation("rename", fromPath, (hold) => {
      const from = inside.slot(fromPath, hold)
      const to = after(from, () => inside.slot(toPath, hold))
      if (from === undefined || to === undefined) {
        checkSearch(from)
        checkSearch(to)
        throw errnoError("EBUSY", "rename")
      }
      renameSync(slotPath(from), slotPath(to))
    })
})
