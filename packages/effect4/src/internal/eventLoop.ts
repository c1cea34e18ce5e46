/** Gives the event loop a turn between the steps of a long effect. */
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import type * as Program from "@procfsroot/vfs/Program"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"

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

/** By its method, since an import of its module would end up in every bundle. Any other clock may be a real one. */
const isTestClock = (clock: Clock.Clock): boolean => "adjust" in clock

/**
 * `Effect.runSync` waits only for the fiber that it starts, and fails if that one waits for another that yields. With a
 * `TestClock`, no timer waits for the event loop, and `adjust` would not wait until a fiber that it runs comes to its
 * next sleep.
 */
const goesOnAtOnce = (fiber: Fiber.Fiber<unknown, unknown>): boolean =>
  fiber.getRef(Scheduler.Scheduler).executionMode === "sync" || isTestClock(fiber.getRef(Clock.Clock))

/** @internal */
export type TurnsFor = (fiber: Fiber.Fiber<unknown, unknown>) => Program.Turns

/**
 * For long programs in memory, whose delays follow the clock of the fiber. Those on a disk always give others a turn.
 *
 * @internal
 */
export const turnsInMemory: TurnsFor = (fiber) =>
  goesOnAtOnce(fiber) ? { ...EventLoop.turns, isDue: () => false } : EventLoop.turns

const afterTurn = <A, E>(answer: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.withFiber((fiber) => goesOnAtOnce(fiber) ? answer : Effect.andThen(nextTurn, answer))

/**
 * Delays the answer of an operation that did not wait, if the time of this turn is used up. In Node, operations always
 * wait, so programs call them in a loop and expect that timers fire. Effect counts how many effects have run, and not how
 * long they took, and `Effect.yieldNow` would let all fibers go on in the same turn. `Effect.runSync` goes on at once.
 *
 * @internal
 */
export const fairly = <A, E>(answer: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  EventLoop.isTimeUp() ? afterTurn(answer) : answer

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
