/** The descriptors of a process in memory. */

/**
 * Gives the lowest number that is free, as `open(2)` does. The first three are in use from the start.
 *
 * @internal
 */
export class Descriptors {
  readonly #used = new Set<number>()
  /** All lower numbers are in use (`next_fd` in `fs/file.c`), so a program that only opens files searches for none. */
  #next = 3

  /** How many are in use. */
  get size(): number {
    return this.#used.size
  }

  take(): number {
    while (this.#used.has(this.#next)) this.#next++
    this.#used.add(this.#next)
    return this.#next++
  }

  release(descriptor: number): void {
    this.#used.delete(descriptor)
    this.#next = Math.min(this.#next, descriptor)
  }
}
