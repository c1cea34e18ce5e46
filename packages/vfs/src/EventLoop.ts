/**
 * Turns of the event loop for long work. All programs share one time budget, so that timers and I/O get their turn
 * however many programs run.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/eventLoop.js"
import type { Turns } from "./Program.js"

/**
 * Whether to yield to the event loop: the work of this turn has taken 2 ms.
 *
 * @since 0.1.0
 * @category turns
 */
export const isTimeUp: () => boolean = internal.isTimeUp

/**
 * Calls `goOn` in a later turn of the event loop, unless the returned function is called first.
 *
 * @since 0.1.0
 * @category turns
 */
export const onNextTurn: (goOn: () => void) => () => void = internal.onNextTurn

/**
 * The turns that `Program.start` takes.
 *
 * @since 0.1.0
 * @category turns
 */
export const turns: Turns = internal.turns
