/** The open descriptors of this process. */
import { readdirSync } from "node:fs"

/** How many are open, with the one that reads the directory, each time. */
export const descriptors = (): number => readdirSync("/proc/self/fd").length

/** How many are open when there are `count`, or after two seconds: calls of the thread pool that nobody waits for come to their end. */
export const settled = async (count: number): Promise<number> => {
  for (let turn = 0; turn < 2_000 && descriptors() !== count; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return descriptors()
}
