/** The holes of a file: its blocks that were never written, which take no space (`lseek(2)`, SEEK_HOLE). */

/** Blocks from the first number up to, but not including, the second. */
type Hole = readonly [from: number, to: number]

/** @internal */
export class Holes {
  /** From the start of the file to its end. No two of them touch. */
  readonly #holes: Array<Hole> = []
  /** How many blocks are in holes. */
  count = 0

  /** Returns how many of these blocks are in holes. */
  within(from: number, to: number): number {
    let count = 0
    for (let i = this.#search(from); i < this.#holes.length; i++) {
      const [start, end] = this.#holes[i] ?? [to, to]
      if (start >= to) break
      count += Math.min(end, to) - Math.max(start, from)
    }
    return count
  }

  /** Returns the first blocks that are not in a hole: those from `block` or from the end of its hole, up to the next. */
  dataFrom(block: number): readonly [from: number, to: number | undefined] {
    const at = this.#search(block)
    const [start, end] = this.#holes[at] ?? []
    return start !== undefined && end !== undefined && start <= block ? [end, this.#holes[at + 1]?.[0]] : [block, start]
  }

  /** Adds blocks after all that the file has. */
  add(from: number, to: number): void {
    if (to <= from) return
    const last = this.#holes.at(-1)
    if (last?.[1] === from) this.#holes[this.#holes.length - 1] = [last[0], to]
    else this.#holes.push([from, to])
    this.count += to - from
  }

  /** Removes these blocks: they were written, or cut off. */
  fill(from: number, to: number): void {
    const filled = this.within(from, to)
    if (filled === 0) return
    const first = this.#search(from)
    let last = first
    while ((this.#holes[last + 1]?.[0] ?? to) < to) last++
    const [start] = this.#holes[first] ?? [from]
    const [, end] = this.#holes[last] ?? [from, to]
    const left: ReadonlyArray<Hole> = [[start, from], [to, end]]
    this.#holes.splice(first, last + 1 - first, ...left.filter(([from, to]) => from < to))
    this.count -= filled
  }

  /** Returns the index of the first hole that ends after a block. */
  #search(block: number): number {
    let [from, to] = [0, this.#holes.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#holes[middle]?.[1] ?? 0) <= block) from = middle + 1
      else to = middle
    }
    return from
  }
}
