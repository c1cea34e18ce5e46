/** Runs the programs of `HostFileSystem`, which yield effects and wait for their results. */
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errno.js"

type Step<A> = IteratorResult<HostFileSystem.Ask<unknown>, A>

/** @internal */
export const run = <A>(begin: () => HostFileSystem.Asking<A>): Effect.Effect<A, HostFileSystem.Thrown> =>
  Effect.suspend(() => {
    const program = begin()

    const goOn = (step: () => Step<A>): Effect.Effect<A, HostFileSystem.Thrown> => {
      try {
        const { done, value } = step()
        // This package passes only effects to `ask`.
        return done === true
          ? Effect.succeed(value)
          : Effect.matchEffect(value.effect as Effect.Effect<unknown>, resume)
      } catch (thrown) {
        return HostFileSystem.isThrown(thrown) ? Effect.fail(thrown) : Effect.die(thrown)
      }
    }

    const resume = {
      onFailure: (error: unknown) => goOn(() => program.throw(HostFileSystem.failure(error, errnoOf(error)))),
      onSuccess: (result: unknown) => goOn(() => program.next(result))
    }

    return goOn(() => program.next())
  })
