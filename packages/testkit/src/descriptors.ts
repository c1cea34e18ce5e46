/** The open descriptors of this process. */
import { readdirSync } from "node:fs"
import { stat } from "node:fs/promises"

/** How many are open, with the one that reads the directory, each time. */
export const descriptors = (): number => readdirSync("/proc/self/fd").length

/** An open that was given up may not have begun: its descriptor comes and goes later. */
const TIMES_IN_A_ROW = 5

/** Counts again and again, until it was as expected some times in a row. */
const counted = async (isExpected: (now: number, before: number) => boolean): Promise<number> => {
  let before = descriptors()
  for (let turn = 0, times = 0; turn < 2_000 && times < TIMES_IN_A_ROW; turn++) {
    // All calls that were queued before this one have begun when it ends.
    await stat("/")
    await new Promise((resolve) => setTimeout(resolve, 1))
    const now = descriptors()
    times = isExpected(now, before) ? times + 1 : 0
    before = now
  }
  return before
}

/**
 * How many are open when there are `count` and no others come, or after two seconds: calls of the thread pool that
 * nobody waits for come to their end.
 */
export const settled = (count: number): Promise<number> => counted((now) => now === count)

/** How many are open when none come and go any more. */
export const atRest = (): Promise<number> => counted((now, before) => now === before)
