/** The exit status: 0, 1 if a path failed or the work could not be done, 2 for wrong usage. */
import * as Effect from "effect/Effect"

const exit = (status: 1 | 2): Effect.Effect<void> =>
  Effect.sync(() => {
    process.exitCode = status
  })

export const failingPath = exit(1)
export const unusable = exit(1)
export const wrongUsage = exit(2)
