/** Reads directories in one way in this process, and sends the cost to the parent. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import { readdirSync } from "node:fs"
import { opendir } from "node:fs/promises"
import { type DirectoryQuestion, type DirectoryResult, LISTED, WALKED, type Way } from "./directories.js"
import { peakOf } from "./peak.js"

const { root: place, rounds, way } = JSON.parse(process.argv[2] ?? "") as DirectoryQuestion

const root = await openRoot(place)

const plainWalk = async (directory: string): Promise<number> => {
  let count = 0
  for await (const entry of await opendir(directory)) {
    count++
    if (entry.isDirectory()) count += await plainWalk(`${directory}/${entry.name}`)
  }
  return count
}

const walk = async (): Promise<number> => {
  let count = 0
  for await (const _ of root.directory.walkTree(WALKED)) count++
  return count
}

const ways: Readonly<Record<Way, () => Promise<number>>> = {
  list: async () => (await root.directory.readDirectoryEntries(LISTED)).length,
  plainList: async () => readdirSync(place + LISTED, { withFileTypes: true }).length,
  walk,
  plainWalk: () => plainWalk(place + WALKED)
}

const run = ways[way]
if (rounds > 1) await run()
const before = process.cpuUsage()
const start = performance.now()
let entries = 0
for (let round = 0; round < rounds; round++) entries = await run()
const clock = (performance.now() - start) / rounds
const { system, user } = process.cpuUsage(before)
const cpu = (system + user) / 1_000 / rounds
const peak = peakOf("self")
process.send?.({ way, entries, cpu, clock, peak } satisfies DirectoryResult)
process.disconnect()
await root.close()
