/** The open descriptors of this process. */
import { readdirSync } from "node:fs"
import { stat } from "node:fs/promises"

/** How many are open, with the one that reads the directory, each time. */
export const descriptors = (): number => readdirSync("/proc/self/fd").length

/** An open that was given up may not have begun: its descriptor comes and goes later. */
const TIMES_IN_A_ROW = 5

/**
 * How many are open when there are `count` and no others come, or after two seconds: calls of the thread pool that
 * nobody waits for come to their end.
 */
export const settled = async (count: number): Promise<number> => {
  let open = descriptors()
  for (let turn = 0, times = 0; turn < 2_000 && times < TIMES_IN_A_ROW; turn++) {
    // All calls that were queued before this one have begun when it ends.
    await stat("/")
    await new Promise((resolve) => setTimeout(resolve, 1))
    open = descriptors()
    times = open === count ? times + 1 : 0
  }
  return open
}
