/**
 * Times contestants against each other in turns, so that everything that slows the machine slows all of them. Those
 * that run in this process share the code that V8 compiles for all of them. It does not force garbage collections in
 * between, since these would shrink the heap more than in real programs.
 */
import type { Contestant } from "./contestants.js"
import { Random } from "./random.js"

/** The cost of one round, in microseconds per path. */
export interface Cost {
  readonly cpu: number
  readonly clock: number
}

export interface Timing {
  readonly name: string
  /** The CPU time of the whole process in each round, in microseconds per path. */
  readonly cpu: ReadonlyArray<number>
  /** The elapsed time of each round, in microseconds per path. */
  readonly clock: ReadonlyArray<number>
}

/** The options of a race. */
export interface RaceOptions {
  readonly rounds: number
  readonly seed: number
  /** How many rounds come first, whose times are not kept; by default one. A new process needs more. */
  readonly warmUp?: number
}

const sliceFor = (paths: ReadonlyArray<string>, { slice }: Contestant): ReadonlyArray<string> =>
  slice === undefined ? paths : paths.slice(0, slice)

const answersOf = async (contestant: Contestant, paths: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  await contestant.prepare?.(paths)
  return (await contestant.run(paths))()
}

const differing = (
  paths: ReadonlyArray<string>,
  [expected, answers]: readonly [ReadonlyArray<string>, ReadonlyArray<string>]
): ReadonlyArray<string> => paths.filter((_, i) => i < answers.length && answers[i] !== expected[i])

/**
 * How often two contestants are asked for paths where they differ. If something is mounted anywhere on the machine,
 * Linux can start a path again and count its links twice. A chain of more than 20 links then fails with ELOOP once.
 */
const ATTEMPTS = 5

const settle = async (
  first: Contestant,
  other: Contestant,
  paths: ReadonlyArray<string>,
  attempts: number
): Promise<void> => {
  const both = [await answersOf(first, paths), await answersOf(other, paths)] as const
  const left = differing(paths, both)
  if (left.length === 0) return
  if (attempts > 1) return settle(first, other, left, attempts - 1)
  const i = paths.indexOf(left[0] ?? "")
  throw new Error(`${other.name} answers ${both[1][i]} for ${paths[i]}, ${first.name} answers ${both[0][i]}`)
}

/**
 * Checks that all contestants give the same answers as the first one. Fails with the first answer that stays different.
 */
export const agree = async (contestants: ReadonlyArray<Contestant>, paths: ReadonlyArray<string>): Promise<void> => {
  const [first, ...others] = contestants
  if (first === undefined) return
  const expected = await answersOf(first, paths)
  for (const other of others) {
    const answers = await answersOf(other, sliceFor(paths, other))
    const doubtful = differing(paths, [expected, answers])
    if (doubtful.length > 0) await settle(first, other, doubtful, ATTEMPTS)
  }
}

/** Runs a contestant in this process, and returns the total cost in microseconds. */
export const timed = async <A>(run: () => Promise<A>): Promise<Cost & { readonly answer: A }> => {
  const before = process.cpuUsage()
  const start = process.hrtime.bigint()
  const answer = await run()
  const clock = Number(process.hrtime.bigint() - start) / 1_000
  const { system, user } = process.cpuUsage(before)
  return { answer, cpu: user + system, clock }
}

const timeOnce = async (contestant: Contestant, paths: ReadonlyArray<string>): Promise<Cost> => {
  const { clock, cpu } = await timed(() => contestant.run(paths))
  return contestant.cost?.() ?? { cpu: cpu / paths.length, clock: clock / paths.length }
}

export const race = async (
  contestants: ReadonlyArray<Contestant>,
  paths: ReadonlyArray<string>,
  { rounds, seed, warmUp = 1 }: RaceOptions
): Promise<ReadonlyArray<Timing>> => {
  const random = new Random(seed)
  const runners = contestants.map((contestant) => ({
    contestant,
    paths: sliceFor(paths, contestant),
    times: new Array<Cost>()
  }))
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const { contestant, paths, times } of random.shuffled(runners)) {
      await contestant.prepare?.(paths)
      const time = await timeOnce(contestant, paths)
      if (round >= warmUp) times.push(time)
    }
  }
  return runners.map(({ contestant: { name }, times }) => ({
    name,
    cpu: times.map(({ cpu }) => cpu),
    clock: times.map(({ clock }) => clock)
  }))
}
