/** Prints an explanation as a tree, for people to read. */
import type { Hop } from "@procfsroot/path/Walk"
import type { Explanation } from "@procfsroot/node/OpenRoot"
import { message } from "@procfsroot/vfs/ResolveFailure"
import { legible } from "./output.js"
import { sgr } from "./sgr.js"
import type { WithoutRoot } from "./withoutRoot.js"

interface Paint {
  readonly place: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly note: (text: string) => string
  readonly line: (text: string) => string
}

const plain = (text: string) => text

export const colours: Paint = { place: sgr(36), good: sgr(32), bad: sgr(31), note: sgr(33), line: sgr(2) }
export const noColours: Paint = { place: plain, good: plain, bad: plain, note: plain, line: plain }

/** Whether another branch starts at `level` below this hop, before its parent's branch ends. */
const goesOn = (hops: ReadonlyArray<Hop>, index: number, level: number): boolean => {
  for (const hop of hops.slice(index + 1)) {
    if (hop.level <= level) return hop.level === level
  }
  return false
}

const branch = (hops: ReadonlyArray<Hop>, index: number, level: number): string => {
  const trunks = Array.from({ length: level }, (_, above) => goesOn(hops, index, above) ? "│  " : "   ")
  return `${trunks.join("")}${goesOn(hops, index, level) ? "├─ " : "└─ "}`
}

const hopLine = (hops: ReadonlyArray<Hop>, hop: Hop, index: number, paint: Paint): string => {
  const notes = [
    ...(hop.restarted ? ["starts again at the root"] : []),
    ...(hop.clamped ? ["its .. is held at the root"] : [])
  ]
  const note = notes.length === 0 ? "" : paint.note(`  (${notes.join(", ")})`)
  const way = `${paint.place(legible(hop.link))} → ${legible(hop.target)}`
  return `${paint.line(branch(hops, index, hop.level))}${way}${note}`
}

const outside = (without: WithoutRoot, found: boolean, paint: Paint): string => {
  const asked = `without the root: ${legible(without.asked)}`
  if ("code" in without) return `${asked} ${paint.bad(`cannot be opened (${without.code})`)}`
  return without.same
    ? `${asked} ${paint.good("opens the same file")}`
    : `${asked} ${paint.bad(`opens ${found ? "another file, " : ""}${legible(without.opened)}`)}`
}

/** `host` is the path to open from the host, with `--host`. */
export const tree = (
  explanation: Explanation,
  root: string,
  host: string | undefined,
  without: WithoutRoot,
  paint: Paint
): string => {
  const { clamped, hops, path, result } = explanation
  const held = clamped ? paint.note("  (its .. is held at the root)") : ""
  return [
    `${paint.place(legible(path))} in the root ${legible(root)}${held}`,
    ...hops.map((hop, index) => hopLine(hops, hop, index, paint)),
    result.error === undefined ? `leads to ${paint.good(legible(result.path))}` : paint.bad(message(result.error)),
    ...(host === undefined ? [] : [`open from here: ${legible(host)}`]),
    outside(without, result.error === undefined, paint)
  ].map((line) => `${line}\n`).join("")
}
