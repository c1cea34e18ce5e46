/** Writes the results as one self-contained page: tables, plots, and the spread of every number. */
import type { Comparison } from "./compare.js"
import type { Results } from "./measure.js"
import { darkStyle, plotOf } from "./plots.js"
import { comparisonText, machineLine, planLine, ratioOf, versionsLine } from "./report.js"
import { columnsOf, figure, roundsOf, spreadOf, type Table } from "./tables.js"

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;" }

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? character)

const style = `
:root { color-scheme: light dark; --ink: #1f2328; --quiet: #59636e; --page: #fff; --line: #d1d9e0; --bad: #b3261e; --good: #0d7d6c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f6fc; --quiet: #9198a1; --page: #0d1117; --line: #3d444d; --bad: #ff7b72; --good: #2fb39c }
}
body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--page);
  margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
p, small { color: var(--quiet) }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem; text-align: right; white-space: nowrap }
th:first-child { text-align: left; white-space: normal; min-width: 12rem }
small { display: block; font-size: 11px }
.missed { color: var(--bad) }
.ok { color: var(--good) }
svg { max-width: 100%; height: auto }
pre { overflow-x: auto }
${darkStyle}`

const tag = (name: string, content: string, attributes = ""): string => `<${name}${attributes}>${content}</${name}>`

const rowOf = (head: string, cells: ReadonlyArray<string>): string => tag("tr", tag("th", head) + cells.join(""))

/** The median and its ratio to the base, with the quartiles below. */
const cell = (table: Table, name: string, column: string): string => {
  const { high, low, median } = spreadOf(roundsOf(table, name, column))
  if (Number.isNaN(median)) return tag("td", "")
  const ratio = ratioOf(table, name, column)
  const spread = low === high ? "" : tag("small", `${figure(low)}–${figure(high)}`)
  return tag("td", `${figure(median)}${Number.isNaN(ratio) ? "" : ` · <b>${figure(ratio)}</b>`}${spread}`)
}

/** The number of columns that fit on a page. A table with more columns is transposed. */
const FITTING = 8

const tableOf = (table: Table): string => {
  const columns = columnsOf(table)
  const names = table.rows.map(({ name }) => name)
  const isTurned = columns.length > FITTING && names.length <= FITTING
  const [down, across] = isTurned ? [columns, names] : [names, columns]
  const heads = rowOf("", across.map((name) => tag("th", escaped(name))))
  const rows = down.map((name) =>
    rowOf(escaped(name), across.map((other) => isTurned ? cell(table, other, name) : cell(table, name, other)))
  )
  return tag("div", tag("table", heads + rows.join("\n")), " class=\"wide\"")
}

const sectionOf = (table: Table): string => {
  const { base, note, title } = table
  const ratios = base === undefined ? "" : `. Bold: the median of the rounds' ratios to “${base}”`
  return [
    tag("h2", escaped(title)),
    tag("p", `${escaped(note)}${escaped(ratios)}. Small: from the lower to the upper quartile.`),
    tableOf(table),
    // Without a common unit, the columns cannot share an axis.
    table.unit === "" ? "" : plotOf(table)
  ].join("\n")
}

const targets = ({ targets }: Results): string => {
  const rows = targets.map(({ ok, reached, wanted, what }) => {
    const verdict = ok ? "ok" : "missed"
    const cells = [tag("td", figure(wanted)), tag("td", figure(reached)), tag("td", verdict, ` class="${verdict}"`)]
    return rowOf(escaped(what), cells)
  })
  const heads = rowOf("", ["at most", "reached", ""].map((head) => tag("th", head)))
  return `${tag("h2", "Wanted")}\n${tag("div", tag("table", heads + rows.join("\n")), " class=\"wide\"")}`
}

export const html = (results: Results, comparison: Comparison | undefined): string => {
  const { machine, tables } = results
  const title = "procfsroot and its peers"
  const body = [
    tag("h1", title),
    ...[machineLine(machine), versionsLine(machine), planLine(results)].map((line) => tag("p", escaped(line))),
    ...(comparison === undefined ? [] : [tag("pre", escaped(comparisonText(comparison)))]),
    targets(results),
    ...tables.map(sectionOf)
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}
</style>
</head>
<body>
${body.join("\n")}
</body>
</html>
`
}
