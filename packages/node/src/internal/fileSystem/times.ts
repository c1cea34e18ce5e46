/** Sets the times of files, in seconds as Node does, or in nanoseconds. */
import type { SetTimes } from "../systemCalls.js"

/**
 * Converts a time to the form for Node's functions. They take a negative number for the current time, but not a date
 * before 1970 (`toUnixTimestamp` in `lib/internal/fs/utils.js`). Nanoseconds are cut off to microseconds, since a number
 * of seconds has no more digits. A quarter of a microsecond more makes the result exact if libuv cuts it off too.
 */
const nodeTime = (time: number | bigint): Date | number => {
  if (typeof time === "number") return time < 0 ? new Date(time * 1000) : time
  return time < 0n ? new Date(Number(time / 1_000_000n)) : Number(time / 1_000n) / 1e6 + 2.5e-7
}

/**
 * Sets the times of a descriptor, with `exactly` if there are native calls. `byNode` does the same with Node's functions.
 *
 * @internal
 */
export const setTimes = (
  exactly: SetTimes | undefined,
  fd: number,
  atime: number | bigint,
  mtime: number | bigint,
  byNode: (atime: Date | number, mtime: Date | number) => void
): void =>
  typeof atime === "bigint" && typeof mtime === "bigint" && exactly !== undefined
    ? exactly(fd, atime, mtime)
    : byNode(nodeTime(atime), nodeTime(mtime))
