/** Lets a limited number of programs run at the same time. The others wait in a queue. */
import type { Program } from "../Program.js"
import { Call } from "./program.js"

/** @internal */
export class Semaphore {
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>()
  #free: number

  constructor(permits: number) {
    this.#free = permits
  }

  /** Runs a program as soon as there is a permit for it. */
  *hold<A>(program: () => Program<A>): Program<A> {
    if (this.#free > 0) this.#free--
    else yield* this.#wait()
    try {
      return yield* program()
    } finally {
      this.#pass()
    }
  }

  *#wait(): Program<void> {
    const turn = this.#turn()
    try {
      yield* turn
    } catch (thrown) {
      // Interrupted after the permit had been passed to this program, and before it could go on.
      if (turn.answer !== undefined) this.#pass()
      throw thrown
    }
  }

  /** Passes a permit to the next program in the queue. Those that come later cannot take it before. */
  #pass(): void {
    const [next] = this.#waiting
    if (next === undefined) return void this.#free++
    this.#waiting.delete(next)
    next()
  }

  #turn(): Call<void> {
    return new Call((done) => {
      const begin = () => done({ value: undefined })
      this.#waiting.add(begin)
      return () => this.#waiting.delete(begin)
    })
  }
}
