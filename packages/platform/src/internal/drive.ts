/** Drives a walk whose lookups are effects. */
import type * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as Effect from "effect/Effect"

/**
 * What answers lookups. It is given what a lookup asks: only a walk can make one.
 *
 * @internal
 */
export type Lookup<H, R = never> = (
  asked: Pick<Walk.Lookup<H>, "directory" | "name">
) => Effect.Effect<Walk.Entry<H>, never, R>

/** @internal */
export const drive = <H, R>(root: H, path: string, lookup: Lookup<H, R>, policy: Policy.Policy) =>
  Effect.gen(function*() {
    let step = Walk.start(root, path, policy)
    while (step._tag === "Lookup") step = Walk.answer(step, yield* lookup(step))
    return step
  })

/**
 * Remembers what `lookup` answered, by the text of the place, as long as no more than `limit` answers are held.
 *
 * @internal
 */
export const remembering = <R>(lookup: Lookup<string, R>, limit: number): Lookup<string, R> => {
  const answers = new Map<string, Walk.Entry<string>>()
  return (asked) => {
    const place = `${asked.directory.handle}/${asked.name}`
    const known = answers.get(place)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.map(lookup(asked), (entry) => {
      if (answers.size >= limit) answers.clear()
      answers.set(place, entry)
      return entry
    })
  }
}
