/** Every operation is recorded, then waits or fails as the faults say, and happens at the time of the clock. */
import type { PlatformError } from "@effect/platform/Error"
import type { Injector } from "@procfsroot/vfs/MemoryFaults"
import type { Memory, OpenNode } from "@procfsroot/vfs/MemoryTree"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Operation } from "../../VfsFileSystem.js"
import { errorOf } from "./errorOf.js"

/** @internal */
export interface State {
  readonly memory: Memory
  readonly injector: Injector<Duration.DurationInput>
}

/** @internal */
export const delayed = <A, E>(
  delays: ReadonlyArray<Duration.DurationInput>,
  effect: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  delays.length === 0
    ? effect
    : Effect.delay(effect, delays.reduce<Duration.Duration>((sum, delay) => Duration.sum(sum, delay), Duration.zero))

/** @internal */
export const around = ({ injector, memory }: State) =>
<A>(
  operation: Operation<OpenNode, A>,
  perform: () => Effect.Effect<A, PlatformError>
): Effect.Effect<A, PlatformError> =>
  Effect.clockWith((clock) => {
    memory.now = clock.unsafeCurrentTimeMillis()
    const injection = injector.before(operation)
    if (injection === undefined) return perform()
    const { delays, failure } = injection
    return failure === undefined
      ? delayed(delays, atCurrentTime(memory, perform))
      : delayed(delays, Effect.suspend(() => Effect.fail(errorOf(operation, failure.errno, failure.withoutCause))))
  })

/**
 * Also after a delay, which moves the clock.
 *
 * @internal
 */
export const atCurrentTime = <A, E>(memory: Memory, perform: () => Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.clockWith((clock) => {
    memory.now = clock.unsafeCurrentTimeMillis()
    return perform()
  })
