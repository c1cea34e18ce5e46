/** Opens files: existing ones through their descriptors, new ones in the directory that is held. Nothing here waits. */
import type { OpenFlag } from "@effect/platform/FileSystem"
import { constants, fstatSync, openSync } from "node:fs"
import { descriptorPath, O_NOFOLLOW, S_IFDIR, S_IFMT } from "../constants.js"
import { childPath } from "./foundFiles.js"
import type { Hold } from "./hold.js"
import type { Inside, Slot } from "./inside.js"
import { errnoError } from "../errnoError.js"

const { O_APPEND, O_CREAT, O_EXCL, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants

/**
 * As `fs.open` reads them (`fopen(3)`).
 *
 * @internal
 */
export const flagsOf: Readonly<Record<OpenFlag, number>> = {
  r: O_RDONLY,
  "r+": O_RDWR,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  wx: O_WRONLY | O_CREAT | O_TRUNC | O_EXCL,
  "w+": O_RDWR | O_CREAT | O_TRUNC,
  "wx+": O_RDWR | O_CREAT | O_TRUNC | O_EXCL,
  a: O_WRONLY | O_CREAT | O_APPEND,
  ax: O_WRONLY | O_CREAT | O_APPEND | O_EXCL,
  "a+": O_RDWR | O_CREAT | O_APPEND,
  "ax+": O_RDWR | O_CREAT | O_APPEND | O_EXCL
}

/** How often a name may appear and vanish under the operation before it gives up. */
const ATTEMPTS = 128

/**
 * No open waits: not for the other end of a fifo (`fifo(7)`), and not for the holder of a lease, which is EAGAIN at once
 * (F_SETLEASE in `fcntl(2)`). A regular file that is open is read and written as if O_NONBLOCK were not set. No terminal
 * becomes the process's own.
 *
 * @internal
 */
export const WITHOUT_WAITING = O_NONBLOCK | O_NOCTTY

/**
 * Opens the very file that `fd` holds.
 *
 * @internal
 */
export const reopen = (fd: number, flags: number): number => {
  // Linux lets nobody open a directory with O_CREAT (`do_open` in `fs/namei.c`).
  if ((flags & O_CREAT) !== 0 && (fstatSync(fd).mode & S_IFMT) === S_IFDIR) throw errnoError("EISDIR", "open")
  return openSync(descriptorPath(fd), (flags & ~(O_CREAT | O_EXCL)) | WITHOUT_WAITING)
}

/** An open file, which the caller closes, and where it was made, if this call has made it. */
export interface Opened {
  readonly fd: number
  readonly made: Slot | undefined
}

const create = (slot: Slot, flags: number, mode: number | undefined): number =>
  openSync(childPath(slot.directory, slot.name), flags | O_EXCL | O_NOFOLLOW | WITHOUT_WAITING, mode)

const createNew = (inside: Inside, path: string, flags: number, mode: number | undefined, hold: Hold): number => {
  const slot = inside.slot(path, hold)
  if (slot === undefined) throw errnoError("EEXIST", "open")
  if (slot.slash) throw errnoError("EISDIR", "open")
  return create(slot, flags, mode)
}

/**
 * Opens what is there by `open`, or makes it.
 *
 * @internal
 */
export const createOrOpen = (
  inside: Inside,
  path: string,
  flags: number,
  mode: number | undefined,
  hold: Hold,
  open: (fd: number, flags: number) => number
): Opened => {
  for (let attempt = 1;; attempt++) {
    const target = inside.target(path, hold)
    if ("fd" in target) return { fd: open(target.fd, flags), made: undefined }
    try {
      return { fd: create(target, flags, mode), made: target }
    } catch (error) {
      // Somebody made it meanwhile: it is opened, or followed, like any other.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt === ATTEMPTS) throw error
    }
  }
}

/**
 * The descriptor of the opened file, which the caller closes.
 *
 * @internal
 */
export const openFile = (
  inside: Inside,
  path: string,
  flags: number,
  mode: number | undefined,
  hold: Hold
): number => {
  if ((flags & O_CREAT) === 0) return reopen(inside.existing(path, hold), flags)
  if ((flags & O_EXCL) !== 0) return createNew(inside, path, flags, mode, hold)
  return createOrOpen(inside, path, flags, mode, hold, reopen).fd
}
