/** Pseudorandom numbers: the same seed gives the same numbers. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz"

/** mulberry32, by Tommy Ettinger (public domain). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A number from 0 to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** A whole number from 0 to `limit`, without `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  pick<A>(items: ReadonlyArray<A>): A {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError("there is nothing to pick")
    return item
  }

  /** A file name of 4 to 12 letters. */
  name(): string {
    return Array.from({ length: 4 + this.below(9) }, () => LETTERS.charAt(this.below(LETTERS.length))).join("")
  }

  shuffled<A>(items: ReadonlyArray<A>): ReadonlyArray<A> {
    return items.map((item) => ({ item, at: this.next() })).toSorted((a, b) => a.at - b.at).map(({ item }) => item)
  }
}
