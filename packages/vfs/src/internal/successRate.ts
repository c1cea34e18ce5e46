/** Estimates whether a call is worth making, from how often it succeeded before. */
import type { SuccessRate as Model } from "../SuccessRate.js"

class SuccessRate implements Model {
  #average = 1
  #waived = 0

  get average(): number {
    return this.#average
  }

  isWorthAsking(share: number): boolean {
    return this.#average > share || (this.#waived++ & 15) === 0
  }

  record(success: boolean): void {
    this.#average += ((success ? 1 : 0) - this.#average) / 16
  }
}

/** @internal */
export const make = (): Model => new SuccessRate()
