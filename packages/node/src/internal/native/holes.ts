/** Finds the data between the holes of files, with `lseek(2)`. */
import type { Extent } from "@procfsroot/vfs/InodeOperations"
import { constants } from "node:os"
import type { SystemCalls } from "../systemCalls.js"
import { checked, restarted } from "./failure.js"
import type { Library } from "./library.js"

const { EINVAL, ENXIO } = constants.errno

const SEEK_SET = 0
const SEEK_CUR = 1
const SEEK_DATA = 3
const SEEK_HOLE = 4

const rest = (from: number, size: number): Extent | undefined => from < size ? { start: from, end: size } : undefined

/**
 * Only for architectures on which offsets have 64 bits.
 *
 * @internal
 */
export const bindHoles = ({ declareLong, errno, long }: Library): NonNullable<SystemCalls["nextData"]> => {
  const lseek = declareLong("lseek", "int", "long", "int")

  /** Returns the new position, or a negated errno. */
  const seek = (fd: number, offset: number, whence: number): number =>
    restarted(() => lseek(fd, long(offset), whence), errno)

  const extent = (fd: number, from: number, size: () => number): Extent | undefined => {
    const start = seek(fd, from, SEEK_DATA)
    // No data is left.
    if (start === -ENXIO) return undefined
    // The file system does not know SEEK_DATA, as procfs.
    if (start === -EINVAL) return rest(from, size())
    const end = seek(fd, checked(start), SEEK_HOLE)
    // The file was cut off in between.
    if (end === -ENXIO) return undefined
    // A FUSE server can return any number, so that a caller would never reach the end.
    return start < from || checked(end) <= start ? rest(from, size()) : { start, end }
  }

  return (fd, from, size) => {
    const position = checked(seek(fd, 0, SEEK_CUR))
    try {
      return extent(fd, from, size)
    } finally {
      seek(fd, position, SEEK_SET)
    }
  }
}
