/**
 * The content of the page as data: a tree, a path, a policy, and every step of the walk. The walk is the one of
 * `@procfsroot/path`, in a tree of `@procfsroot/vfs`.
 */
import { ComponentStack, Moves, Policy, Walk } from "@procfsroot/path"
import { Errno, type MemoryTree, ResolveFailure } from "@procfsroot/vfs"
import type { Planted } from "./treeText.js"
import { arrived, sentence } from "./words.js"

/** What the user chooses. A link to the page contains all of it. */
export interface State {
  /** The tree as text. */
  readonly tree: string
  readonly path: string
  readonly policy: Policy.Options
  /** Which step is shown. */
  readonly step: number
}

/** A directory or file that the walk holds. */
export interface Held {
  readonly name: string
  readonly path: string
  /**
   * The number of the file, in the order in which the walk found them. The root has number 3, as if they were
   * descriptors.
   */
  readonly handle: number
}

/** A text that is being walked, and the part of it that the last step used. */
export interface Text {
  readonly text: string
  /** Where the part that the step used begins. Equal to `offset` if it used none. */
  readonly start: number
  /** Where the next component begins. */
  readonly offset: number
  readonly link: string | undefined
}

/** A step of the walk, and the state after it. The last step is the outcome. */
export interface Step {
  readonly tag: Moves.Event["_tag"] | "Resolved" | "Failed"
  readonly sentence: string
  /** Everything from the root to the current place. */
  readonly held: ReadonlyArray<Held>
  readonly tail: ReadonlyArray<string>
  /** The text that is currently walked comes first, and the path last. */
  readonly texts: ReadonlyArray<Text>
  readonly links: number
  /** How many targets of links the step was nested in. */
  readonly level: number
}

/** How the walk ended. */
export interface Answer {
  readonly outcome: Walk.Outcome<MemoryTree.Node> | undefined
  readonly path: string | undefined
  readonly failure: ResolveFailure.ResolveFailure | undefined
  readonly location: Walk.Location | undefined
}

export interface Walked {
  readonly steps: ReadonlyArray<Step>
  readonly answer: Answer
  /** How many steps were left out because there are too many. */
  readonly skipped: number
}

/** With links, a short path can take a million steps. */
const MOST_STEPS = 1000

const ROOT = "/"
const FIRST_HANDLE = 3

type Move = Moves.Move<MemoryTree.Node>

class Recorder {
  readonly steps: Array<Step> = []
  skipped = 0
  readonly #policy: Policy.Policy
  readonly #handles = new Map<MemoryTree.Node, number>()
  #last: Move | undefined

  constructor(policy: Policy.Policy) {
    this.#policy = policy
  }

  #handle(node: MemoryTree.Node): number {
    const known = this.#handles.get(node) ?? this.#handles.size + FIRST_HANDLE
    this.#handles.set(node, known)
    return known
  }

  #held(place: ComponentStack.ComponentStack<MemoryTree.Node>): ReadonlyArray<Held> {
    const before = place.parent === undefined ? [] : this.#held(place.parent)
    return [...before, { name: place.name, path: ComponentStack.toPath(place), handle: this.#handle(place.handle) }]
  }

  /** Each text with the part that the move used, found by comparing it with the text before. */
  #texts({ pending }: Move): ReadonlyArray<Text> {
    const before = this.#last?.pending ?? []
    return pending.map(({ link, offset, text }, i) => {
      const was = before[before.length - pending.length + i]
      return { text, link, offset, start: was?.text === text && was.link === link ? was.offset : offset }
    })
  }

  move(move: Move): void {
    const { event, kind, links, pending, place, tail } = move
    const last = this.steps.at(-1)
    if (last !== undefined && this.steps.length >= MOST_STEPS) this.skipped++
    else {
      const held = this.#held(place)
      const before = this.#last?.place
      const scene = {
        directory: before === undefined ? ROOT : ComponentStack.toPath(before),
        place: ComponentStack.toPath(place, tail),
        handle: this.#handle(place.handle),
        kind,
        policy: this.#policy
      }
      const told = sentence(event, scene)
      // The end of a target is not a separate step: it belongs to the step for its last name.
      if (event._tag === "Finished" && last !== undefined) {
        this.steps[this.steps.length - 1] = { ...last, sentence: `${last.sentence} ${told}`, texts: this.#texts(move) }
      } else {this.steps.push({
          tag: event._tag,
          sentence: told,
          held,
          tail,
          texts: this.#texts(move),
          links,
          level: pending.length - 1
        })}
    }
    this.#last = move
  }

  end(tag: "Resolved" | "Failed", told: string): void {
    const last = this.steps.at(-1)
    const texts = last?.texts.map((text) => ({ ...text, start: text.offset })) ?? []
    const { held = [], links = 0, tail = [] } = last ?? {}
    this.steps.push({ tag, sentence: told, held, tail, texts, links, level: Math.max(texts.length - 1, 0) })
  }
}

const refusedBefore = (failure: ResolveFailure.ResolveFailure): Walked => ({
  steps: [{
    tag: "Failed",
    sentence: ResolveFailure.message(failure),
    held: [],
    tail: [],
    texts: [],
    links: 0,
    level: 0
  }],
  answer: { outcome: undefined, path: undefined, failure, location: undefined },
  skipped: 0
})

const errnoOf = (cause: unknown): string | undefined => Errno.isErrno(cause) ? cause.code : undefined

/** Walks `path` in a tree. Throws the same `RangeError` as `Policy.make`. */
export const walk = ({ memory }: Planted, path: string, options: Policy.Options): Walked => {
  const policy = Policy.make(options)
  const refused = ResolveFailure.refused(ROOT, path)
  if (refused !== undefined) return refusedBefore(refused)
  const recorder = new Recorder(policy)
  const moves = Moves.of(memory.root, path, memory.lookup, policy)
  let next = moves.next()
  for (; next.done !== true; next = moves.next()) recorder.move(next.value)
  const outcome = next.value
  const location = Walk.location(outcome)
  const { steps } = recorder
  if (outcome._tag === "Resolved") {
    const found = Walk.toPath(outcome)
    recorder.end("Resolved", arrived(found, outcome))
    return { steps, answer: { outcome, path: found, failure: undefined, location }, skipped: recorder.skipped }
  }
  const failure = ResolveFailure.fromOutcome(ROOT, path, outcome, errnoOf)
  recorder.end("Failed", ResolveFailure.message(failure))
  return { steps, answer: { outcome, path: undefined, failure, location }, skipped: recorder.skipped }
}
