/** `--timeout`: limits how long a command can take. */
import { Unusable } from "./failure.js"
import { whole } from "./options.js"

export const timeoutOption = {
  timeout: whole(
    "SECONDS",
    "Give up after this time, in whole seconds, even if a file system does not respond. By default there is no limit.",
    1
  )
}

/**
 * The longest time in milliseconds: Node's timers have 31 bits. Some time is left for what happens after the time is
 * up.
 */
const LONGEST = 2 ** 31 - 60_000

export const millisecondsOf = (timeout: number): number => Math.min(timeout * 1_000, LONGEST)

export const tooLong = (timeout: number): string => `The command took longer than the ${timeout} s of --timeout`

/** A signal that is aborted when the time is up. */
export const signalOf = (timeout: number | undefined): AbortSignal | undefined =>
  timeout === undefined ? undefined : AbortSignal.timeout(millisecondsOf(timeout))

/** Runs a command until its time is up. */
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
