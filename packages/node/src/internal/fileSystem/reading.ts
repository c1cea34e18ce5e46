/**
 * Reads files, at most as much as one call can read. Reads again if the file system reports an interruption, as a FUSE
 * server may: libuv does this for all calls except reading and closing (`uv__fs_work` in `src/unix/fs.c`).
 */
import { read, readSync } from "node:fs"
import { MAX_RW_COUNT } from "../limits.js"

type Read = (fd: number, buffer: Uint8Array, length: number, position: number | null) => number

type Done = (error: NodeJS.ErrnoException | null, length: number) => void

/** @internal */
export const readHere: Read = (fd, buffer, length, position) => {
  for (;;) {
    try {
      return readSync(fd, buffer, 0, Math.min(length, MAX_RW_COUNT), position)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
      if (code !== "EINTR") throw error
    }
  }
}

/** @internal */
export const readOnPool = (...args: [...Parameters<Read>, Done]): void => {
  const [fd, buffer, length, position, done] = args
  read(fd, buffer, 0, Math.min(length, MAX_RW_COUNT), position, (error, count) => {
    if (error?.code === "EINTR") readOnPool(...args)
    else done(error, count)
  })
}
