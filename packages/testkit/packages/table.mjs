// The table of `npm run test:packages`: one row per combination, with the result of each step.

const columns = ["install", "types", "run"]

const seconds = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`

/** Prints each row as it ends. If a row has no step for a column, that cell stays empty. */
export const makeTable = () => {
  const rows = []
  const failures = []

  /** Runs the steps in order until one fails. Each can return a note. Returns whether all passed. */
  const row = async (name, steps) => {
    const cells = {}
    for (const column of columns.filter((column) => column in steps)) {
      const start = Date.now()
      try {
        const note = await steps[column]()
        cells[column] = `✓ ${seconds(start)}${note === undefined ? "" : `, ${note}`}`
      } catch (error) {
        cells[column] = "FAILED"
        failures.push(`${name}, ${column}:\n${error.message}`)
        break
      }
    }
    rows.push([name, cells])
    const shown = columns.flatMap((column) => cells[column] === undefined ? [] : [`${column} ${cells[column]}`])
    console.log(`${name}: ${shown.join("; ")}`)
    return !Object.values(cells).includes("FAILED")
  }

  /** The whole table, followed by the failures. */
  const summary = () => {
    const width = (index, title) =>
      Math.max(
        title.length,
        ...rows.map(([name, cells]) => [name, ...columns.map((c) => cells[c] ?? "")][index].length)
      )
    const widths = ["combination", ...columns].map((title, index) => width(index, title))
    const line = (cells) => cells.map((cell, index) => cell.padEnd(widths[index])).join("  ").trimEnd()
    const header = ["combination", ...columns]
    const table = [
      line(header),
      line(widths.map((n) => "─".repeat(n))),
      ...rows.map(([name, cells]) => line([name, ...columns.map((column) => cells[column] ?? "")]))
    ]
    return [...table, "", ...failures, `${rows.length - failures.length} passed, ${failures.length} failed`].join("\n")
  }

  return { row, summary, hasFailed: () => failures.length > 0 }
}
