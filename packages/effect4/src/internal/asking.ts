/** Drives the programs of `HostFileSystem`, which ask for effects. */
import * as HostFileSystem from "@procfsroot/vfs/HostFileSystem"
import * as Effect from "effect/Effect"
import { errnoOf } from "./errno.js"

type Step<A> = IteratorResult<HostFileSystem.Ask<unknown>, A>

const goOn = <A>(
  program: HostFileSystem.Asking<A>,
  resume: () => Step<A>
): Effect.Effect<A, HostFileSystem.Thrown> => {
  try {
    const step = resume()
    if (step.done === true) return Effect.succeed(step.value)
    // The programs of this package ask for nothing but effects.
    return Effect.matchEffect(step.value.effect as Effect.Effect<unknown, unknown>, {
      onFailure: (error) => goOn(program, () => program.throw(HostFileSystem.failure(error, errnoOf(error)))),
      onSuccess: (answer) => goOn(program, () => program.next(answer))
    })
  } catch (thrown) {
    return HostFileSystem.isThrown(thrown) ? Effect.fail(thrown) : Effect.die(thrown)
  }
}

/** @internal */
export const run = <A>(begin: () => HostFileSystem.Asking<A>): Effect.Effect<A, HostFileSystem.Thrown> =>
  Effect.suspend(() => {
    const program = begin()
    return goOn(program, () => program.next())
  })
