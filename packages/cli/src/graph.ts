/** Draws an explanation as a graph: the path, each link in the order in which it is followed, and the result. */
import type { Explanation } from "@procfsroot/node/OpenRoot"
import { message } from "@procfsroot/vfs/ResolveFailure"
import { widthOf } from "./names.js"
import { legible, visible } from "./output.js"

interface Step {
  readonly text: string
  readonly kind: "path" | "link" | "found" | "failed"
  /** The label of the edge to this step. */
  readonly note: string
}

const stepsOf = ({ clamped, hops, path, result }: Explanation): ReadonlyArray<Step> => [
  { text: legible(path), kind: "path", note: "" },
  ...hops.map(({ clamped: held, link, restarted, target }): Step => ({
    text: `${legible(link)} → ${legible(target)}`,
    kind: "link",
    note: [...(restarted ? ["starts again at the root"] : []), ...(held ? [".. is held at the root"] : [])].join(", ")
  })),
  result.error === undefined
    ? { text: legible(result.path), kind: "found", note: clamped ? ".. is held at the root" : "" }
    : { text: visible(message(result.error)), kind: "failed", note: "" }
]

const colours = { path: "#4a6fa5", link: "#8a6d1f", found: "#2f7d32", failed: "#b3261e" } as const

/** Graphviz also decodes references such as `&lt;` in labels. */
const inDot = (text: string): string =>
  `"${text.replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`

const dot = (explanation: Explanation): string => {
  const steps = stepsOf(explanation)
  return [
    "digraph explanation {",
    "  node [shape=box, fontname=\"monospace\"]",
    ...steps.map(({ kind, text }, i) => `  n${i} [label=${inDot(text)}, color=${inDot(colours[kind])}]`),
    ...steps.slice(1).map(({ note }, i) => `  n${i} -> n${i + 1}${note === "" ? "" : ` [label=${inDot(note)}]`}`),
    "}",
    ""
  ].join("\n")
}

/**
 * Mermaid looks for directives such as `%%{init: …}%%`, references and Markdown in labels too, so only characters are
 * kept that have no meaning anywhere.
 */
const inMermaid = (text: string): string =>
  `"${text.replace(/[!-+:-@[-^`{-~]/g, (character) => `#${character.charCodeAt(0)};`)}"`

const mermaid = (explanation: Explanation): string => {
  const steps = stepsOf(explanation)
  return [
    "flowchart TB",
    ...steps.map(({ text }, i) => `  n${i}[${inMermaid(text)}]`),
    ...steps.slice(1).map(({ note }, i) => `  n${i} -->${note === "" ? "" : `|${inMermaid(note)}|`} n${i + 1}`),
    ...steps.map(({ kind }, i) => `  style n${i} stroke:${colours[kind]}`),
    ""
  ].join("\n")
}

const inXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;")

/** In pixels. A letter of a monospaced font is about 0.6 times as wide as the font size. */
const FONT = 14
const LETTER = 8.5
const BOX = 34
const ROW = 66
const EDGE = 12

const svg = (explanation: Explanation): string => {
  const steps = stepsOf(explanation)
  const width = Math.ceil(Math.max(...steps.flatMap(({ note, text }) => [widthOf(text), note.length])) * LETTER) +
    4 * EDGE
  const height = (steps.length - 1) * ROW + BOX + 2 * EDGE
  const middle = width / 2
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="monospace" font-size="${FONT}" text-anchor="middle" xml:space="preserve">`,
    "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">" +
    "<path d=\"M0 0 L8 4 L0 8 z\" fill=\"#666\"/></marker></defs>",
    ...steps.flatMap(({ kind, note, text }, i) => {
      const top = EDGE + i * ROW
      const arrow = i === 0 ? [] : [
        `<line x1="${middle}" y1="${
          top - ROW + BOX
        }" x2="${middle}" y2="${top}" stroke="#666" marker-end="url(#arrow)"/>`,
        ...(note === ""
          ? []
          : [`<text x="${middle}" y="${top - (ROW - BOX) / 2 + 4}" fill="#666">${inXml(note)}</text>`])
      ]
      return [
        ...arrow,
        `<rect x="${EDGE}" y="${top}" width="${width - 2 * EDGE}" height="${BOX}" rx="5" fill="#fff" stroke="${
          colours[kind]
        }"/>`,
        `<text x="${middle}" y="${top + BOX / 2 + 5}" fill="#222">${inXml(text)}</text>`
      ]
    }),
    "</svg>",
    ""
  ].join("\n")
}

export const graphs = { dot, mermaid, svg } as const
