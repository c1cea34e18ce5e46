/**
 * Yields to the event loop during long work. All programs share one time budget, so timers and I/O are not held up, no
 * matter how many programs run.
 *
 * @since 0.1.0
 */
import * as asyncContext from "./internal/asyncContext.js"
import * as internal from "./internal/eventLoop.js"
import type { Turns } from "./Program.js"

/**
 * Returns `true` if it is time to yield to the event loop, because the work in this turn has taken 2 ms.
 *
 * @since 0.1.0
 * @category turns
 */
export const isTimeUp: () => boolean = internal.isTimeUp

/**
 * Calls `run` in the next turn of the event loop, like `setImmediate`. It does so even if a test has replaced
 * `setImmediate`, and in a browser, which has none.
 *
 * @since 0.1.0
 * @category turns
 */
export const inNextTurn: (run: () => void) => void = internal.inNextTurn

/**
 * Calls `goOn` in a later turn of the event loop, in the asynchronous context (`AsyncLocalStorage`) of the caller. Call
 * the returned function to cancel this.
 *
 * @since 0.1.0
 * @category turns
 */
export const onNextTurn: (goOn: () => void) => () => void = internal.onNextTurn

/**
 * The turns of the event loop, for `Program.start`.
 *
 * @since 0.1.0
 * @category turns
 */
export const turns: Turns = internal.turns

/**
 * Makes a function run in the asynchronous context (`AsyncLocalStorage`) in which this is called. Programs share the turns
 * of the event loop, so otherwise it could run in the context of another program. Without Node, there are no contexts.
 *
 * @since 0.1.0
 * @category turns
 */
export const inOwnContext: <Args extends ReadonlyArray<unknown>, A>(
  run: (...args: Args) => A
) => (...args: Args) => A = asyncContext.inOwnContext
