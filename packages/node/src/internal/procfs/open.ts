/** Opens files for reading and writing with `node:fs`. */
import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { isDeno } from "../runtime.js"

const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY, O_RDWR } = constants

/** The bits of a mode that Deno does not pass on: set-user-ID, set-group-ID and sticky. */
const SPECIAL = 0o7000

type Open = (path: string | Buffer, flags: number, mode?: number) => number

const has = (flags: number, flag: number): boolean => (flags & flag) !== 0

/**
 * Opens a file with O_CREAT or O_TRUNC only for reading, which Deno refuses. The kernel requires the permission to write
 * for O_TRUNC anyway. The mode of a new file must permit reading, though the kernel does not require that.
 */
const openToRead: Open = (path, flags, mode) => {
  if (!has(flags, O_CREAT | O_TRUNC)) return openSync(path, flags, mode)
  const written = openToWrite(path, flags | O_WRONLY, mode)
  try {
    return openSync(descriptorPath(written), flags & ~(O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | O_TRUNC))
  } finally {
    closeSync(written)
  }
}

const openToWrite: Open = (path, flags, mode = 0) => {
  // Deno refuses both together.
  const cutsOff = has(flags, O_APPEND) && has(flags, O_TRUNC)
  const fd = openSync(path, cutsOff ? flags & ~O_TRUNC : flags, mode)
  try {
    if (cutsOff && fstatSync(fd).isFile()) ftruncateSync(fd, 0)
    if (has(mode, SPECIAL)) fchmodSync(fd, fstatSync(fd).mode & 0o777 | mode & SPECIAL)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** With O_APPEND, Deno opens every file for writing. The flag means nothing for a file that is only read. */
const openInDeno: Open = (path, flags, mode) =>
  has(flags, O_WRONLY | O_RDWR) ? openToWrite(path, flags, mode) : openToRead(path, flags & ~O_APPEND, mode)

/**
 * Opens a file. With a mode, it must be a new one (O_EXCL).
 *
 * @internal
 */
export const openFile: Open = isDeno ? openInDeno : openSync
