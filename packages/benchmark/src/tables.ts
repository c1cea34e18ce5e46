/** The format of all measurements, for reports, plots and comparisons. */
import { quantileSorted } from "simple-statistics"

export interface Cell {
  readonly column: string
  /** One value per round. */
  readonly rounds: ReadonlyArray<number>
}

interface Row {
  readonly name: string
  readonly cells: ReadonlyArray<Cell>
}

export interface Table {
  readonly title: string
  readonly note: string
  readonly unit: string
  /**
   * The row that the others are divided by. Rows of one table are measured in turns, so their ratios are meaningful.
   */
  readonly base?: string
  /** What the columns count. If it is set, they are numbers, and the plot shows how the cost grows with them. */
  readonly scale?: string
  readonly rows: ReadonlyArray<Row>
}

export interface Spread {
  readonly median: number
  /** Half of the values are between these two quartiles. */
  readonly low: number
  readonly high: number
}

export const spreadOf = (values: ReadonlyArray<number>): Spread => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number) => sorted.length === 0 ? NaN : quantileSorted(sorted, part)
  return { median: at(0.5), low: at(0.25), high: at(0.75) }
}

export const medianOf = (values: ReadonlyArray<number>): number => spreadOf(values).median

/** The columns of a table, from left to right. */
export const columnsOf = ({ rows }: Table): ReadonlyArray<string> => [
  ...new Set(rows.flatMap(({ cells }) => cells.map(({ column }) => column)))
]

/** The values of a cell. Empty if nothing was measured. */
export const roundsOf = ({ rows }: Table, name: string, column: string): ReadonlyArray<number> =>
  rows.find((row) => row.name === name)?.cells.find((cell) => cell.column === column)?.rounds ?? []

/** The values of each round divided by those of the same round, since everything that slows the machine slows both. */
export const ratiosOf = (
  values: ReadonlyArray<number>,
  bases: ReadonlyArray<number>
): ReadonlyArray<number> => values.flatMap((value, i) => bases[i] === undefined ? [] : [value / bases[i]])

/** Formats a number with three digits: a shared machine is not more precise. */
export const figure = (value: number): string =>
  Number.isNaN(value) ? "" : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

interface Timed {
  readonly name: string
  readonly cpu: ReadonlyArray<number>
}

/** A table of CPU times, from the race of each column. */
export const timingTable = (
  head: Omit<Table, "rows" | "unit">,
  columns: ReadonlyArray<readonly [column: string, timings: ReadonlyArray<Timed>]>
): Table => {
  const names = [...new Set(columns.flatMap(([, timings]) => timings.map(({ name }) => name)))]
  return {
    ...head,
    unit: "µs",
    rows: names.map((name) => ({
      name,
      cells: columns.flatMap(([column, timings]) =>
        timings.filter((timing) => timing.name === name).map(({ cpu }) => ({ column, rounds: cpu }))
      )
    }))
  }
}
