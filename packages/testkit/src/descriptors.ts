/** Counts the open descriptors of this process. */
import { readdirSync, readlinkSync } from "node:fs"
import { stat } from "node:fs/promises"

/** What each thread opens for its event loop, and the directory of descriptors that the threads of the pool keep. */
const ofThreads = /^(?:anon_inode:\[(?:eventfd|eventpoll|io_uring)\]|(?:pipe|socket):\[\d+\]|\/proc\/\d+\/fd)$/

const targetOf = (fd: string): string | undefined => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    // It is closed by now, like the one that has read the directory.
    return undefined
  }
}

/**
 * The number of open descriptors, without those that every thread has: threads come and go, and when they do depends on
 * how busy the machine is.
 */
export const descriptors = (): number =>
  readdirSync("/proc/self/fd").map(targetOf).filter((target) => target !== undefined && !ofThreads.test(target)).length

/**
 * More than once, since an interrupted open can still be waiting to start, and opens and closes its descriptor later.
 */
const TIMES_IN_A_ROW = 5

/** Counts until the number was as expected several times in a row. */
const counted = async (isExpected: (now: number, before: number) => boolean): Promise<number> => {
  let before = descriptors()
  for (let turn = 0, times = 0; turn < 2_000 && times < TIMES_IN_A_ROW; turn++) {
    // When this call ends, all calls that were queued before it have started.
    await stat("/")
    await new Promise((resolve) => setTimeout(resolve, 1))
    const now = descriptors()
    times = isExpected(now, before) ? times + 1 : 0
    before = now
  }
  return before
}

/**
 * Waits up to two seconds until `count` descriptors are open, since abandoned calls of the
 * thread pool still have to end.
 */
export const settled = (count: number): Promise<number> => counted((now) => now === count)

/** Waits until the number of open descriptors no longer changes, and returns it. */
export const atRest = (): Promise<number> => counted((now, before) => now === before)
