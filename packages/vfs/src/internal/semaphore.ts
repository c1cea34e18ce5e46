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
    if (this.#free === 0) yield* this.#turn()
    else this.#free--
    try {
      return yield* program()
    } finally {
      const [next] = this.#waiting
      if (next === undefined) this.#free++
      else {
        this.#waiting.delete(next)
        // Pass the permit to the next program in the queue, before anything else runs.
        next()
      }
    }
  }

  #turn(): Call<void> {
    return new Call((done) => {
      const begin = () => done({ value: undefined })
      this.#waiting.add(begin)
      return () => this.#waiting.delete(begin)
    })
  }
}
