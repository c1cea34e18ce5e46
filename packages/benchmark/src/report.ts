/** Writes the results as text. */
import type { Comparison } from "./compare.js"
import type { Machine } from "./machine.js"
import type { Results } from "./measure.js"
import { columnsOf, figure, medianOf, ratiosOf, roundsOf, type Table } from "./tables.js"

type Cells = ReadonlyArray<string>

const isNumeric = (cell: string): boolean => /^[\d.,]*$/.test(cell)

/** Lays out a table. Columns of numbers are aligned to the right. */
const grid = (head: Cells, rows: ReadonlyArray<Cells>): string => {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const right = head.map((_, i) => rows.every((row) => isNumeric(row[i] ?? "")))
  const line = (row: Cells) =>
    row.map((cell, i) => right[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)).join("  ")
      .trimEnd()
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n")
}

const section = (title: string, note: string, text: string): string => `${title}: ${note}\n\n${text}\n`

/** The ratio to the base of the table; NaN if it has no base, or if this row is the base. */
export const ratioOf = (table: Table, name: string, column: string): number =>
  table.base === undefined || table.base === name
    ? NaN
    : medianOf(ratiosOf(roundsOf(table, name, column), roundsOf(table, table.base, column)))

/** A table with more columns than this is transposed. */
const MANY = 6

const textOf = (table: Table): string => {
  const columns = columnsOf(table)
  const { base, note, rows, title } = table
  const cells = (name: string, column: string, hasRatio: boolean): Cells => {
    const value = figure(medianOf(roundsOf(table, name, column)))
    return hasRatio ? [value, figure(ratioOf(table, name, column))] : [value]
  }
  const heads = (name: string, hasRatio: boolean): Cells => hasRatio ? [name, "÷"] : [name]
  const hasBase = base !== undefined
  const names = rows.map(({ name }) => name)
  const turned = () =>
    grid(
      ["", ...names.flatMap((name) => heads(name, hasBase && name !== base))],
      columns.map((column) => [column, ...names.flatMap((name) => cells(name, column, hasBase && name !== base))])
    )
  const upright = () =>
    grid(
      ["", ...columns.flatMap((column) => heads(column, hasBase))],
      names.map((name) => [name, ...columns.flatMap((column) => cells(name, column, hasBase))])
    )
  const text = columns.length > MANY && names.length < MANY ? turned() : upright()
  return section(title, base === undefined ? note : `${note}\n  ÷: ${base}`, text)
}

const targets = ({ targets }: Results): string => {
  const rows = targets.map(({ ok, reached, wanted, what }) => [
    what,
    figure(wanted),
    figure(reached),
    ok ? "ok" : "missed"
  ])
  return section("Wanted", "at most", grid(["", "wanted", "reached", ""], rows))
}

export const machineLine = ({ fileSystem, kernel, memory, processor }: Machine): string =>
  `${processor}, ${memory} GB; Linux ${kernel}; temporary files on file system ${fileSystem}`

export const versionsLine = ({ versions }: Machine): string =>
  Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")

export const planLine = ({ machine, plan }: Results): string =>
  `${machine.date}, seed ${plan.seed}, medians of ${plan.rounds} interleaved rounds. Only the ratios mean anything.`

const percent = (change: number): string => `${change >= 1 ? "+" : "−"}${Math.abs((change - 1) * 100).toFixed(0)} %`

/** Describes a comparison, with the largest increase first. Unchanged values are only counted. */
export const comparisonText = ({ changes, tolerance, warnings }: Comparison): string => {
  const changed = changes.filter(({ verdict }) => verdict !== "same")
  const rows = changed.map(({ after, before, change, verdict, what }) => [
    verdict,
    what,
    figure(before),
    figure(after),
    percent(change)
  ])
  const note = `${changes.length} measurements, ${changed.length} of them changed by more than ${tolerance * 100} % ` +
    "and by more than their spread"
  const text = rows.length === 0 ? "Nothing changed." : grid(["", "", "before", "after", "change"], rows)
  return section("Compared with the saved run", note, [...warnings, text].join("\n"))
}

export const report = (results: Results): string => {
  const { machine, tables } = results
  const head = [machineLine(machine), versionsLine(machine), planLine(results), ""].join("\n")
  return [head, ...tables.map(textOf), targets(results)].join("\n")
}
