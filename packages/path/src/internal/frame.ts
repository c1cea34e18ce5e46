/** The path and the link targets that are being walked. */
import type { ComponentStack } from "../ComponentStack.js"
import type { RootedPath } from "../RootedPath.js"
import * as stack from "./componentStack.js"
import type { HopEvent } from "./trace.js"

interface Text {
  readonly text: string
  /** Where to continue in the frame below. */
  readonly resume: number
  /** Nothing is left in the frames below: the last component of this text is the last one of all. */
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
 * Text whose components are still to be resolved: the path, or the target of a link. The kernel's `nd->stack`.
 *
 * A frame stays until the entry for its last component is known: links met as the last component of a link's target are
 * still part of that link's expansion, which makes it possible to detect loops exactly.
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
 * The links from `name` at `place` to itself, if it is met while its own target is being walked: then it leads to itself
 * for ever.
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
