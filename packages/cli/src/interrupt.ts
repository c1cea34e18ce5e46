/**
 * Signals that end a command after it has cleaned up. It still ends by the signal, as other tools do, so that a shell
 * sees why it ended, and ends its loop or script too.
 */
import { setImmediate } from "node:timers/promises"

/** Node resets signals that its parent ignored, so neither `nohup` nor `&` in a script protects it from any of them. */
export const signals = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const

/**
 * How many milliseconds after the first signal another one is a new request, and not the same one sent twice: to the
 * process and to its group, as `timeout` does, or by the terminal and by the parent.
 */
const AGAIN = 1_000

let received: { readonly signal: NodeJS.Signals; readonly at: number } | undefined

/** Ends the process by the signal that stopped the command, if there was one. */
export const endBySignal = (): void => {
  if (received !== undefined) process.kill(process.pid, received.signal)
}

/**
 * Calls `stop` at the first of these signals, instead of ending the process, until the returned function is called. If
 * the command does not stop, because a file system does not respond, a later signal ends it.
 *
 * The returned function waits for a signal that has come, but that Node has not reported yet. Otherwise it would be lost.
 */
export const stopAtSignal = (stop: () => void): () => Promise<void> => {
  const restore = (): void => {
    for (const signal of signals) process.off(signal, receive)
  }
  const receive = (signal: NodeJS.Signals): void => {
    if (received === undefined) {
      received = { signal, at: performance.now() }
      stop()
    } else if (performance.now() - received.at > AGAIN) {
      restore()
      endBySignal()
    }
  }
  for (const signal of signals) process.on(signal, receive)
  return async () => {
    // Node looks for signals between these two, even if it has already done so in this turn of the event loop.
    await setImmediate()
    await setImmediate()
    restore()
  }
}

/** Waits for a write, but no longer than until the signal is aborted: the reader may never read the rest. */
export const writtenOrAborted = (writing: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => resolve()
    signal.addEventListener("abort", stop)
    if (signal.aborted) stop()
    writing.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop))
  })
