/**
 * Keeps long work from blocking the event loop. Fibers that never wait block timers and I/O. `Effect.yieldNow` lets
 * timers run, but then every fiber that yielded runs in the same turn of the event loop. All users of this module share
 * one time budget, so a hundred fibers together block the event loop no longer than one.
 *
 * @since 0.1.0
 */
import "./internal/needs-Effect-4--for-Effect-3-use-@procfsroot/platform.js"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import type * as Effect from "effect/Effect"
import * as internal from "./internal/eventLoop.js"

/**
 * Returns `true` if the work in this turn of the event loop has used up its few milliseconds. A call takes less than a
 * microsecond.
 *
 * @since 0.1.0
 * @category getters
 */
export const isTimeUp: () => boolean = EventLoop.isTimeUp

/**
 * Waits for a later turn of the event loop. Each turn resumes one waiting fiber, in the order in which they called
 * this.
 *
 * @since 0.1.0
 * @category combinators
 */
export const nextTurn: Effect.Effect<void> = internal.nextTurn

/**
 * Like a sequential `Effect.forEach`, but yields to the event loop whenever the time is up.
 *
 * @example
 * import { EventLoop } from "@procfsroot/effect4"
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
