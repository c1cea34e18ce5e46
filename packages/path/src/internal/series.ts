/** Walks many paths in one root and follows each link only once. */
import type { ComponentStack } from "../ComponentStack.js"
import * as Policy from "../Policy.js"
import type { Entry, Lookup, Outcome, Series as Model } from "../Walk.js"
import * as stack from "./componentStack.js"
import type { LinkFrame } from "./frame.js"
import { shortcut } from "./trace.js"
import type { Cursor, End, Links } from "./cursor.js"
import { begin, finish } from "./walk.js"

class Series<H> implements Model<H>, Links<H> {
  readonly #root: ComponentStack<H>
  readonly #lookup: (lookup: Lookup<H>) => Entry<H>
  readonly #policy: Policy.Policy
  readonly #ends = new Map<H, End<H>>()

  constructor(root: H, lookup: (lookup: Lookup<H>) => Entry<H>, policy: Policy.Policy) {
    this.#root = stack.make(root)
    this.#lookup = lookup
    this.#policy = policy
  }

  get size(): number {
    return this.#ends.size
  }

  readonly run = (path: string): Outcome<H> => {
    const begun = begin(this.#root, path, this.#policy)
    if (begun._tag === "Failed") return begun
    begun.links = this
    return finish(begun.next(), this.#lookup)
  }

  recall(link: H): End<H> | undefined {
    return this.#ends.get(link)
  }

  walked({ depends, events, kind, place, searched }: Cursor<H>, { hop, link }: LinkFrame<H>): void {
    if (!depends) this.#ends.set(link, { ...shortcut(hop, events ?? hop), place, kind, searched })
  }
}

/** @internal */
export const series = <H>(
  root: H,
  lookup: (lookup: Lookup<H>) => Entry<H>,
  policy: Policy.Policy = Policy.defaultPolicy
): Model<H> => new Series(root, lookup, policy)
