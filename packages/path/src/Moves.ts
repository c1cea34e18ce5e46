/**
 * A walk step by step, for programs that show how a path resolves: what each component did, which parts of the path and
 * of link targets are still to be walked, and which directories the walk holds.
 *
 * @since 0.1.0
 */
import type { ComponentStack } from "./ComponentStack.js"
import * as internal from "./internal/moves.js"
import type { Policy } from "./Policy.js"
import type { RootedPath } from "./RootedPath.js"
import type { Entry, Kind, Lookup, Outcome } from "./Walk.js"

/**
 * A path, or the target of a link, of which a part is still to be walked.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pending {
  readonly text: string
  /**
   * The offset in `text` at which the next component begins. It is greater than the length of `text` if nothing is
   * left.
   */
  readonly offset: number
  /** The link that has `text` as its target, or `undefined` if `text` is the path itself. */
  readonly link: RootedPath | undefined
}

/**
 * What one component of the path did to the walk.
 *
 * - `Started`: the walk is at the root and has not read a component yet.
 * - `Entered`: the walk moved to `name`, a directory, or a file of another type as the last component.
 * - `Kept`: `name` is a link, and the policy says to return the link itself.
 * - `Followed`: `name` is a link, and its target is walked next. `restarted` is `true` if the target is absolute, so
 *   that the walk continues from the root.
 * - `Finished`: the target of `link` is completely walked, and the walk continues after the link.
 * - `Absent`: `name` is missing and the policy permits that, or the policy says not to look it up.
 * - `Stayed`: the component is `.`, or empty because of two slashes in a row or a slash at the end.
 * - `Returned`: a `..` moved from the directory `name` to its parent, or removed the missing name `name`.
 * - `Clamped`: a `..` at the root stayed at the root.
 *
 * @since 0.1.0
 * @category models
 */
export type Event =
  | { readonly _tag: "Started" }
  | { readonly _tag: "Entered"; readonly name: string }
  | { readonly _tag: "Kept"; readonly name: string }
  | {
    readonly _tag: "Followed"
    readonly name: string
    readonly link: RootedPath
    readonly target: string
    readonly restarted: boolean
  }
  | { readonly _tag: "Finished"; readonly link: RootedPath }
  | { readonly _tag: "Absent"; readonly name: string }
  | { readonly _tag: "Stayed"; readonly name: "." | "" }
  | { readonly _tag: "Returned"; readonly name: string }
  | { readonly _tag: "Clamped" }

/**
 * The state of a walk after an event.
 *
 * @since 0.1.0
 * @category models
 */
export interface Move<H> {
  readonly event: Event
  /** The last place that was found to exist, with the handles of the directories on the way to it. */
  readonly place: ComponentStack<H>
  /** The type of the file at `place`. */
  readonly kind: Kind
  /** The names after `place` that are missing or were not looked up. */
  readonly tail: ReadonlyArray<string>
  /**
   * What is still to be walked: first the target of the link that was followed last, and at the end the path itself.
   */
  readonly pending: ReadonlyArray<Pending>
  /** The number of links followed so far. */
  readonly links: number
}

/**
 * Walks `path` as `Walk.run` does, but yields every move on the way. The generator returns the outcome of the walk.
 *
 * @example
 * import { Moves, Walk } from "@procfsroot/path"
 *
 * const lookup = ({ name }: Walk.Lookup<string>): Walk.Entry<string> =>
 *   name === "bin" ? { _tag: "SymbolicLink", target: "usr", handle: name } : { _tag: "Directory", handle: name }
 *
 * for (const { event, place } of Moves.of("root", "/bin/..", lookup)) console.log(event._tag, place.handle)
 * // Started root, Followed root, Entered usr, Finished usr, Returned root
 *
 * @since 0.1.0
 * @category constructors
 */
export const of: <H>(
  root: H,
  path: string,
  lookup: (lookup: Lookup<H>) => Entry<H>,
  policy?: Policy
) => Generator<Move<H>, Outcome<H>, void> = internal.moves
