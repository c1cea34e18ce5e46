import { readdirSync, readFileSync } from "node:fs"
import { SELF_FD } from "../constants.js"
import { hasNoDescriptor } from "../errnoError.js"

/** `RLIMIT_NOFILE`, which `setrlimit` and `prlimit` change at any time; `unlimited` if there is none. */
const limit = (): number => {
  const [, soft] = /^Max open files +(\w+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? []
  return soft === undefined || soft === "unlimited" ? Infinity : Number(soft)
}

/**
 * How many descriptors this process can still open, or `Infinity` if procfs does not show it. Opening files until that
 * fails would show it too, but other threads that open files meanwhile would fail.
 *
 * @internal
 */
export const freeDescriptors = (): number => {
  try {
    return limit() - readdirSync(SELF_FD).length
  } catch (error) {
    return hasNoDescriptor(error) ? 0 : Infinity
  }
}
