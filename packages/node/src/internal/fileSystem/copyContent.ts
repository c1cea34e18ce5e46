/** Copies the content of files in the kernel, without reading it into memory. */
import type { FileOperations } from "@procfsroot/vfs/InodeOperations"
import * as Program from "@procfsroot/vfs/Program"
import type { SystemCalls } from "../systemCalls.js"
import { waitsHere } from "./pooled.js"

/** In bytes. A smaller file is copied by reading and writing before a thread of the pool would have started. */
const SMALL = 65_536

/** The most bytes that one call copies. An interruption takes effect only after the call. */
const PIECE = 8 << 20

/**
 * Returns `{}` if `copy_file_range` cannot be called. Node's `copyFile` would call it, but never returns if a file is
 * shorter than its reported size, like a file of sysfs or one that is truncated meanwhile (`uv__fs_copyfile` in libuv).
 *
 * @internal
 */
export const copying = ({ copyRange }: SystemCalls): Pick<FileOperations<number>, "copyContent"> => {
  if (copyRange === undefined) return {}
  const { now, onPool } = copyRange
  return {
    *copyContent(from, to, size) {
      if (size <= SMALL) return 0
      let copied = 0
      while (copied < size) {
        const length = Math.min(size - copied, PIECE)
        const result = waitsHere()
          ? now(from, to, length)
          : yield* Program.call<number>((done) => onPool(from, to, length, (value) => done({ value })))
        if (result <= 0) break
        copied += result
        yield Program.turn
      }
      return copied
    }
  }
}
