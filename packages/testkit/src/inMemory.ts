/**
 * Lets tests make their temporary files in memory. ext4 does not give the inode of a file that was just deleted to a new
 * one, and looks at all of them each time (`recently_deleted` in `fs/ext4/ialloc.c`): after some thousand files, making
 * one takes up to a millisecond, and whole suites twice as long.
 */
import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs"

const PLACE = "/dev/shm"

const { TMPDIR } = process.env

/**
 * A directory in memory for tests that need neither much room nor programs or devices; `undefined` without one. It is
 * the one for temporary files if that is in memory: the fuzzer removes it at the end, since it stops targets anywhere.
 */
export const memoryDirectory: string | undefined = [TMPDIR?.startsWith(`${PLACE}/`) === true ? TMPDIR : PLACE].find((
  path
) => existsSync(path))

/** In bytes. In a container, there are often only 64 MiB. */
const ENOUGH = 2 ** 32

/** `TMPFS_MAGIC` in `statfs(2)`. */
const TMPFS = 0x0102_1994

/** The tests run programs that they have copied there, and open devices that they have made there. */
const forbidding = ["noexec", "nodev"]

const optionsOf = (place: string): ReadonlyArray<string> =>
  readFileSync("/proc/self/mounts", "utf8").split("\n").map((line) => line.split(" "))
    .findLast(([, mounted]) => mounted === place)?.[3]?.split(",") ?? []

const isSuitable = (): boolean => {
  try {
    accessSync(PLACE, constants.W_OK | constants.X_OK)
    const { bavail, bsize, type } = statfsSync(PLACE)
    const options = optionsOf(PLACE)
    return type === TMPFS && bavail * bsize >= ENOUGH && !forbidding.some((option) => options.includes(option))
  } catch {
    // It does not exist, or it is somebody else's.
    return false
  }
}

/** From now on, temporary files are made where `TMPDIR` says, or else in memory, if that is possible. */
export const useMemory = (): void => {
  if (process.env["TMPDIR"] === undefined && isSuitable()) process.env["TMPDIR"] = PLACE
}
