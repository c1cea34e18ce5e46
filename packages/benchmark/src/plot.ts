/** The lists as bars and the depths as lines, in one picture for a page that may be light or dark. */
import { names } from "./contestants.js"
import * as depth from "./depth.js"
import type { Results } from "./measure.js"
import { cpuOf, type ListResult } from "./targets.js"

/** Bars, from the floor up, with the name that a reader knows. */
const bars: ReadonlyArray<readonly [name: string, label: string, kind: "floor" | "ours" | "theirs"]> = [
  [names.floor, "raw openat2 + readlink", "floor"],
  [names.batch, "resolveAll", "ours"],
  [names.kernel, "resolve", "ours"],
  [names.walk, "resolve, without koffi", "ours"],
  [names.realpathNative, "fs.realpathSync.native", "theirs"],
  [names.realpathSync, "fs.realpathSync", "theirs"],
  [names.realpath, "fs.promises.realpath", "theirs"]
]

const lines: Readonly<Record<string, { readonly label: string; readonly kind: string }>> = {
  [names.floor]: { label: "raw openat2 + readlink", kind: "floor" },
  [names.kernel]: { label: "resolve", kind: "ours" },
  [names.walk]: { label: "resolve, without koffi", kind: "ours dashed" },
  [names.realpathSync]: { label: "fs.realpathSync", kind: "theirs" }
}

const WIDTH = 880
const MARGIN = 28
const PANEL_WIDTH = (WIDTH - 3 * MARGIN) / 2
const LABEL_WIDTH = 176
const BAR = 13
const ROW = 20
const PANEL_HEIGHT = 44 + bars.length * ROW
const TOP = 84
const CHART_TOP = TOP + 2 * (PANEL_HEIGHT + MARGIN)
const CHART_HEIGHT = 250
const HEIGHT = CHART_TOP + CHART_HEIGHT + 64

const style = `
  text { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; font-size: 12px; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 }
  .panel { font-size: 13px; font-weight: 600 }
  .quiet { fill: #59636e }
  .end { text-anchor: end }
  .middle { text-anchor: middle }
  .page { fill: #ffffff }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  rect.floor { fill: #9aa4af }
  rect.ours { fill: #0d7d6c }
  rect.theirs { fill: #e0963b }
  path { fill: none; stroke-width: 2; stroke-linejoin: round }
  path.floor { stroke: #9aa4af }
  path.ours { stroke: #0d7d6c }
  path.theirs { stroke: #e0963b }
  path.dashed { stroke-dasharray: 6 4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .page { fill: #0d1117 }
    .grid { stroke: #3d444d }
    rect.floor { fill: #79828c }
    path.floor { stroke: #79828c }
    rect.ours { fill: #2fb39c }
    path.ours { stroke: #2fb39c }
    rect.theirs { fill: #d08a35 }
    path.theirs { stroke: #d08a35 }
  }`

const at = (value: number): string => String(Math.round(value * 10) / 10)

const text = (x: number, y: number, content: string, kind = ""): string =>
  `<text x="${at(x)}" y="${at(y)}"${kind === "" ? "" : ` class="${kind}"`}>${content}</text>`

const rectangle = (x: number, y: number, width: number, height: number, kind: string): string =>
  `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}" rx="2" class="${kind}"/>`

const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="grid"/>`

const microseconds = (value: number): string => value >= 99.5 ? value.toFixed(0) : value.toFixed(1)

const panel = ({ name, timings, title }: ListResult, left: number, top: number): ReadonlyArray<string> => {
  const longest = Math.max(...bars.map(([name]) => cpuOf(timings, name)))
  const room = PANEL_WIDTH - LABEL_WIDTH - 48
  return [
    text(left, top + 14, `${name} · ${title}`, "panel"),
    ...bars.flatMap(([name, label, kind], i) => {
      const y = top + 30 + i * ROW
      const width = Math.max(1.5, cpuOf(timings, name) / longest * room)
      return [
        text(left + LABEL_WIDTH - 8, y + BAR - 2.5, label, kind === "ours" ? "end" : "end quiet"),
        rectangle(left + LABEL_WIDTH, y, width, BAR, kind),
        text(left + LABEL_WIDTH + width + 6, y + BAR - 2.5, microseconds(cpuOf(timings, name)), "quiet")
      ]
    })
  ]
}

/** A scale of logarithms between two values, in points. */
const scale = (from: number, to: number, start: number, end: number) => (value: number): number =>
  start + (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from)) * (end - start)

const growth = ({ depths }: Results): ReadonlyArray<string> => {
  const [first, last] = [depths[0], depths.at(-1)]
  if (first === undefined || last === undefined) return []
  const values = depths.flatMap(({ timings }) => depth.contestants.map((name) => cpuOf(timings, name)))
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const [left, right] = [MARGIN + 40, WIDTH - MARGIN - 200]
  const [top, bottom] = [CHART_TOP + 34, CHART_TOP + CHART_HEIGHT]
  const x = scale(first.depth, last.depth, left, right)
  const y = scale(lowest / 1.3, highest * 1.3, bottom, top)
  const powers = [1, 10, 100, 1_000, 10_000].filter((power) => power >= lowest / 1.3 && power <= highest * 1.3)
  const ends = depth.contestants.map((name) => ({ name, y: y(cpuOf(last.timings, name)) })).toSorted((a, b) =>
    a.y - b.y
  )
  return [
    text(MARGIN, CHART_TOP + 8, "Growth with depth", "panel"),
    ...powers.flatMap((
      power
    ) => [line(left, y(power), right, y(power)), text(left - 8, y(power) + 4, String(power), "end quiet")]),
    ...depths.map(({ depth }) => text(x(depth), bottom + 18, String(depth), "middle quiet")),
    text(
      (left + right) / 2,
      bottom + 38,
      "components in the path (both scales logarithmic; µs upwards)",
      "middle quiet"
    ),
    ...depth.contestants.map((name) => {
      const points = depths.map(({ depth, timings }) => `${at(x(depth))} ${at(y(cpuOf(timings, name)))}`)
      return `<path d="M${points.join(" L")}" class="${lines[name]?.kind}"/>`
    }),
    // Labels at the ends of the lines, a line of text apart at least.
    ...ends.map(({ name, y }, i) => {
      const above = ends.slice(0, i).reduce((lowest, end) => Math.max(lowest + 16, end.y), -Infinity)
      const label = `${lines[name]?.label} · ${microseconds(cpuOf(last.timings, name))}`
      return text(
        right + 10,
        Math.max(y, above + 16) + 4,
        label,
        lines[name]?.kind.startsWith("ours") === true ? "" : "quiet"
      )
    })
  ]
}

export const plot = (results: Results): string => {
  const { lists, machine, plan } = results
  const panels = lists.flatMap((list, i) =>
    panel(list, MARGIN + (i % 2) * (PANEL_WIDTH + MARGIN), TOP + (i >> 1) * (PANEL_HEIGHT + MARGIN))
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    "<title>Time to resolve a path: procfsroot beside raw openat2 and fs.realpath</title>",
    `<style>${style}\n</style>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" class="page"/>`,
    text(MARGIN, 40, "Time to resolve one path, microseconds", "title"),
    text(
      MARGIN,
      60,
      `processor time, medians over ${plan.size.paths} paths a list, all in one run; shorter is better. realpath knows no root. ` +
        `Node ${machine.node}, Linux ${machine.kernel.replace(/-.*/, "")}`,
      "quiet"
    ),
    ...panels,
    ...growth(results),
    "</svg>",
    ""
  ].join("\n")
}
