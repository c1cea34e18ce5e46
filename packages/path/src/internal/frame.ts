/** The path and the link targets that are being walked. */
import type { ComponentStack } from "../ComponentStack.js"
import type { RootedPath } from "../RootedPath.js"
import * as stack from "./componentStack.js"
import type { HopEvent } from "./trace.js"

/**
 * Text whose components are still to be resolved: the path, or the target of the link `hop`. The kernel's `nd->stack`.
 *
 * A frame stays until the entry for its last component is known: links met as the last component of a link's target are
 * still part of that link's expansion, which makes it possible to detect loops exactly.
 *
 * @internal
 */
export interface Frame<H> {
  readonly text: string
  readonly hop: HopEvent<H> | undefined
  readonly below: Frame<H> | undefined
  /** Where to continue in the frame below. */
  readonly resume: number
  /** Nothing is left in the frames below: the last component of this text is the last one of all. */
  readonly last: boolean
}

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
  let frame: Frame<H> | undefined = inner
  while (frame?.hop !== undefined) {
    if (frame.hop.name === name && stack.equals(frame.hop.directory, place)) return cycleFrom(frame, inner)
    frame = frame.below
  }
  return undefined
}

const cycleFrom = <H>(outer: Frame<H>, inner: Frame<H>): ReadonlyArray<RootedPath> => {
  const members: Array<RootedPath> = []
  let frame: Frame<H> | undefined = inner
  while (frame?.hop !== undefined) {
    members.unshift(stack.toPath(frame.hop.directory, [frame.hop.name]))
    if (frame === outer) break
    frame = frame.below
  }
  return members
}
