/** Measures how the cost of resolving a name and of listing grows with the number of names in a directory. */
import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { type Contestant, names as contestants, slow, type WithContestants } from "./contestants.js"
import { names as ways, scratch } from "./directories.js"
import { agree, race, type Timing } from "./race.js"
import { type Table, timingTable } from "./tables.js"

const titles = { resolve: "A name in a directory", list: "The names of a directory" } as const

const LOOKUPS = 1_000

/** Lists the directory once, no matter how many paths it gets. It gets one path per name, so the cost is per name. */
const listing = (name: string, list: () => Promise<number> | number): Contestant => ({
  name,
  run: async () => {
    const count = await list()
    return () => [String(count)]
  }
})

type Columns = Array<readonly [string, ReadonlyArray<Timing>]>

export const measure = async (
  counts: ReadonlyArray<number>,
  withContestants: WithContestants,
  options: { readonly rounds: number; readonly seed: number }
): Promise<ReadonlyArray<Table>> => {
  const place = scratch()
  const root = await openRoot(place)
  try {
    const listers = [
      listing(ways.plainList, () => readdirSync(place, { withFileTypes: true }).length),
      listing(ways.list, async () => (await root.directory.readDirectoryEntries("/")).length)
    ]
    const lookups: Columns = []
    const lists: Columns = []
    await withContestants({ root: place, twin: place }, async (all) => {
      const resolvers = all.filter(({ name }) => !slow.has(name))
      let made = 0
      for (const count of counts) {
        for (; made < count; made++) writeFileSync(`${place}/file-${made}`, "")
        const paths = Array.from({ length: LOOKUPS }, (_, i) => `/file-${Math.floor(i / LOOKUPS * count)}`)
        await agree(resolvers, paths)
        await agree(listers, paths)
        lookups.push([String(count), await race(resolvers, paths, options)])
        lists.push([String(count), await race(listers, Array.from({ length: count }, () => ""), options)])
      }
    })
    const scale = "names in the directory"
    return [
      timingTable(
        { title: titles.resolve, note: "CPU time, µs per path", scale, base: contestants.floor },
        lookups
      ),
      timingTable({ title: titles.list, note: "CPU time, µs per name", scale, base: ways.plainList }, lists)
    ]
  } finally {
    await root.close()
    rmSync(place, { recursive: true })
  }
}
