/** Opens something that is closed with the scope. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"

/**
 * Releases something when a scope ends. If that fails, it is a defect, since a finalizer has no typed errors. But if the
 * scope has failed, it is ignored: with a defect of a finalizer, Effect 4 turns the error of the scope into a defect too.
 *
 * @internal
 */
export const releaseAfter = (
  release: Effect.Effect<void, unknown>,
  exit: Exit.Exit<unknown, unknown>
): Effect.Effect<void> => Exit.isSuccess(exit) ? Effect.orDie(release) : Effect.ignore(release)

/**
 * As `Effect.acquireRelease`, but the wait can be interrupted: a mount that does not respond must not hold up the
 * fiber. `open` calls `opened` as soon as there is something to release. If the interruption comes after that, but
 * before the scope knows of it, it is released at once.
 *
 * @internal
 */
export const acquire = <A, E>(
  open: (opened: (value: A) => A) => Effect.Effect<A, E>,
  release: (value: A) => Effect.Effect<void, E>
): Effect.Effect<A, E, Scope.Scope> =>
  Effect.uninterruptibleMask((restore) => {
    let releaseNow: Effect.Effect<void, E> = Effect.void
    const opening = open((value) => {
      releaseNow = release(value)
      return value
    })
    const undo = Effect.suspend(() => Effect.ignore(releaseNow))
    return Effect.acquireRelease(
      Effect.onInterrupt(restore(opening), () => undo),
      (value, exit) => releaseAfter(release(value), exit)
    )
  })
