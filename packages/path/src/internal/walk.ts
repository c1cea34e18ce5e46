/** Starts a walk, and answers its lookups until it ends. */
import type { ComponentStack } from "../ComponentStack.js"
import * as Policy from "../Policy.js"
import type { RootedPath } from "../RootedPath.js"
import type { Entry, Failed, Location, Lookup, Outcome, Resolved, Step } from "../Walk.js"
import * as stack from "./componentStack.js"
import { Cursor, missing } from "./cursor.js"
import type { Frame } from "./frame.js"

/**
 * Returns a cursor before the first component, or a failure if the path cannot be walked at all.
 *
 * @internal
 */
export const begin = <H>(
  root: ComponentStack<H>,
  path: string,
  policy: Policy.Policy
): Cursor<H> | Failed<H> => {
  const absolute = path.startsWith("/")
  const text = Policy.textOf(policy, path)
  const frame: Frame<H> = { text, hop: undefined, below: undefined, resume: 0, last: true }
  const cursor = new Cursor({ root, policy, fromLength: text.length - path.length }, root, frame, 0, undefined)
  // An empty path is ENOENT for every system call (`getname_flags` in `fs/namei.c`).
  if (path === "") return cursor.failed(missing, stack.toPath(root))
  if (absolute && policy.containment === "beneath") return cursor.escapes()
  if (absolute) cursor.offset = 1
  return cursor
}

/** @internal */
export const start = <H>(rootHandle: H, path: string, policy: Policy.Policy = Policy.defaultPolicy): Step<H> => {
  const begun = begin(stack.make(rootHandle), path, policy)
  return begun._tag === "Failed" ? begun : begun.next()
}

// Only `Cursor` implements `Lookup`: a caller can only answer lookups that a walk has made.
const cursorOf = <H>(lookup: Lookup<H>): Cursor<H> => lookup as Cursor<H>

/** @internal */
export const answer = <H>(lookup: Lookup<H>, entry: Entry<H>): Step<H> => {
  const cursor = cursorOf(lookup).copy()
  return cursor.take(entry) ?? cursor.next()
}

/**
 * Runs a walk to its end. Each lookup is answered only once here, so one cursor is reused: a new cursor for each lookup
 * would add a tenth to the time of a batch.
 *
 * @internal
 */
export const finish = <H>(first: Step<H>, lookup: (lookup: Lookup<H>) => Entry<H>): Outcome<H> => {
  let step = first
  while (step._tag === "Lookup") {
    const cursor = cursorOf(step)
    step = cursor.take(lookup(step)) ?? cursor.next()
  }
  return step
}

/** @internal */
export const run = <H>(
  root: H,
  path: string,
  lookup: (lookup: Lookup<H>) => Entry<H>,
  policy?: Policy.Policy
): Outcome<H> => finish(start(root, path, policy), lookup)

/** @internal */
export const toPath = <H>(outcome: Resolved<H>): RootedPath => stack.toPath(outcome.place, outcome.tail)

/** @internal */
export const location = (outcome: Outcome<unknown>): Location =>
  outcome._tag === "Resolved"
    ? { deepest: stack.toPath(outcome.place), remaining: outcome.tail.join("/") }
    : { deepest: stack.toPath(outcome.deepest), remaining: outcome.remaining }
