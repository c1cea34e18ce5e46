/** Gives the event loop a turn between the steps of a long effect. */
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Effect from "effect/Effect"

/** @internal */
export const nextTurn: Effect.Effect<void> = Effect.callback((resume) => {
  const giveUp = EventLoop.onNextTurn(() => resume(Effect.void))
  return Effect.sync(giveUp)
})

/** @internal */
export const forEach = <A, B, E, R>(
  items: Iterable<A>,
  f: (item: A, i: number) => Effect.Effect<B, E, R>
): Effect.Effect<Array<B>, E, R> =>
  Effect.forEach(items, (item, i) => EventLoop.isTimeUp() ? Effect.andThen(nextTurn, f(item, i)) : f(item, i))

/**
 * Delays the answer of an operation that did not wait, if the time of this turn is used up. In Node, operations always
 * wait, so programs call them in a loop and expect that timers fire. Effect counts how many effects have run, and not how
 * long they took. `Effect.runSync` goes on at once.
 *
 * @internal
 */
export const fairly = <A, E>(answer: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  EventLoop.isTimeUp() ? Effect.andThen(Effect.yieldNow, answer) : answer

/**
 * Delays the answer as `fairly` does, but runs the operation first: others that begin later must not overtake it.
 *
 * @internal
 */
export const runFairly = <A, E>(operation: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  EventLoop.isTimeUp()
    ? Effect.matchCauseEffect(operation, {
      onFailure: (cause) => fairly(Effect.failCause(cause)),
      onSuccess: (value) => fairly(Effect.succeed(value))
    })
    : operation
