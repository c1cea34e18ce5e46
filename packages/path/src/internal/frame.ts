/** The path, and the targets of the links that are being followed. */
import type { ComponentStack } from "../ComponentStack.js"
import type { RootedPath } from "../RootedPath.js"
import type { Failed } from "../Walk.js"
import * as stack from "./componentStack.js"
import type { HopEvent } from "./trace.js"

type Location<H> = Pick<Failed<H>, "deepest" | "remaining">

interface Text {
  readonly text: string
  /** The offset at which to continue in the frame below. */
  readonly resume: number
  /**
   * Whether nothing is left in the frames below, so that the last component of this text is the last one of the whole
   * walk.
   */
  readonly last: boolean
}

interface PathFrame extends Text {
  readonly hop: undefined
  readonly below: undefined
}

/**
 * The target of the link `hop`.
 *
 * @internal
 */
export interface LinkFrame<H> extends Text {
  readonly hop: HopEvent<H>
  /** The handle of the link. */
  readonly link: H
  readonly below: Frame<H>
}

/**
 * A text whose components are being walked: the path, or the target of a link. The kernel keeps these in `nd->stack`.
 *
 * A frame is removed only after the entry of its last component is known. So a link that is the last component of
 * another link's target still counts as part of it, which makes it possible to detect loops exactly.
 *
 * @internal
 */
export type Frame<H> = PathFrame | LinkFrame<H>

const SLASH = 47

/**
 * Whether only slashes are left, starting at `offset`.
 *
 * @internal
 */
export const onlySlashes = <H>(from: Frame<H>, offset: number): boolean => {
  let frame: Frame<H> | undefined = from
  while (frame !== undefined) {
    for (let i = offset; i < frame.text.length; i++) if (frame.text.charCodeAt(i) !== SLASH) return false
    offset = frame.resume
    frame = frame.below
  }
  return true
}

/**
 * Returns the links of the cycle if the target of the link `name` at `place` is already being walked. Such a link leads
 * to itself forever. Returns `undefined` if there is no cycle.
 *
 * @internal
 */
export const cycleAt = <H>(
  inner: Frame<H>,
  place: ComponentStack<H>,
  name: string
): ReadonlyArray<RootedPath> | undefined => {
  for (let frame = inner; frame.hop !== undefined; frame = frame.below) {
    if (frame.hop.name === name && stack.equals(frame.hop.directory, place)) return cycleFrom(frame, inner)
  }
  return undefined
}

const cycleFrom = <H>(outer: Frame<H>, inner: Frame<H>): ReadonlyArray<RootedPath> => {
  const members: Array<RootedPath> = []
  for (let frame = inner; frame.hop !== undefined; frame = frame.below) {
    members.unshift(stack.toPath(frame.hop.directory, [frame.hop.name]))
    if (frame === outer) break
  }
  return members
}

/**
 * How far a walk got in the path that was passed, when it was at `place` and the component at `start` of the innermost
 * text. While the target of a link is being walked, that link is the first remaining component.
 *
 * @internal
 */
export const reached = <H>(inner: Frame<H>, place: ComponentStack<H>, start: number): Location<H> => {
  if (inner.hop === undefined) return { deepest: place, remaining: inner.text.slice(start) }
  let frame = inner
  while (frame.below.hop !== undefined) frame = frame.below
  const { below: { text }, hop, resume } = frame
  return {
    deepest: hop.directory,
    remaining: resume > text.length ? hop.name : `${hop.name}/${text.slice(resume)}`
  }
}
