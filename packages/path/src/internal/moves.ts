/** Derives the moves of a walk from the states of its cursor. */
import type { ComponentStack } from "../ComponentStack.js"
import type { Event, Move, Pending } from "../Moves.js"
import * as Policy from "../Policy.js"
import type { RootedPath } from "../RootedPath.js"
import type { Entry, Lookup, Outcome, Step } from "../Walk.js"
import * as stack from "./componentStack.js"
import type { Cursor } from "./cursor.js"
import type { Frame } from "./frame.js"
import { begin } from "./walk.js"

const linkOf = <H>({ hop }: Frame<H>): RootedPath | undefined => hop && stack.toPath(hop.directory, [hop.name])

/** The offset in each lower frame is where the frame above it resumes. */
const pendingOf = <H>(cursor: Cursor<H>): ReadonlyArray<Pending> => {
  const pending: Array<Pending> = []
  let { offset } = cursor
  for (let frame: Frame<H> | undefined = cursor.frame; frame !== undefined; frame = frame.below) {
    pending.push({ text: frame.text, offset, link: linkOf(frame) })
    offset = frame.resume
  }
  return pending
}

const moveOf = <H>(cursor: Cursor<H>, event: Event): Move<H> => ({
  event,
  place: cursor.place,
  kind: cursor.kind,
  tail: [...cursor.tail ?? []],
  pending: pendingOf(cursor),
  links: cursor.followed
})

/** The state before a move. `eventOf` compares it with the state after it. */
interface Before<H> {
  readonly frame: Frame<H>
  readonly place: ComponentStack<H>
  readonly tail: ReadonlyArray<string>
}

const eventOf = <H>(before: Before<H>, { frame, kind, offset, place, start }: Cursor<H>): Event => {
  const finished = frame === before.frame.below ? linkOf(before.frame) : undefined
  if (finished !== undefined) return { _tag: "Finished", link: finished }
  const followed = frame === before.frame ? undefined : frame.hop
  if (followed !== undefined) {
    const { directory, name, target } = followed
    const link = stack.toPath(directory, [name])
    return { _tag: "Followed", name, link, target, restarted: target.startsWith("/") }
  }
  const name = frame.text.slice(start, offset - 1)
  if (name === "." || name === "") return { _tag: "Stayed", name }
  if (name === "..") {
    const left = before.tail.at(-1) ?? before.place.name
    return before.tail.length === 0 && place === before.place ? { _tag: "Clamped" } : { _tag: "Returned", name: left }
  }
  if (place === before.place) return { _tag: "Absent", name }
  return { _tag: kind === "SymbolicLink" ? "Kept" : "Entered", name }
}

/** @internal */
export function* moves<H>(
  root: H,
  path: string,
  lookup: (lookup: Lookup<H>) => Entry<H>,
  policy: Policy.Policy = Policy.defaultPolicy
): Generator<Move<H>, Outcome<H>, void> {
  const cursor = begin(stack.make(root), path, policy)
  if (cursor._tag === "Failed") return cursor
  yield moveOf(cursor, { _tag: "Started" })
  while (true) {
    const { frame, place, tail = [] } = cursor
    const before = { frame, place, tail: [...tail] }
    let step: Step<H> | undefined = cursor.move()
    // The answer to the lookup of `.` does not move the cursor: it has to handle the dot again.
    while (step?._tag === "Lookup") step = cursor.take(lookup(step)) ?? (step.name === "." ? cursor.move() : undefined)
    if (step !== undefined) return step
    yield moveOf(cursor, eventOf(before, cursor))
  }
}
