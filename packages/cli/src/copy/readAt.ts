/** Reads a part of a file. */
import type { FileSync } from "@procfsroot/node/RootDirectory"
import { readSync } from "node:fs"
import { codeOf } from "../failure.js"

/**
 * Like `readSync`, which libuv does not restart if the file system reports an interruption, as a FUSE server may
 * (`uv__fs_work` in `src/unix/fs.c`).
 */
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
