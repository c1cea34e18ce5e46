/** What is wanted, as ratios in one run. */
import { names } from "./contestants.js"
import type { Timing } from "./race.js"
import type { ListName } from "./workloads.js"

export interface ListResult {
  readonly name: ListName
  readonly title: string
  readonly distinct: number
  readonly meanDepth: number
  readonly timings: ReadonlyArray<Timing>
}

interface Target {
  readonly of: string
  readonly to: string
  readonly wanted: Readonly<Record<ListName, number>>
}

const targets: ReadonlyArray<Target> = [
  { of: names.kernel, to: names.floor, wanted: { a: 0.7, b: 1.1, c: 1.3, m: 4 } },
  { of: names.walk, to: names.realpathSync, wanted: { a: 0.85, b: 0.7, c: 0.65, m: 0.6 } },
  { of: names.batch, to: names.floor, wanted: { a: 0.25, b: 0.45, c: 0.5, m: 1.5 } }
]

export interface Reached {
  readonly what: string
  readonly list: string
  readonly wanted: number
  readonly reached: number
  readonly ok: boolean
}

export const cpuOf = (timings: ReadonlyArray<Timing>, name: string): number =>
  timings.find((timing) => timing.name === name)?.cpu ?? NaN

export const reached = (what: string, list: string, wanted: number, value: number): Reached => ({
  what,
  list,
  wanted,
  reached: value,
  ok: value <= wanted
})

export const compare = (lists: ReadonlyArray<ListResult>): ReadonlyArray<Reached> =>
  targets.flatMap(({ of, to, wanted }) =>
    lists.map(({ name, timings }) =>
      reached(`${of} ÷ ${to}`, name, wanted[name], cpuOf(timings, of) / cpuOf(timings, to))
    )
  )
