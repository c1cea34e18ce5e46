/**
 * Turns of the event loop for work that is long. All programs share one budget of time, so that timers and I/O come in between
 * however many of them there are.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/eventLoop.js"
import type { Turns } from "./Program.js"

/**
 * Whether others should have a turn: the work of this turn has taken 3 ms.
 *
 * @since 0.1.0
 * @category turns
 */
export const isTimeUp: () => boolean = internal.isTimeUp

/**
 * Calls `goOn` in another turn of the event loop, unless the function that it returns is called before.
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
