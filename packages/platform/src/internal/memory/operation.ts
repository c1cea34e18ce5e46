/** Every operation is noted, meets the faults that wait for it, and then happens at once, at the time of the clock. */
import type { PlatformError } from "@effect/platform/Error"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Operation } from "../../MemoryFileSystem.js"
import { calling, Failure } from "./errno.js"
import { type ArmedFault, type Strike, strike, touch } from "./faults.js"
import { Blocks } from "./openFile.js"
import { badArgument, type Context, refusalOf, Refused, systemError } from "./platformError.js"
import type { World } from "./world.js"

/** @internal */
export interface Machine {
  readonly world: World
  readonly operations: Array<Operation>
  faults: ReadonlyArray<ArmedFault>
}

/** @internal */
export interface Call<A> extends Context {
  /** What faults and the list of operations call it, where errors name something else. */
  readonly operation?: string
  readonly syscall: string
  /** The arguments that are text. */
  readonly texts: ReadonlyArray<string>
  /** Those of them that name places. */
  readonly places: ReadonlyArray<string>
  readonly run: (world: World) => A
}

/** Whatever was thrown on the way becomes the effect that it stands for. */
const attempt = <A>(machine: Machine, clock: Clock.Clock, call: Call<A>): Effect.Effect<A, PlatformError> => {
  machine.world.now = clock.unsafeCurrentTimeMillis()
  try {
    return Effect.succeed(calling(call.syscall, call.texts, () => call.run(machine.world)))
  } catch (thrown) {
    if (thrown instanceof Failure) return Effect.fail(systemError(call, thrown))
    if (thrown instanceof Refused) return Effect.fail(badArgument(call, thrown))
    return thrown instanceof Blocks ? Effect.never : Effect.die(thrown)
  }
}

/** @internal */
export const failureOf = (armed: ArmedFault, syscall: string, texts: ReadonlyArray<string>): Failure => {
  const failure = new Failure(armed.fault.code ?? "EIO")
  failure.syscall = syscall
  failure.paths = texts
  return failure
}

/** @internal */
export const note = ({ operations }: Machine, method: string, [path = "", to]: ReadonlyArray<string>): void => {
  operations.push(to === undefined ? { method, path } : { method, path, to })
}

/** @internal */
export const waiting = <A, E>({ delay }: Strike, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Duration.equals(delay, Duration.zero) ? effect : Effect.delay(effect, delay)

const meet = <A>(call: Call<A>, struck: Strike, happen: Effect.Effect<A, PlatformError>) => {
  const { failing } = struck
  if (failing === undefined) return waiting(struck, happen)
  const failed = Effect.suspend(() =>
    Effect.fail(systemError(call, failureOf(failing, call.syscall, call.texts), failing.fault.withoutCause))
  )
  return waiting(struck, failed)
}

/** @internal */
export const perform = <A>(machine: Machine, call: Call<A>): Effect.Effect<A, PlatformError> =>
  Effect.clockWith((clock) =>
    Effect.suspend(() => {
      const { method, operation = method, places, texts } = call
      note(machine, operation, texts)
      const refused = refusalOf(texts)
      if (refused !== undefined) return Effect.fail(badArgument(call, refused))
      if (machine.faults.length === 0) return attempt(machine, clock, call)
      const struck = strike(machine.faults, operation, touch(machine.world, operation, places))
      return meet(call, struck, Effect.suspend(() => attempt(machine, clock, call)))
    })
  )

/**
 * As `perform`, for what is done through a descriptor: no path is walked.
 *
 * @internal
 */
export const performOpen = <A>(machine: Machine, path: string, call: Call<A>): Effect.Effect<A, PlatformError> =>
  Effect.clockWith((clock) =>
    Effect.suspend(() => {
      note(machine, call.method, [path])
      if (machine.faults.length === 0) return attempt(machine, clock, call)
      const place = new Set([path])
      const struck = strike(machine.faults, call.method, { passed: place, ends: place })
      return meet(call, struck, Effect.suspend(() => attempt(machine, clock, call)))
    })
  )
