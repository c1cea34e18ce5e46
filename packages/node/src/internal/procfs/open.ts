/** Opens files for reading and writing with `node:fs`. */
import { closeSync, constants, fchmodSync, fstatSync, openSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { isDeno } from "../runtime.js"

const { O_CREAT, O_TRUNC, O_WRONLY, O_RDWR } = constants

/** The bits of a mode that Deno does not pass on: set-user-ID, set-group-ID and sticky. */
const SPECIAL = 0o7000

type Open = (path: string | Buffer, flags: number, mode?: number) => number

/** Deno refuses to create or to cut off a file that is opened only for reading. */
const isRefused = (flags: number): boolean => (flags & (O_CREAT | O_TRUNC)) !== 0 && (flags & (O_WRONLY | O_RDWR)) === 0

/**
 * Opens a file with O_CREAT or O_TRUNC only for reading. The kernel requires the permission to write for O_TRUNC anyway.
 * The mode of a new file must permit reading, though the kernel does not require that.
 */
const openToRead: Open = (path, flags, mode) => {
  const written = openInDeno(path, flags | O_WRONLY, mode)
  try {
    return openSync(descriptorPath(written), flags & ~(O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | O_TRUNC))
  } finally {
    closeSync(written)
  }
}

const openInDeno: Open = (path, flags, mode) => {
  if (isRefused(flags)) return openToRead(path, flags, mode)
  const fd = openSync(path, flags, mode)
  if (mode !== undefined && (mode & SPECIAL) !== 0) fchmodSync(fd, fstatSync(fd).mode & 0o777 | mode & SPECIAL)
  return fd
}

/**
 * Opens a file. With a mode, it must be a new one (O_EXCL).
 *
 * @internal
 */
export const openFile: Open = isDeno ? openInDeno : openSync
