/** So many programs at the same time, and the others wait for their turn. */
import type { Program } from "../Program.js"
import { Call } from "./program.js"

/** @internal */
export class Semaphore {
  readonly #waiting: Array<() => void> = []
  #free: number

  constructor(permits: number) {
    this.#free = permits
  }

  /** A program that begins when there is a permit. */
  *hold<A>(program: () => Program<A>): Program<A> {
    if (this.#free === 0) yield* this.#turn()
    else this.#free--
    try {
      return yield* program()
    } finally {
      const next = this.#waiting.shift()
      // The permit goes to who is next, before anybody else runs.
      if (next === undefined) this.#free++
      else next()
    }
  }

  #turn(): Call<void> {
    return new Call((done) => {
      const begin = () => done({ value: undefined })
      this.#waiting.push(begin)
      return () => {
        const at = this.#waiting.indexOf(begin)
        if (at !== -1) this.#waiting.splice(at, 1)
      }
    })
  }
}
