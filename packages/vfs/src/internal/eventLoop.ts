/** One budget of time for all programs: when it is used up, others have a turn of the event loop. */
import type { Turns } from "../Program.js"

/**
 * In milliseconds. A timer of 10 ms that waits for the end of this and begins anew still comes nine times of ten, and a
 * turn of the event loop, which costs some 10 µs, is far below a hundredth of it.
 */
const BUDGET = 3

interface Port {
  readonly addEventListener: (type: "message", listener: () => void, options: { readonly once: true }) => void
  readonly start: () => void
  readonly postMessage: (message: null) => void
  readonly close: () => void
}

/** What runtimes have and ECMAScript's own types do not name. */
interface Runtime {
  readonly performance?: { readonly now: () => number }
  readonly setImmediate?: (run: () => void) => void
  readonly MessageChannel?: new() => { readonly port1: Port; readonly port2: Port }
}

// As they are when this is loaded: a test that puts its own clock in their place later does not stop the work here.
const { MessageChannel, performance, setImmediate } = globalThis as unknown as Runtime // no library of the language types them

/** A browser has no `setImmediate`, and makes a timer wait for 4 ms where one follows the other. */
const byMessage = (run: () => void): void => {
  // Where there is no event loop that could be left, only other fibers can have a turn.
  if (MessageChannel === undefined) return void Promise.resolve().then(run)
  const { port1, port2 } = new MessageChannel()
  const come = () => {
    port1.close()
    run()
  }
  port1.addEventListener("message", come, { once: true })
  port1.start()
  port2.postMessage(null)
}

const inNextTurn = setImmediate ?? byMessage

const clock = performance === undefined ? Date.now : () => performance.now()

/** When the work of this turn began, if any has. */
let began: number | undefined
let isTurnAwaited = false
const waiting = new Set<() => void>()

const awaitTurn = (): void => {
  if (isTurnAwaited) return
  isTurnAwaited = true
  inNextTurn(beginTurn)
}

const beginTurn = (): void => {
  isTurnAwaited = false
  began = undefined
  for (const goOn of waiting) {
    waiting.delete(goOn)
    goOn()
    break
  }
  if (waiting.size > 0) awaitTurn()
}

/** @internal */
export const isTimeUp = (): boolean => {
  const now = clock()
  if (began !== undefined) return now - began > BUDGET
  began = now
  awaitTurn()
  return false
}

/**
 * Calls `goOn` in another turn of the event loop, unless the function that it returns is called before.
 *
 * @internal
 */
export const onNextTurn = (goOn: () => void): () => void => {
  waiting.add(goOn)
  awaitTurn()
  return () => waiting.delete(goOn)
}

/** @internal */
export const turns: Turns = { isDue: isTimeUp, wait: onNextTurn }
