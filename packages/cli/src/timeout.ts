/** `--timeout`: how long a command may take. */
import { Unusable } from "./failure.js"
import { whole } from "./options.js"

export const timeoutOption = {
  timeout: whole("SECONDS", "Give up after this time, even if a file system does not respond.", 1)
}

/** Timers of Node have 31 bits of milliseconds. Some are left for what comes after the time is over. */
const LONGEST = 2 ** 31 - 60_000

export const millisecondsOf = (timeout: number): number => Math.min(timeout * 1_000, LONGEST)

export const tooLong = (timeout: number): string => `The command took longer than the ${timeout} s of --timeout`

/** Aborted when the time is over. */
export const signalOf = (timeout: number | undefined): AbortSignal | undefined =>
  timeout === undefined ? undefined : AbortSignal.timeout(millisecondsOf(timeout))

/** Runs a command until its time is over. */
export const timed = async (
  timeout: number | undefined,
  use: (signal: AbortSignal | undefined) => Promise<void>
): Promise<void> => {
  const signal = signalOf(timeout)
  try {
    await use(signal)
  } catch (error) {
    if (timeout !== undefined && signal?.aborted === true) throw new Unusable(`${tooLong(timeout)}.`)
    throw error
  }
}
