/** Everything that is measured, in order. */
import { mkdtempSync, rmSync } from "node:fs"
import { cpus, release, tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as batches from "./batches.js"
import * as command from "./command.js"
import * as contestants from "./contestants.js"
import * as depth from "./depth.js"
import * as directories from "./directories.js"
import * as editions from "./editions.js"
import * as files from "./files.js"
import { agree, race, type Timing } from "./race.js"
import { compare, cpuOf, type ListResult, type Reached, reached } from "./targets.js"
import * as workloads from "./workloads.js"

export interface Plan {
  readonly seed: number
  readonly size: workloads.Size
  readonly rounds: number
  readonly depths: ReadonlyArray<number>
  readonly batches: ReadonlyArray<number>
  readonly commandPaths: number
  readonly directories: directories.Size
}

export const full: Omit<Plan, "seed"> = {
  size: { paths: 10_000, share: 1 },
  rounds: 9,
  depths: [2, 4, 8, 16, 32, 64, 128, 256],
  batches: [1_000, 10_000, 100_000, 1_000_000],
  commandPaths: 1_000_000,
  directories: { names: 100_000, directories: 1_000, files: 1_000 }
}

/** To see that all of it works; the figures mean nothing. */
export const quick: Omit<Plan, "seed"> = {
  size: { paths: 60, share: 0.1 },
  rounds: 1,
  depths: [2, 64],
  batches: [1_000],
  commandPaths: 10_000,
  directories: { names: 1_000, directories: 10, files: 100 }
}

export interface Results {
  readonly machine: { readonly node: string; readonly kernel: string; readonly processor: string }
  readonly plan: Plan
  readonly lists: ReadonlyArray<ListResult>
  readonly depths: ReadonlyArray<depth.DepthResult>
  readonly batches: ReadonlyArray<batches.BatchResult>
  readonly files: ReadonlyArray<Timing>
  readonly directories: ReadonlyArray<directories.DirectoryResult>
  readonly editions: ReadonlyArray<editions.EditionResult>
  readonly command: command.CommandResult | undefined
  readonly targets: ReadonlyArray<Reached>
}

const machine = (): Results["machine"] => ({
  node: process.version,
  kernel: release(),
  processor: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`
})

/** Linear means that four times the depth costs four times as much, or less, since each path has a cost of its own. */
const linear = (results: ReadonlyArray<depth.DepthResult>): ReadonlyArray<Reached> => {
  const [shallow, deep] = [results.at(-3), results.at(-1)]
  if (shallow === undefined || deep === undefined) return []
  return [contestants.names.kernel, contestants.names.walk].map((name) => {
    const growth = cpuOf(deep.timings, name) / cpuOf(shallow.timings, name)
    const what = `${name}: cost at depth ${deep.depth} ÷ cost at depth ${shallow.depth}`
    return reached(what, "", deep.depth / shallow.depth * 1.1, growth)
  })
}

const directoryTargets = (results: ReadonlyArray<directories.DirectoryResult>): ReadonlyArray<Reached> => {
  const { list, plainList, plainWalk, walk } = directories.names
  const of = (way: directories.Way) => directories.resultOf(results, way)
  const { clock, entries, peak } = of("walk")
  return [
    reached(`${list} ÷ ${plainList}, processor time`, "", 1.1, of("list").cpu / of("plainList").cpu),
    reached(`${walk} ÷ ${plainWalk}, time`, "", 1.3, clock / of("plainWalk").clock),
    reached(`${walk}'s memory for ${entries} entries, MB`, "", 200, peak)
  ]
}

type Others = Pick<Results, "command" | "depths" | "directories" | "editions" | "files">

const otherTargets = (
  { command, depths, directories, editions, files: timings }: Others
): ReadonlyArray<Reached> => [
  ...linear(depths),
  ...[files.names.kernel, files.names.walk].map((name) =>
    reached(
      `${name} ÷ ${files.names.plain}, a small file read`,
      "",
      2,
      cpuOf(timings, name) / cpuOf(timings, files.names.plain)
    )
  ),
  ...directoryTargets(directories),
  ...editions.map(({ cpu, operation }) =>
    reached(`Effect 4 ÷ Effect 3: ${operation}`, "", 1.1, cpu.effect4 / cpu.effect3)
  ),
  ...(command === undefined ? [] : [
    reached("the command's start ÷ node -e 0", "", 3, command.start),
    reached(`the command's memory for ${command.paths} paths, MB`, "", 200, command.peak)
  ])
]

const inScope = async (
  place: string,
  plan: Plan,
  scope: Scope.Scope,
  say: (text: string) => void
): Promise<Results> => {
  const open = <A>(effect: Effect.Effect<A, unknown, Scope.Scope>) => Effect.runPromise(Scope.extend(effect, scope))
  const { rounds, seed } = plan
  say("making trees")
  const { grown, lists: loads, tree } = workloads.make(place, seed, plan.size)
  const lists: Array<ListResult> = []
  for (const load of loads) {
    say(`list ${load.name}: ${load.title}`)
    const all = await open(contestants.make(load.tree))
    await agree(all, load.paths)
    const timings = await race(all, load.paths, { rounds, seed })
    lists.push({ name: load.name, title: load.title, ...workloads.shape(load), timings })
  }
  say("depth")
  const pit = depth.dig(`${place}/pit`, seed, Math.max(...plan.depths))
  const depths = await depth.measure(await open(contestants.make(pit.tree)), pit.paths, plan.depths, { rounds, seed })
  say("files")
  const readers = await open(files.make(tree.root))
  const someFiles = grown.files.slice(0, plan.size.paths)
  await agree(readers, someFiles)
  const fileTimings = await race(readers, someFiles, { rounds, seed })
  say("directories")
  const directoryResults = await directories.measure(plan.directories)
  say("editions")
  const editionResults = await editions.measure(`${place}/editions`, Math.min(plan.size.paths, 5_000), rounds)
  say("batches")
  const batchResults = await batches.measure(place, tree.root, grown.directories, plan.batches, seed)
  say("the command")
  const commandResult = await command.measure(tree.root, grown.directories, { paths: plan.commandPaths, rounds, seed })
  const measured = {
    depths,
    files: fileTimings,
    directories: directoryResults,
    editions: editionResults,
    command: commandResult
  }
  return {
    machine: machine(),
    plan,
    lists,
    batches: batchResults,
    ...measured,
    targets: [...compare(lists), ...otherTargets(measured)]
  }
}

export const measure = async (plan: Plan, say: (text: string) => void): Promise<Results> => {
  const place = mkdtempSync(join(tmpdir(), "procfsroot-benchmark-"))
  const scope = await Effect.runPromise(Scope.make())
  try {
    return await inScope(place, plan, scope, say)
  } finally {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    rmSync(place, { recursive: true })
  }
}
