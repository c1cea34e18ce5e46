/** Opens files: existing ones through their descriptors, new ones in the directory that is held. */
import type { OpenFlag } from "@effect/platform/FileSystem"
import { constants, fstatSync, openSync } from "node:fs"
import { descriptorPath, O_NOFOLLOW, S_IFDIR, S_IFMT, S_IFREG } from "../constants.js"
import { childPath } from "./foundFiles.js"
import type { Hold } from "./hold.js"
import type { Inside } from "./inside.js"
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

/** Opens the very file that `fd` holds. What is no regular file must not keep the caller waiting (`fifo(7)`). */
const reopen = (fd: number, flags: number): number => {
  const { mode } = fstatSync(fd)
  const type = mode & S_IFMT
  // Linux lets nobody open a directory with O_CREAT (`do_open` in `fs/namei.c`).
  if (type === S_IFDIR && (flags & O_CREAT) !== 0) throw errnoError("EISDIR", "open")
  const waiting = type === S_IFREG || type === S_IFDIR ? 0 : O_NONBLOCK
  return openSync(descriptorPath(fd), (flags & ~(O_CREAT | O_EXCL)) | waiting | O_NOCTTY)
}

const createNew = (inside: Inside, path: string, flags: number, mode: number | undefined, hold: Hold): number => {
  const slot = inside.slot(path, hold)
  if (slot === undefined) throw errnoError("EEXIST", "open")
  if (slot.slash) throw errnoError("EISDIR", "open")
  return openSync(childPath(slot.directory, slot.name), flags | O_NOFOLLOW | O_NOCTTY, mode)
}

const createOrOpen = (inside: Inside, path: string, flags: number, mode: number | undefined, hold: Hold): number => {
  for (let attempt = 1;; attempt++) {
    const target = inside.target(path, hold)
    if ("fd" in target) return reopen(target.fd, flags)
    try {
      return openSync(childPath(target.directory, target.name), flags | O_EXCL | O_NOFOLLOW | O_NOCTTY, mode)
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
  return createOrOpen(inside, path, flags, mode, hold)
}
