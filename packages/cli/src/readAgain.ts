/**
 * Reads files. Reads again if the file system reports an interruption, as a FUSE server may: libuv does this for all
 * calls except reading and closing (`uv__fs_work` in `src/unix/fs.c`).
 */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import { read, readSync } from "node:fs"
import { codeOf } from "./failure.js"

/** Like `readSync`. */
export const readAt = (
  { fd }: FileSync,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number
): number => {
  for (;;) {
    try {
      return readSync(fd, buffer, offset, length, position)
    } catch (error) {
      if (codeOf(error) !== "EINTR") throw error
    }
  }
}

type Arguments = [fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null | undefined]

type Done = (error: NodeJS.ErrnoException | null, length: number, buffer: Uint8Array) => void

/** Like `read`, also as the `read` of a stream. */
export const readAgain = (...args: [...Arguments, Done]): void => {
  const [fd, buffer, offset, length, position, done] = args
  read(fd, buffer, offset, length, position ?? null, (error, count) => {
    if (error?.code === "EINTR") readAgain(...args)
    else done(error, count, buffer)
  })
}

/** Reads from the current position. */
export const readNext = (fd: number, buffer: Uint8Array): Promise<number> =>
  new Promise((resolve, reject) => {
    readAgain(fd, buffer, 0, buffer.length, null, (error, count) => error === null ? resolve(count) : reject(error))
  })
