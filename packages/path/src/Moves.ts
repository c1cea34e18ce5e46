/**
 * A walk, move by move, for programs that show how a path resolves: what each component did, what is left of the texts
 * that are being walked, and which directories the walk holds.
 *
 * @since 0.1.0
 */
import type { ComponentStack } from "./ComponentStack.js"
import * as internal from "./internal/moves.js"
import type { Policy } from "./Policy.js"
import type { RootedPath } from "./RootedPath.js"
import type { Entry, Kind, Lookup, Outcome } from "./Walk.js"

/**
 * A path or the target of a link that is not fully walked yet.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pending {
  readonly text: string
  /** Where its next component begins. If nothing is left, it is greater than the length of the text. */
  readonly offset: number
  /** The link whose target the text is; `undefined` for the path itself. */
  readonly link: RootedPath | undefined
}

/**
 * What a component did to the walk.
 *
 * - `Started`: nothing yet. The walk is at the root.
 * - `Entered`: the name is a directory or another file, which is now the place. The latter must be the last component.
 * - `Kept`: the name is a link, which the policy keeps as the result.
 * - `Followed`: the name is a link. Its target is walked next, from the root if it `restarted` there.
 * - `Finished`: nothing of the target of the link is left, so the text that the link is in continues.
 * - `Absent`: the name is missing, which the policy permits, or unchecked.
 * - `Stayed`: a `.`, or two slashes in a row, or one at the end.
 * - `Returned`: a `..` left the directory `name` for its parent, or removed the missing name `name`.
 * - `Clamped`: a `..` was kept at the root.
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
  /** The last place that was looked up and exists, with the handles of the directories on the way to it. */
  readonly place: ComponentStack<H>
  /** What is at `place`. */
  readonly kind: Kind
  /** The names after `place` that are missing or unchecked. */
  readonly tail: ReadonlyArray<string>
  /** The texts that are being walked, first the target of the last link, and the path at the end. */
  readonly pending: ReadonlyArray<Pending>
  /** How many links have been followed. */
  readonly links: number
}

/**
 * Yields each move, and returns how the walk ended. The walk is the same as that of `Walk.run`.
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
