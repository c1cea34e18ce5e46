/**
 * Times contestants against each other: in one process, in turns, so that what slows the machine slows them all. No garbage
 * is collected in between: that would leave everybody the smallest heap, which no program has that is at work.
 */
import type { Contestant } from "./contestants.js"
import { Random } from "./random.js"

/** Of one round, microseconds a path. */
export interface Cost {
  readonly cpu: number
  readonly clock: number
}

export interface Timing {
  readonly name: string
  /** Processor time of the whole process in each round, microseconds a path. */
  readonly cpu: ReadonlyArray<number>
  /** Time on the clock, the same. */
  readonly clock: ReadonlyArray<number>
}

/** What a race is told. */
export interface RaceOptions {
  readonly rounds: number
  readonly seed: number
}

const sliceFor = (paths: ReadonlyArray<string>, { slice }: Contestant): ReadonlyArray<string> =>
  slice === undefined ? paths : paths.slice(0, slice)

/** Fails with the first answers that differ from those of the first contestant. */
export const agree = async (contestants: ReadonlyArray<Contestant>, paths: ReadonlyArray<string>): Promise<void> => {
  let expected: ReadonlyArray<string> | undefined
  for (const contestant of contestants) {
    await contestant.prepare?.(sliceFor(paths, contestant))
    const answers = (await contestant.run(sliceFor(paths, contestant)))()
    expected ??= answers
    const at = answers.findIndex((answer, i) => answer !== expected?.[i])
    if (at !== -1) {
      throw new Error(
        `${contestant.name} answers ${answers[at]} for ${paths[at]}, ${contestants[0]?.name} answers ${expected[at]}`
      )
    }
  }
}

const timeOnce = async (contestant: Contestant, paths: ReadonlyArray<string>): Promise<Cost> => {
  const before = process.cpuUsage()
  const start = process.hrtime.bigint()
  await contestant.run(paths)
  const clock = Number(process.hrtime.bigint() - start) / 1_000
  const { system, user } = process.cpuUsage(before)
  return contestant.cost?.() ?? { cpu: (user + system) / paths.length, clock: clock / paths.length }
}

export const race = async (
  contestants: ReadonlyArray<Contestant>,
  paths: ReadonlyArray<string>,
  { rounds, seed }: RaceOptions
): Promise<ReadonlyArray<Timing>> => {
  const random = new Random(seed)
  const runners = contestants.map((contestant) => ({
    contestant,
    paths: sliceFor(paths, contestant),
    times: new Array<Cost>()
  }))
  // The first round is the warm-up: its times are not kept.
  for (let round = 0; round <= rounds; round++) {
    for (const { contestant, paths, times } of random.shuffled(runners)) {
      await contestant.prepare?.(paths)
      const time = await timeOnce(contestant, paths)
      if (round > 0) times.push(time)
    }
  }
  return runners.map(({ contestant: { name }, times }) => ({
    name,
    cpu: times.map(({ cpu }) => cpu),
    clock: times.map(({ clock }) => clock)
  }))
}
