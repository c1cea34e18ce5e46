/** Draws the links of a loop as a ring. */
import { h, type VNode } from "vue"
import { write } from "../names.js"

const RADIUS = 74
const SPACE = 34

/** Longer names are cut in the middle. The error message shows them completely. */
const MOST_CHARACTERS = 26

const cut = (name: string): string =>
  name.length <= MOST_CHARACTERS
    ? name
    : `${name.slice(0, MOST_CHARACTERS / 2)}…${name.slice(-MOST_CHARACTERS / 2 + 1)}`

const at = (turn: number, radius: number): readonly [x: number, y: number] => [
  Math.round(Math.sin(turn * 2 * Math.PI) * radius * 10) / 10,
  Math.round(-Math.cos(turn * 2 * Math.PI) * radius * 10) / 10
]

/** An arc from one node to the next, which leaves room for the nodes. */
const arc = (from: number, to: number): string => {
  const gap = 0.035
  const [start, end] = [at(from + gap, RADIUS), at(to - gap, RADIUS)]
  const isLarge = to - from - 2 * gap > 0.5 ? 1 : 0
  return `M ${start.join(" ")} A ${RADIUS} ${RADIUS} 0 ${isLarge} 1 ${end.join(" ")}`
}

const node = (path: string, turn: number): VNode => {
  const [x, y] = at(turn, RADIUS)
  const [labelX, labelY] = at(turn, RADIUS + 16)
  const side = Math.abs(x) < 5 ? "middle" : x > 0 ? "start" : "end"
  return h("g", { key: path }, [
    h("circle", { cx: x, cy: y, r: 6 }),
    h(
      "text",
      { x: labelX, y: labelY + (Math.abs(x) < 5 ? (y > 0 ? 10 : -2) : 4), "text-anchor": side },
      cut(write(path))
    )
  ])
}

/** Draws a loop through the links of `cycle`, in this order. */
export const ring = (cycle: ReadonlyArray<string>): VNode => {
  const turns = cycle.map((_, i) => i / cycle.length)
  const width = 440
  const height = 2 * (RADIUS + SPACE)
  return h("svg", {
    class: "walk-ring",
    viewBox: `${-width / 2} ${-height / 2} ${width} ${height}`,
    role: "img",
    "aria-label": `A loop of ${cycle.length === 1 ? "one link" : `${cycle.length} links`}: ${
      [...cycle, ...cycle.slice(0, 1)].map(write).join(" leads to ")
    }`
  }, [
    h("defs", [h("marker", {
      id: "walk-arrow",
      viewBox: "0 0 10 10",
      refX: 7,
      refY: 5,
      markerWidth: 7,
      markerHeight: 7,
      orient: "auto-start-reverse"
    }, [h("path", { d: "M 0 1 L 9 5 L 0 9 z" })])]),
    ...turns.map((turn, i) =>
      h("path", { class: "walk-arc", d: arc(turn, (i + 1) / cycle.length), "marker-end": "url(#walk-arrow)" })
    ),
    ...cycle.map((path, i) => node(path, turns[i] ?? 0)),
    h("text", { class: "walk-ring-word", x: 0, y: 5, "text-anchor": "middle" }, "ELOOP")
  ])
}
