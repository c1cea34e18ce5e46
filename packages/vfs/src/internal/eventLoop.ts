/** All programs share one time budget. When it is used up, other work gets a turn of the event loop. */
import type { Turns } from "../Program.js"
import { inOwnContext } from "./asyncContext.js"

/**
 * In milliseconds. A timer that is set for 10 ms again and again still fires nine times out of ten, and a turn of the
 * event loop costs about 10 µs, far less than a hundredth of this.
 */
const BUDGET = 2

interface Port {
  readonly addEventListener: (type: "message", listener: () => void, options: { readonly once: true }) => void
  readonly start: () => void
  readonly postMessage: (message: null) => void
  readonly close: () => void
}

/** Globals of the runtimes, which ECMAScript's own types do not declare. */
interface Runtime {
  readonly performance?: { readonly now: () => number }
  readonly setImmediate?: (run: () => void) => void
  readonly MessageChannel?: new() => { readonly port1: Port; readonly port2: Port }
}

// Read when this module is loaded, so that a test that replaces the clock later does not stop the programs.
const { MessageChannel, performance, setImmediate } = globalThis as unknown as Runtime // ECMAScript's types lack them

/** For browsers, which have no `setImmediate` and delay nested timers by 4 ms. */
const byMessage = (run: () => void): void => {
  // There is no event loop, so only other fibers and promises can get a turn.
  if (MessageChannel === undefined) return void Promise.resolve().then(run)
  const { port1, port2 } = new MessageChannel()
  const received = () => {
    port1.close()
    run()
  }
  port1.addEventListener("message", received, { once: true })
  port1.start()
  port2.postMessage(null)
}

const promisified = Symbol.for("nodejs.util.promisify.custom")

/**
 * Whether this is the `setImmediate` of a test that had replaced it before this module was loaded. It calls its function
 * only when the test says so, or never. `clock` is from `@sinonjs/fake-timers`, which Jest and Vitest use too. The mock
 * of `node:test` lacks the symbol that Node's own function has.
 */
const isFake = (run: object): boolean => "clock" in run || !(promisified in run)

/** @internal */
export const inNextTurn: (run: () => void) => void = setImmediate === undefined || isFake(setImmediate)
  ? byMessage
  : setImmediate

const clock = performance === undefined ? Date.now : () => performance.now()

/** When the programs began to work in this turn of the event loop, or `undefined` if they have not. */
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
  const [next] = waiting
  if (next !== undefined) {
    waiting.delete(next)
    next()
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
 * Calls `goOn` in a later turn of the event loop. Call the returned function to cancel this.
 *
 * @internal
 */
export const onNextTurn = (goOn: () => void): () => void => {
  const own = inOwnContext(goOn)
  waiting.add(own)
  awaitTurn()
  return () => waiting.delete(own)
}

/** @internal */
export const turns: Turns = { isDue: isTimeUp, wait: onNextTurn }
