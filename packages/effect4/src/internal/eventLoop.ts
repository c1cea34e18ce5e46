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
