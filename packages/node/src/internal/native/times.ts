/**
 * Sets times to the nanosecond, with `utimensat(2)`. O_PATH descriptors cannot be passed to `futimens(3)`. For these,
 * the path `/proc/self/fd/<n>` is passed, which leads to the file itself, even if the file is a link.
 */
import { descriptorPath } from "../constants.js"
import type { SetTimes, SystemCalls } from "../systemCalls.js"
import { checked, restarted } from "./failure.js"
import type { Library } from "./library.js"

/**
 * For a path that is absolute, so that no directory is needed.
 *
 * @internal
 */
export const AT_FDCWD = -100

const NANOSECONDS = 1_000_000_000n

/**
 * Only for architectures on which both fields of a `timespec` have 64 bits.
 *
 * @internal
 */
export const bindTimes = ({ allocate, declare, errno }: Library): NonNullable<SystemCalls["utimes"]> => {
  const utimensat = declare("utimensat", "int", "text", "memory", "int")
  const futimens = declare("futimens", "int", "memory")
  const { bytes, pointer } = allocate(32)
  const fields = new BigInt64Array(bytes)

  const set = (at: number, time: bigint): void => {
    // The nanoseconds are never negative, also before 1970.
    const rest = ((time % NANOSECONDS) + NANOSECONDS) % NANOSECONDS
    fields[at] = (time - rest) / NANOSECONDS
    fields[at + 1] = rest
  }

  const setting = (call: (fd: number) => number): SetTimes => (fd, atime, mtime) => {
    set(0, atime)
    set(2, mtime)
    checked(restarted(() => call(fd), errno))
  }

  return {
    found: setting((fd) => utimensat(AT_FDCWD, descriptorPath(fd), pointer, 0)),
    open: setting((fd) => futimens(fd, pointer))
  }
}
