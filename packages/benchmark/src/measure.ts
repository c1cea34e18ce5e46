/** Runs all measurements in order. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as batches from "./batches.js"
import * as command from "./command.js"
import * as contestants from "./contestants.js"
import * as depth from "./depth.js"
import * as directories from "./directories.js"
import * as editions from "./editions.js"
import * as external from "./external.js"
import * as files from "./fileOperations.js"
import * as hung from "./hung.js"
import { describe, type Machine } from "./machine.js"
import * as many from "./many.js"
import * as memory from "./memory.js"
import * as names from "./names.js"
import { agree, race, type Timing } from "./race.js"
import { type Table, timingTable } from "./tables.js"
import { listsTitle, type Reached, reached } from "./targets.js"
import * as workloads from "./workloads.js"

export interface Plan {
  readonly seed: number
  readonly size: workloads.Size
  readonly rounds: number
  readonly depths: ReadonlyArray<number>
  readonly links: ReadonlyArray<number>
  /** How many components or links are looked up per round, at each depth and each number of links (approximately). */
  readonly lookups: number
  readonly names: ReadonlyArray<number>
  readonly batches: ReadonlyArray<number>
  readonly roots: ReadonlyArray<number>
  readonly fibers: ReadonlyArray<number>
  readonly hung: ReadonlyArray<number>
  readonly commandPaths: number
  readonly directories: directories.Size
}

const powersOfTen = (last: number): ReadonlyArray<number> => Array.from({ length: last + 1 }, (_, i) => 10 ** i)

export const full: Omit<Plan, "seed"> = {
  size: { paths: 10_000, share: 1 },
  rounds: 9,
  depths: [2, 4, 8, 16, 32, 64, 128, 256],
  links: [1, 2, 5, 10, 20, 40],
  lookups: 16_000,
  names: powersOfTen(6).slice(1),
  batches: powersOfTen(6),
  roots: powersOfTen(3),
  fibers: powersOfTen(3),
  hung: [0, 1, 2, 4, 8],
  commandPaths: 1_000_000,
  directories: { names: 100_000, directories: 1_000, files: 1_000 }
}

/** A plan that only shows that everything works. Its numbers mean nothing. */
export const quick: Omit<Plan, "seed"> = {
  size: { paths: 60, share: 0.1 },
  rounds: 1,
  depths: [2, 64],
  links: [1, 40],
  lookups: 500,
  names: [10, 1_000],
  batches: [1, 1_000],
  roots: [1, 10],
  fibers: [1, 10],
  hung: [1, 8],
  commandPaths: 10_000,
  directories: { names: 1_000, directories: 10, files: 100 }
}

export interface Results {
  readonly machine: Machine
  readonly plan: Plan
  readonly tables: ReadonlyArray<Table>
  readonly targets: ReadonlyArray<Reached>
}

type Say = (text: string) => void

/** After so many rounds, in which the list is resolved twice, V8 has compiled what a new process needs. */
const WARM_UP = 3

/** Times all contestants on the lists of paths. */
const listed = async (
  loads: ReadonlyArray<workloads.Workload>,
  { rounds, seed, size }: Plan,
  withContestants: contestants.WithContestants,
  say: Say
): Promise<Table> => {
  const columns: Array<readonly [string, ReadonlyArray<Timing>]> = []
  const shapes: Array<string> = []
  for (const load of loads) {
    say(`list ${load.name}: ${load.title}`)
    const timings = await withContestants(load.tree, async (all) => {
      await agree(all, load.paths)
      return race(all, load.paths, { rounds, seed, warmUp: WARM_UP })
    })
    columns.push([load.name, timings])
    const { distinct, meanDepth } = workloads.shape(load)
    shapes.push(`  ${load.name}: ${load.title}; ${distinct} distinct, ${meanDepth.toFixed(1)} components`)
  }
  const note = [`CPU time, µs per path; ${size.paths} paths per list`, ...shapes].join("\n")
  return timingTable({ title: listsTitle, note, base: contestants.names.floor }, columns)
}

