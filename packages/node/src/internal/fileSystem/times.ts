/** Sets the times of files, in seconds as Node does, or in nanoseconds. */
import { isDeno } from "../runtime.js"
import type { SetTimes } from "../systemCalls.js"

/**
 * Returns the smallest number of seconds that is not less than the microseconds of a time, since the runtime cuts off
 * what is below a microsecond (libuv before 1.52) or below a nanosecond, computed in the same way. Whole seconds are
 * exact.
 */
const secondsOf = (time: bigint): number => {
  const microseconds = time / 1_000n
  const nearest = Number(microseconds) / 1e6
  const isLess = (nearest - Math.floor(nearest)) * 1e9 < Number(microseconds % 1_000_000n) * 1_000
  return isLess ? nearest + nearest * Number.EPSILON / 2 : nearest
}

/** The first second of a `Date`. tmpfs and Btrfs also store times before it. */
const FIRST_DATE = -8.64e12

/** Like a file system, takes the nearest time that is possible (`timestamp_truncate` in `fs/inode.c`). */
const dateOf = (milliseconds: number): Date => new Date(Math.max(milliseconds, FIRST_DATE * 1000))

/**
 * Converts a time to the form for Node's functions. They take a negative number for the current time, but not a date
 * before 1970 (`toUnixTimestamp` in `lib/internal/fs/utils.js`).
 */
const nodeTime = (time: number | bigint): Date | number => {
  if (typeof time === "number") return time < 0 ? dateOf(time * 1000) : time
  return time < 0n ? dateOf(Number(time / 1_000_000n)) : secondsOf(time)
}

/** Converts a time for a native call. A number has no more digits than those of microseconds. */
const nanosecondsOf = (time: number | bigint): bigint =>
  typeof time === "bigint" ? time : BigInt(Math.round(time * 1e6)) * 1_000n

/** A number that the runtime's functions cannot set. */
const isTooEarly = (time: number | bigint): boolean => typeof time === "number" && time < FIRST_DATE

/** Deno cuts off what is below a millisecond, and for an open file it refuses times before 1970. */
const isExact = (...times: ReadonlyArray<number | bigint>): boolean =>
  isDeno || times.every((time) => typeof time === "bigint") || times.some(isTooEarly)

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
  exactly !== undefined && isExact(atime, mtime)
    ? exactly(fd, nanosecondsOf(atime), nanosecondsOf(mtime))
    : byNode(nodeTime(atime), nodeTime(mtime))
