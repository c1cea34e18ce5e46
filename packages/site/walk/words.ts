/** The sentences that describe what a step did. */
import type { Moves, Policy, Walk } from "@procfsroot/path"
import { ResolveFailure } from "@procfsroot/vfs"

const { quote } = ResolveFailure

const kinds: Record<Walk.Kind, string> = { Directory: "a directory", SymbolicLink: "a link", Other: "a file" }

/** The words for a kind of file. */
export const kindName = (kind: Walk.Kind): string => kinds[kind]

/** Where a step happened. */
export interface Scene {
  /** The directory in which the name was looked up. */
  readonly directory: string
  /** The place after the step. */
  readonly place: string
  /** The handle of that place. */
  readonly handle: number
  readonly kind: Walk.Kind
  readonly policy: Policy.Policy
}

const started = ({ policy: { from } }: Scene): string =>
  from === "/" ? "The walk starts at the root." : `The walk starts at the root, and takes the path from ${quote(from)}.`

/** The sentence for what a component did. */
export const sentence = (event: Moves.Event, scene: Scene): string => {
  const { directory, handle, kind, place } = scene
  switch (event._tag) {
    case "Started":
      return started(scene)
    case "Entered":
      return `${quote(event.name)} in ${quote(directory)} is ${kinds[kind]}. It is held as handle ${handle}.`
    case "Kept":
      return `${quote(event.name)} in ${
        quote(directory)
      } is a link. The policy keeps the last link, so it is the result.`
    case "Followed":
      return `${quote(event.name)} in ${quote(directory)} is a link to ${
        quote(event.target)
      }. Its target is walked next, ` +
        (event.restarted ? "again from the root." : `from ${quote(place)}.`)
    case "Finished":
      return `Nothing is left of the target of ${quote(event.link)}.`
    case "Absent":
      return scene.policy.lastComponent === "unchecked" && scene.policy.missing === "error"
        ? `${quote(event.name)} is the last name, which the policy does not look up.`
        : `There is no ${quote(event.name)} in ${quote(directory)}. The policy allows that.`
    case "Stayed":
      return event.name === "."
        ? `"." stays in ${quote(place)}.`
        : `An extra slash: ${quote(place)} must be a directory.`
    case "Returned":
      return `".." leaves ${quote(event.name)} and goes back to ${quote(place)}, without a lookup.`
    case "Clamped":
      return `".." at the root stays at the root: nothing is above it.`
  }
}

/** The sentence for a path that was resolved. */
export const arrived = (path: string, { kind, tail }: Walk.Resolved<unknown>): string =>
  tail.length === 0
    ? `The path leads to ${quote(path)}, ${kinds[kind]}.`
    : `The path leads to ${quote(path)}, where nothing has to exist.`
