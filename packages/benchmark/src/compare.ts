/** Finds what became slower, or needs more memory, since a saved run. */
import type { Results } from "./measure.js"
import { columnsOf, ratiosOf, roundsOf, type Spread, spreadOf, type Table } from "./tables.js"

type Verdict = "worse" | "better" | "same"

interface Change {
  readonly what: string
  /** The medians: ratios to the base of the table, or values if it has no base. */
  readonly before: number
  readonly after: number
  /** After ÷ before. */
  readonly change: number
  readonly verdict: Verdict
}

export interface Comparison {
  readonly tolerance: number
  /** The largest increase first. */
  readonly changes: ReadonlyArray<Change>
  /** Reasons why the two runs are hard to compare. */
  readonly warnings: ReadonlyArray<string>
}

/**
 * The values of a table that can be compared with another run. Machines differ in speed, and so does one machine at
 * different times. Therefore a row is compared by its ratio to the base of its table, and the base is not compared. A
 * table without a base is compared by its values.
 */
const comparable = (table: Table): ReadonlyMap<string, ReadonlyArray<number>> => {
  const { base, rows, title } = table
  return new Map(
    columnsOf(table).flatMap((column) =>
      rows.filter(({ name }) => name !== base).flatMap(({ name }) => {
        const values = roundsOf(table, name, column)
        const rounds = base === undefined ? values : ratiosOf(values, roundsOf(table, base, column))
        return rounds.length === 0 ? [] : [[`${title}, ${column}: ${name}`, rounds] as const]
      })
    )
  )
}

const allOf = (tables: ReadonlyArray<Table>): ReadonlyMap<string, ReadonlyArray<number>> =>
  new Map(tables.flatMap((table) => [...comparable(table)]))

/** A change counts if it exceeds the tolerance, and if the ranges between the quartiles of both runs do not overlap. */
const judge = (before: Spread, after: Spread, tolerance: number): Verdict => {
  if (after.median > before.median * (1 + tolerance) && after.low > before.high) return "worse"
  if (before.median > after.median * (1 + tolerance) && before.low > after.high) return "better"
  return "same"
}

const differencesOf = (saved: Results, now: Results): ReadonlyArray<string> => {
  const facts = ({ machine: { kernel, memory, processor, versions }, plan }: Results) => ({
    processor,
    memory: `${memory} GB`,
    kernel,
    ...versions,
    ...Object.fromEntries(Object.entries(plan).map(([name, value]) => [`plan's ${name}`, JSON.stringify(value)]))
  })
  const [before, after]: ReadonlyArray<Readonly<Record<string, string>>> = [facts(saved), facts(now)]
  const all = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
  return all.filter((fact) => before?.[fact] !== after?.[fact])
    .map((fact) =>
      `Not the same in both runs: ${fact}, ${before?.[fact] ?? "nothing"} and ${after?.[fact] ?? "nothing"}.`
    )
}

/** With fewer rounds, the quartiles do not show the spread. */
const ROUNDS = 3

export const compare = (saved: Results, now: Results, tolerance: number): Comparison => {
  const [before, after] = [allOf(saved.tables), allOf(now.tables)]
  const changes = [...after].flatMap(([what, rounds]): ReadonlyArray<Change> => {
    const old = before.get(what)
    if (old === undefined) return []
    const [from, to] = [spreadOf(old), spreadOf(rounds)]
    const change = to.median / from.median
    return [{ what, before: from.median, after: to.median, change, verdict: judge(from, to, tolerance) }]
  })
  const isRough = Math.min(saved.plan.rounds, now.plan.rounds) < ROUNDS
  return {
    tolerance,
    changes: changes.toSorted((a, b) => b.change - a.change),
    warnings: [
      ...(isRough ? [`A run of fewer than ${ROUNDS} rounds has no spread: most of its changes mean nothing.`] : []),
      ...differencesOf(saved, now),
      ...[...before.keys()].filter((what) => !after.has(what)).map((what) => `Only in the saved run: ${what}.`)
    ]
  }
}

export const isRegression = ({ changes }: Comparison): boolean => changes.some(({ verdict }) => verdict === "worse")

/** Reads a run that `--json` has saved. */
export const parse = (text: string): Results => {
  const results: unknown = JSON.parse(text)
  if (typeof results !== "object" || results === null || !("tables" in results) || !("machine" in results)) {
    throw new Error("that is not a run that --json has saved")
  }
  return results as Results // `--json` of this program wrote it, so the rest is not checked
}
