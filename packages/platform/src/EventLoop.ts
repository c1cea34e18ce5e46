/**
 * How long work may keep the event loop. Fibers that never wait for anything stop timers and I/O, however often they call
 * `Effect.yieldNow`: it lets other fibers go on, but only a turn of the event loop lets timers and I/O. All that use this
 * module share one budget, so that a hundred fibers together keep the event loop no longer than one.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as internal from "./internal/eventLoop.js"

/**
 * Whether the work of this turn of the event loop has taken its time, a few milliseconds. Asked often, it costs less than a
 * microsecond.
 *
 * @since 0.1.0
 * @category getters
 */
export const isTimeUp: () => boolean = EventLoop.isTimeUp

/**
 * Waits for another turn of the event loop. Those who wait go on one in each turn, in the order in which they came.
 *
 * @since 0.1.0
 * @category combinators
 */
export const nextTurn: Effect.Effect<void> = internal.nextTurn

/**
 * As `Effect.forEach`, one after the other, with another turn of the event loop whenever the time is up.
 *
 * @example
 * import { EventLoop } from "@procfsroot/platform"
 * import * as Effect from "effect/Effect"
 *
 * const lengths = EventLoop.forEach(["/etc", "/usr"], (path) => Effect.succeed(path.length))
 *
 * @since 0.1.0
 * @category combinators
 */
export const forEach: <A, B, E, R>(
  items: Iterable<A>,
  f: (item: A, i: number) => Effect.Effect<B, E, R>
) => Effect.Effect<Array<B>, E, R> = internal.forEach
