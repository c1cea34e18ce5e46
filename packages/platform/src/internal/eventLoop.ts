/** Gives the event loop a turn between the steps of a long effect. */
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import type * as Program from "@procfsroot/vfs/Program"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"
import * as Either from "./needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/Either.js"

// Imported so that Node's error names the right edition to users of Effect 4. Bundlers warn about unnamed imports.
void Either

/** @internal */
export const nextTurn: Effect.Effect<void> = Effect.async((resume) => {
  const giveUp = EventLoop.onNextTurn(() => resume(Effect.void))
  return Effect.sync(giveUp)
})

/** @internal */
export const forEach = <A, B, E, R>(
  items: Iterable<A>,
  f: (item: A, i: number) => Effect.Effect<B, E, R>
): Effect.Effect<Array<B>, E, R> =>
  Effect.forEach(items, (item, i) => EventLoop.isTimeUp() ? Effect.zipRight(nextTurn, f(item, i)) : f(item, i))

/** By its method, since an import of its module would end up in every bundle. Any other clock may be a real one. */
const isTestClock = (clock: Clock.Clock): boolean => "adjust" in clock

/** A `ManagedRuntime` also builds its layers with such a scheduler, and its fibers keep it. By then it is deferred. */
const isSynchronous = (scheduler: Scheduler.Scheduler): boolean =>
  scheduler instanceof Scheduler.SyncScheduler && !scheduler.deferred

/**
 * `Effect.runSync` would fail. With a `TestClock`, no timer waits for the event loop, and `adjust` would not wait until
 * a fiber that it runs comes to its next sleep.
 */
const goesOnAtOnce = (fiber: Fiber.RuntimeFiber<unknown, unknown>): boolean =>
  isSynchronous(fiber.currentScheduler) ||
  isTestClock(Context.get(fiber.currentDefaultServices, Clock.Clock))

/** @internal */
export type TurnsFor = (fiber: Fiber.RuntimeFiber<unknown, unknown>) => Program.Turns

/**
 * For long programs in memory, whose delays follow the clock of the fiber. Those on a disk always give others a turn.
 *
 * @internal
 */
export const turnsInMemory: TurnsFor = (fiber) =>
  goesOnAtOnce(fiber) ? { ...EventLoop.turns, isDue: () => false } : EventLoop.turns

const afterTurn = <A, E>(answer: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.withFiberRuntime((fiber) => goesOnAtOnce(fiber) ? answer : Effect.zipRight(nextTurn, answer))

/**
 * Delays the answer of an operation that did not wait, if the time of this turn is used up. In Node, operations always
 * wait, so programs call them in a loop and expect that timers fire. Effect's scheduler lets only other fibers run.
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
