/** Operations on open files, by descriptor. Those that may have to wait run on the thread pool. */
import type { FileOperations } from "@procfsroot/vfs/InodeOperations"
import {
  close,
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  ftruncate,
  futimesSync,
  read,
  statfsSync,
  write
} from "node:fs"
import { descriptorPath } from "../constants.js"
import { calling, toErrno } from "./errno.js"
import { identityOf } from "./identity.js"
import { pooled } from "./pooled.js"

/** `CIFS_SUPER_MAGIC` in `include/uapi/linux/magic.h`. */
const CIFS = 0xff534d42

/** As libuv does: a Windows share has no modes, and refuses to change one (`uv__fs_copyfile` in `src/unix/fs.c`). */
const chmod = (fd: number, mode: number): void => {
  try {
    fchmodSync(fd, mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
    if (code !== "EPERM" || statfsSync(descriptorPath(fd)).type !== CIFS) throw toErrno(error)
  }
}

/** Nothing is lost if the file was only read, and the descriptor is closed in any case (`close(2)`). */
const closeQuietly = (fd: number): void => {
  try {
    closeSync(fd)
  } catch {
    // See above.
  }
}

/** @internal */
export const fileOperations: FileOperations<number> = {
  getattr: (fd) => calling(() => fstatSync(fd)),
  identity: identityOf,
  read: (fd, buffer, position) => pooled((done) => read(fd, buffer, 0, buffer.length, position ?? null, done)),
  write: (fd, bytes, position) => pooled((done) => write(fd, bytes, 0, bytes.length, position ?? null, done)),
  truncate: (fd, size) => pooled<void>((done) => ftruncate(fd, size, (error) => done(error))),
  sync: (fd) => pooled<void>((done) => fsync(fd, (error) => done(error))),
  chmod,
  utimes: (fd, atime, mtime) => calling(() => futimesSync(fd, atime, mtime)),
  // A file system may write the data only when the file is closed, which takes time.
  close: (fd, written) => written ? pooled<void>((done) => close(fd, (error) => done(error ?? null))) : closeQuietly(fd)
}
