// The descriptors of a program.
import { openSync, readdirSync, readlinkSync } from "node:fs"

/** Opens files until no descriptor is free, and returns the descriptors. */
export const takeDescriptors = () => {
  const taken = []
  try {
    for (;;) taken.push(openSync("/", "r"))
  } catch (error) {
    if (error.code !== "EMFILE") throw error
  }
  return taken
}

const pathOf = (fd) => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return "" // closed by now
  }
}

/** The paths of the open files of this process that end with `end`. */
export const openFiles = (end) => readdirSync("/proc/self/fd").map(pathOf).filter((path) => path.endsWith(end))
