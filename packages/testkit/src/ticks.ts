/** Measures whether timers still run while a program works. */
import * as Effect from "effect/Effect"

const PERIOD = 10

export interface Ticks {
  /** How often a timer of 10 ms fired. */
  readonly come: number
  /**
   * How often it could have fired. On a busy machine, this is measured by the CPU time of this
   * process, not by the clock.
   */
  readonly due: number
}

const processorTime = (): number => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1_000
}

/** Runs a program and a timer at the same time. The program must take some time. */
export const ticks = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<Ticks, E, R> =>
  Effect.suspend(() => {
    let come = 0
    const timer = setInterval(() => come++, PERIOD)
    const before = { clock: performance.now(), processor: processorTime() }
    return program.pipe(
      Effect.map(() => {
        const time = Math.min(performance.now() - before.clock, processorTime() - before.processor)
        return { come, due: time / PERIOD }
      }),
      Effect.ensuring(Effect.sync(() => clearInterval(timer)))
    )
  })