const fileTables = async (place: string, { rounds, seed, size }: Plan, say: Say): Promise<ReadonlyArray<Table>> => {
  const options = { rounds, seed, share: size.share }
  const tables: Array<Table> = []
  const measure = async (depth: number, question: Parameters<typeof files.measure>[2]) => {
    say(question.title)
    tables.push(await files.measure(`${place}/files`, depth, question, options))
  }
  for (const depth of [2, 8]) {
    await measure(depth, { title: files.titleAt(depth), operations: files.all, who: ["plain", "kernel", "walk"] })
  }
  await measure(4, { title: files.titles.over, operations: ["readFile 200 B"], who: ["plain", "over"] })
  await measure(2, { title: files.titles.memory, operations: files.missing, who: ["plain", "memory"] })
  return tables
}

const inPlace = async (place: string, plan: Plan, say: Say): Promise<ReadonlyArray<Table>> => {
  const { lookups, rounds, seed, size } = plan
  const options = { rounds, seed }
  // For measurements that need a process or many seconds per round.
  const few = Math.min(rounds, 3)
  say("building contestants in C and Go")
  const programs = external.build(`${place}/programs`)
  const withContestants = contestants.withContestants(programs)
  say("making trees")
  const { grown, lists: loads, tree } = workloads.make(place, seed, size)
  const lists = await listed(loads, plan, withContestants, say)
  const growth = (scale: string, title: string, { paths, tree }: depth.Ladder, steps: ReadonlyArray<number>) => {
    say(title)
    return withContestants(tree, (all) => depth.measure({ scale, title }, all, paths, steps, { ...options, lookups }))
  }
  const pit = depth.dig(`${place}/pit`, seed, Math.max(...plan.depths))
  const depths = await growth("components in the path", depth.titles.depth, pit, plan.depths)
  const chain = depth.forge(`${place}/chain`, Math.max(...plan.links))
  const links = await growth("links in the chain", depth.titles.links, chain, plan.links)
  const operations = await fileTables(place, plan, say)
  say(memory.title)
  const inMemory = await memory.measure(Math.min(size.paths, 5_000), options)
  say("names in a directory")
  const nameTables = await names.measure(plan.names, withContestants, options)
  say("large directories")
  const large = await directories.measure(plan.directories, few)
  say(editions.title)
  const editionTable = await editions.measure(`${place}/editions`, Math.min(size.paths, 5_000), rounds)
  say(batches.titles.time)
  const batchTables = await batches.measure(place, tree.root, grown.directories, plan.batches, { seed, rounds: few })
  say(many.titles.roots)
  const roots = await many.roots(tree.root, grown.files, plan.roots, options)
  say(many.titles.fibers)
  const fibers = await many.fibers(tree.root, grown.files, plan.fibers, options)
  say(command.title)
  const floor = programs.find(({ name }) => name === external.names.c)
  const streamed = { paths: plan.commandPaths, seed, rounds: few, floor }
  const commandTable = await command.measure(tree.root, grown, streamed)
  say(hung.title)
  const hungTable = await hung.measure(tree.root, grown.files[0] ?? "", plan.hung)
  const tables = [lists, depths, links, ...operations, inMemory, ...nameTables, ...large, editionTable]
  const maybe = [...tables, ...batchTables, roots, fibers, commandTable, hungTable]
  return maybe.filter((table) => table !== undefined)
}

export const measure = async (plan: Plan, say: Say): Promise<Results> => {
  const place = mkdtempSync(join(tmpdir(), "procfsroot-benchmark-"))
  try {
    const tables = await inPlace(place, plan, say)
    return { machine: describe(), plan, tables, targets: reached(tables) }
  } finally {
    rmSync(place, { recursive: true })
  }
}
