/** Formats text in columns. */

/** Formats each row as a line. Columns are two spaces apart, and those in `right` are aligned to the right. */
export const columns = (rows: ReadonlyArray<ReadonlyArray<string>>, right: ReadonlySet<number>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    `${
      row.map((cell, column) => {
        const width = widths[column] ?? 0
        return right.has(column) ? cell.padStart(width) : cell.padEnd(width)
      }).join("  ").trimEnd()
    }\n`
  ).join("")
}
