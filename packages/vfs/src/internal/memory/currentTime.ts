/** The time that operations on a tree record in files. */
import type { Clock } from "../../MemoryTree.js"

/**
 * Set either as a number, or as a clock, which is asked at most once, and only if an operation needs the time: most
 * operations do not.
 *
 * @internal
 */
export class CurrentTime {
  #now = 0
  #clock: Clock | undefined = undefined

  get now(): number {
    if (this.#clock !== undefined) {
      this.#now = this.#clock.now()
      this.#clock = undefined
    }
    return this.#now
  }

  set now(now: number) {
    this.#now = now
    this.#clock = undefined
  }

  use(clock: Clock | undefined): void {
    this.#clock = clock
  }
}
