/** Draws the lists and the growth with depth as one picture, for light and dark pages. */
import { names } from "./contestants.js"
import * as depth from "./depth.js"
import type { Results } from "./measure.js"
import { darkStyle, plotOf } from "./plots.js"
import type { Table } from "./tables.js"
import { listsTitle } from "./targets.js"

/** The rows of the picture, with names that readers know. */
const labels: Readonly<Record<string, string>> = {
  [names.floor]: "raw openat2 + readlink",
  [names.batch]: "resolveAll",
  [names.kernel]: "resolve",
  [names.walk]: "resolve, without koffi",
  [names.go]: "Go's procfsroot",
  [names.realpathNative]: "fs.realpathSync.native",
  [names.realpathSync]: "fs.realpathSync",
  [names.realpath]: "fs.promises.realpath"
}

const labelled = (table: Table): Table => ({
  ...table,
  ...(table.base === undefined ? {} : { base: labels[table.base] ?? table.base }),
  rows: Object.entries(labels).flatMap(([name, label]) =>
    table.rows.filter((row) => row.name === name).map((row) => ({ ...row, name: label }))
  )
})

const MARGIN = 24
const TITLE = 60

const sizeOf = (svg: string): { readonly width: number; readonly height: number } => {
  const [, width, height] = /<svg width="(\d+(?:\.\d+)?)" height="(\d+(?:\.\d+)?)"/.exec(svg) ?? []
  return { width: Number(width), height: Number(height) }
}

export const plot = ({ machine, plan, tables }: Results): string => {
  const plots = [listsTitle, depth.titles.depth].flatMap((title) =>
    tables.filter((table) => table.title === title).map((table) => plotOf(labelled(table)))
  )
  let top = TITLE
  const placed = plots.map((svg) => {
    const y = top
    top += sizeOf(svg).height + MARGIN
    return svg.replace("<svg ", `<svg x="${MARGIN}" y="${y}" `)
  })
  const width = 2 * MARGIN + Math.max(...plots.map((svg) => sizeOf(svg).width))
  const caption = `CPU time, medians and quartiles of ${plan.rounds} rounds in one run. realpath has no roots. ` +
    `Node ${machine.versions["node"] ?? ""}, Linux ${machine.kernel.replace(/-.*/, "")}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img">
<title>Time to resolve a path: procfsroot compared with raw openat2 and fs.realpath</title>
<style>
text { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
.page { fill: #ffffff }
${darkStyle}
@media (prefers-color-scheme: dark) { .page { fill: #0d1117 } }
</style>
<rect width="${width}" height="${top}" rx="8" class="page"/>
<text x="${MARGIN}" y="28" font-size="17" font-weight="600" fill="#1f2328">Time to resolve one path; growth with depth</text>
<text x="${MARGIN}" y="48" font-size="12" fill="#59636e">${caption}</text>
${placed.join("\n")}
</svg>
`
}
