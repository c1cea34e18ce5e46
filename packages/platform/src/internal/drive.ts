/** Drives a walk whose lookups are effects. */
import type * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as Effect from "effect/Effect"

/**
 * Answers lookups, of which it gets the two fields that it needs: only a walk can make a whole one.
 *
 * @internal
 */
export type Lookup<H, R = never> = (
  request: Pick<Walk.Lookup<H>, "directory" | "name">
) => Effect.Effect<Walk.Entry<H>, never, R>

/** @internal */
export const drive = <H, R>(root: H, path: string, lookup: Lookup<H, R>, policy: Policy.Policy) =>
  Effect.gen(function*() {
    let step = Walk.start(root, path, policy)
    while (step._tag === "Lookup") step = Walk.answer(step, yield* lookup(step))
    return step
  })

/**
 * Remembers up to `limit` answers of `lookup`, by the text of the place.
 *
 * @internal
 */
export const caching = <R>(lookup: Lookup<string, R>, limit: number): Lookup<string, R> => {
  const answers = new Map<string, Walk.Entry<string>>()
  return (request) => {
    const place = `${request.directory.handle}/${request.name}`
    const cached = answers.get(place)
    if (cached !== undefined) return Effect.succeed(cached)
    return Effect.map(lookup(request), (entry) => {
      if (answers.size >= limit) answers.clear()
      answers.set(place, entry)
      return entry
    })
  }
}
