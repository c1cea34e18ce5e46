/** Operations on open files, by descriptor. Those that may have to wait run on the thread pool. */
import type { FileOperations } from "@procfsroot/vfs/InodeOperations"
import type { Now } from "@procfsroot/vfs/Program"
import {
  chmodSync,
  chownSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasync,
  fdatasyncSync,
  fsync,
  fsyncSync,
  ftruncate,
  ftruncateSync,
  futimesSync,
  statfsSync,
  utimesSync,
  write,
  writeSync
} from "node:fs"
import { descriptorPath } from "../constants.js"
import { MAX_RW_COUNT } from "../limits.js"
import type { SystemCalls } from "../systemCalls.js"
import { copying } from "./copyContent.js"
import { calling, toErrno } from "./errno.js"
import { isSlowToClose } from "./freeing.js"
import { closing, pooled, waitsHere } from "./pooled.js"
import { readHere, readOnPool } from "./reading.js"
import { forget, isSynced, type Storage, storageOf } from "./storage.js"
import { setTimes } from "./times.js"

/** `CIFS_SUPER_MAGIC` in `include/uapi/linux/magic.h`. */
const CIFS = 0xff534d42

/** Node's permission model forbids `fchmod`, `fchown` and `futimes`, but not the same calls with a path. */
const changing = "permission" in process
  ? {
    chmod: (fd: number, mode: number) => chmodSync(descriptorPath(fd), mode),
    chown: (fd: number, uid: number, gid: number) => chownSync(descriptorPath(fd), uid, gid),
    utimes: (fd: number, ...times: [atime: Date | number, mtime: Date | number]) =>
      utimesSync(descriptorPath(fd), ...times)
  }
  : { chmod: fchmodSync, chown: fchownSync, utimes: futimesSync }

/**
 * Ignores EPERM on a Windows share, as libuv does: a share has no modes and refuses to change one
 * (`uv__fs_copyfile` in `src/unix/fs.c`).
 */
const chmod = (fd: number, mode: number): void => {
  try {
    changing.chmod(fd, mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
    if (code !== "EPERM" || statfsSync(descriptorPath(fd)).type !== CIFS) throw toErrno(error)
  }
}

/**
 * Ignores the error. Nothing is lost if the file was only read, and the descriptor is closed in any case (`close(2)`).
 */
const closeQuietly = (fd: number): void => {
  try {
    closeSync(fd)
  } catch {
    // See above.
  }
}

/**
 * The most bytes that are read or written synchronously, in a file system in memory, or cut off in a local one. More
 * would block the event loop for too long.
 */
const SMALL = 65_536

const finding = ({ fstat, nextData }: SystemCalls): Pick<FileOperations<number>, "nextData"> =>
  nextData === undefined ? {} : { nextData: (fd, from) => nextData(fd, from, () => fstat(fd).size) }

/**
 * Closes a file, and throws the errors of `close(2)`.
 *
 * @internal
 */
export const closeHere = ({ flush }: Pick<SystemCalls, "flush">, fd: number): void => {
  if (flush === undefined) return calling(() => closeSync(fd))
  try {
    flush(fd)
  } finally {
    closeQuietly(fd)
  }
}

/** @internal */
export const fileOperations = (calls: SystemCalls): FileOperations<number> => {
  /** A thread that waits itself need not know it, and does not learn when another thread closes a file. */
  const storage = (fd: number): Storage => waitsHere() ? "remote" : storageOf(calls, fd)
  const isInMemory = (fd: number, bytes: Uint8Array): boolean => bytes.length <= SMALL && storage(fd) === "memory"
  /** Reads after the `length` bytes that the buffer has already. If there are any, they are returned even if it fails. */
  const readWaiting = (fd: number, buffer: Uint8Array, position: number | undefined, length: number): Now<number> => {
    const rest = buffer.subarray(length)
    const at = position === undefined ? null : position + length
    const now = () => {
      try {
        return length + readHere(fd, rest, rest.length, at)
      } catch (error) {
        if (length > 0) return length
        throw error
      }
    }
    if (isInMemory(fd, rest)) return calling(now)
    return pooled(now, (done) =>
      readOnPool(fd, rest, rest.length, at, (error, more) => {
        if (error === null) done(null, length + more)
        else done(length > 0 ? null : error, length)
      }))
  }
  return {
    getattr: calls.fstat,
    getattrExact: calls.fstatExact,
    identity: calls.identity,
    read: (fd, buffer, position) => {
      for (let length = 0;;) {
        const at = position === undefined ? undefined : position + length
        const more = calls.readNow?.(fd, buffer.subarray(length), at)
        if (more === undefined) return readWaiting(fd, buffer, position, length)
        length += more
        // Only a part may be in the page cache, so it is the end of the file only if a call reads nothing.
        if (more === 0 || length === buffer.length) return length
      }
    },
    write: (fd, bytes, position) => {
      const most = Math.min(bytes.length, MAX_RW_COUNT)
      const now = () => writeSync(fd, bytes, 0, most, position ?? null)
      // Asked first, since `close` asks it anyway, and tmpfs has no calls that never wait.
      if (isInMemory(fd, bytes)) return calling(now)
      const written = isSynced(fd) ? undefined : calls.writeNow?.(fd, bytes, position)
      return written ?? pooled(now, (done) => write(fd, bytes, 0, most, position ?? null, done))
    },
    ...copying(calls),
    ...finding(calls),
    truncate: (fd, size) => {
      const now = () => ftruncateSync(fd, size)
      // Opening a file to replace its content, which is synchronous too, does the same.
      return storage(fd) !== "remote" && calls.fstat(fd).size <= SMALL
        ? calling(now)
        : pooled(now, (done) => ftruncate(fd, size, (error) => done(error)))
    },
    sync: (fd) => pooled(() => fsyncSync(fd), (done) => fsync(fd, (error) => done(error))),
    datasync: (fd) => pooled(() => fdatasyncSync(fd), (done) => fdatasync(fd, (error) => done(error))),
    chmod,
    chown: (fd, uid, gid) => calling(() => changing.chown(fd, uid, gid)),
    utimes: (fd, atime, mtime) =>
      calling(() => setTimes(calls.utimes?.open, fd, atime, mtime, (...times) => changing.utimes(fd, ...times))),
    ...(calls.extendedAttributes === undefined ? {} : { extendedAttributes: calls.extendedAttributes }),
    close: (fd, written) => {
      const stored = written ? storage(fd) : undefined
      forget(fd)
      if (stored === undefined) return closeQuietly(fd)
      const isQuick = stored !== "remote" || calls.flush !== undefined
      if (isQuick && !isSlowToClose(calls, fd)) return closeHere(calls, fd)
      return pooled(() => closeSync(fd), closing(fd))
    }
  }
}
