/** Opens something that is closed with the scope. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * As `Effect.acquireRelease`, but the wait can be interrupted: a mount that does not respond must not hold up the
 * fiber. `open` calls `opened` as soon as there is something to release. If the interruption comes after that, but
 * before the scope knows of it, it is released at once.
 *
 * @internal
 */
export const acquire = <A, E>(
  open: (opened: (value: A) => A) => Effect.Effect<A, E>,
  release: (value: A) => Effect.Effect<void>
): Effect.Effect<A, E, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) => {
    let releaseNow: Effect.Effect<void> = Effect.void
    const opening = open((value) => {
      releaseNow = release(value)
      return value
    })
    const undo = Effect.suspend(() => releaseNow)
    return Effect.acquireRelease(Effect.onInterrupt(restore(opening), () => undo), release)
  })
