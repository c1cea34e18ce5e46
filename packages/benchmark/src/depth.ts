/** How the cost of a path grows with its depth. */
import { type Contestant, names } from "./contestants.js"
import { agree, race, type Timing } from "./race.js"
import { Random } from "./random.js"
import { TwinTree } from "./twinTree.js"

export const contestants: ReadonlyArray<string> = [names.floor, names.kernel, names.walk, names.realpathSync]

export interface DepthResult {
  readonly depth: number
  readonly timings: ReadonlyArray<Timing>
}

/** One directory in another, down to `deepest`; gives the path of each. */
export const dig = (place: string, seed: number, deepest: number) => {
  const random = new Random(seed)
  const tree = new TwinTree(place)
  const paths = [""]
  while (paths.length <= deepest) paths.push(tree.directory(`${paths.at(-1) ?? ""}/${random.name()}`))
  return { tree, paths }
}

export const measure = async (
  all: ReadonlyArray<Contestant>,
  paths: ReadonlyArray<string>,
  depths: ReadonlyArray<number>,
  options: { readonly rounds: number; readonly seed: number }
): Promise<ReadonlyArray<DepthResult>> => {
  const chosen = all.filter(({ name }) => contestants.includes(name))
  const results: Array<DepthResult> = []
  for (const depth of depths) {
    // As many lookups at each depth, with enough paths to be timed.
    const list = Array.from({ length: Math.max(100, Math.floor(16_000 / depth)) }, () => paths[depth] ?? "")
    await agree(chosen, list)
    results.push({ depth, timings: await race(chosen, list, options) })
  }
  return results
}
