/** Measures how the cost of a path grows with its depth, and with the links on the way. */
import { type Contestant, names, slow } from "./contestants.js"
import { agree, race, type Timing } from "./race.js"
import { Random } from "./random.js"
import { type Table, timingTable } from "./tables.js"
import { TwinTree } from "./twinTree.js"

export const titles = { depth: "Depth", links: "Links in a chain" } as const

export interface Ladder {
  readonly tree: TwinTree
  /** A path of each length, from 0. */
  readonly paths: ReadonlyArray<string>
}

/** Creates nested directories down to `deepest`, and returns the path of each. */
export const dig = (place: string, seed: number, deepest: number): Ladder => {
  const random = new Random(seed)
  const tree = new TwinTree(place)
  const paths = [""]
  while (paths.length <= deepest) paths.push(tree.directory(`${paths.at(-1) ?? ""}/${random.name()}`))
  return { tree, paths }
}

/** Creates a chain of links, alternately absolute and relative. `paths[n]` leads to a file through n links. */
export const forge = (place: string, longest: number): Ladder => {
  const tree = new TwinTree(place)
  const paths = [tree.file("/end")]
  for (let i = 1; i <= longest; i++) {
    const to = paths.at(-1) ?? ""
    paths.push(tree.link(`/link-${i}`, i % 2 === 0 ? to : to.slice(1)))
  }
  return { tree, paths }
}

/** The fewest paths in a round: one costs some 10 µs, and a garbage collection up to some milliseconds. */
const FEWEST = 1_000

/** Times the path of each length in `lengths`, which costs about `length` lookups. */
export const measure = async (
  { scale, title }: { readonly title: string; readonly scale: string },
  all: ReadonlyArray<Contestant>,
  paths: ReadonlyArray<string>,
  lengths: ReadonlyArray<number>,
  options: { readonly rounds: number; readonly seed: number; readonly lookups: number }
): Promise<Table> => {
  const chosen = all.filter(({ name }) => !slow.has(name))
  const columns: Array<readonly [string, ReadonlyArray<Timing>]> = []
  for (const length of lengths) {
    // About the same number of lookups at each length.
    const count = Math.max(Math.min(FEWEST, options.lookups), Math.floor(options.lookups / length))
    const list = Array.from({ length: count }, () => paths[length] ?? "")
    await agree(chosen, list)
    columns.push([String(length), await race(chosen, list, options)])
  }
  return timingTable({ title, note: "CPU time, µs per path", base: names.floor, scale }, columns)
}
