/** Measures the cost of the command: its start, and the time and memory for a million paths. */
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import type { Built } from "./external.js"
import { peakOf } from "./peak.js"
import { Random } from "./random.js"
import { ratiosOf, type Table } from "./tables.js"
import type { Grown } from "./twinTree.js"

const bin = fileURLToPath(new URL("../../cli/dist/bin.js", import.meta.url))

export const title = "Command"

export const rowNames = {
  start: "start, as a multiple of node -e 0",
  existing: "existing paths by --stdin, as a multiple of the floor in C",
  missing: "paths by --stdin, the last name missing, as a multiple of the floor in C",
  peak: "paths by --stdin, MB of resident memory at its highest"
} as const

export const column = "reached"

interface StreamResult {
  readonly peak: number
  /** Elapsed time in seconds. */
  readonly seconds: number
}

/** The elapsed time of `node` with these arguments, in nanoseconds. */
const timeOf = (args: ReadonlyArray<string>): number => {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args)
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed: ${stderr}`)
  return Number(process.hrtime.bigint() - start)
}

const start = (root: string, rounds: number): ReadonlyArray<number> => {
  const rounded = Array.from({ length: rounds }, () => ({
    empty: timeOf(["-e", "0"]),
    command: timeOf([bin, "resolve", "--root", root, "/"])
  }))
  return ratiosOf(rounded.map(({ command }) => command), rounded.map(({ empty }) => empty))
}

interface List {
  readonly places: ReadonlyArray<string>
  /** Whether the paths are new names in `places`, and not `places` themselves. */
  readonly isMissing: boolean
  readonly seed: number
}

const PER_WRITE = 1_000

function* lines({ isMissing, places, seed }: List, count: number): Iterable<string> {
  const random = new Random(seed)
  const path = (i: number) => isMissing ? `${random.pick(places)}/${i.toString(36)}` : random.pick(places)
  for (let done = 0; done < count; done += PER_WRITE) {
    yield Array.from({ length: Math.min(PER_WRITE, count - done) }, (_, i) => `${path(done + i)}\n`).join("")
  }
}

const stream = async (
  program: string,
  args: ReadonlyArray<string>,
  input: Iterable<string>
): Promise<StreamResult> => {
  const begin = process.hrtime.bigint()
  const running = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] })
  let peak = 0
  const look = () => {
    if (running.pid !== undefined && running.exitCode === null) peak = Math.max(peak, peakOf(running.pid))
  }
  const timer = setInterval(look, 20)
  running.stdout.on("end", () => clearInterval(timer)).resume()
  Readable.from(input).pipe(running.stdin)
  const [status] = await once(running, "close")
  if (status !== 0) throw new Error(`${program} ended with ${status}`)
  return { peak, seconds: Number(process.hrtime.bigint() - begin) / 1e9 }
}

interface Question {
  readonly paths: number
  readonly rounds: number
  readonly seed: number
  /** The floor in C, if it could be built. */
  readonly floor: Built | undefined
}

const FIRST = 1_000

/** Throws if the command and the floor have different results for the first paths. */
const agree = (ours: ReadonlyArray<string>, floor: string, args: ReadonlyArray<string>, list: List): void => {
  const input = [...lines(list, FIRST)].join("")
  const found = execFileSync(process.execPath, ours, { input, encoding: "utf8" })
  const [, ...others] = execFileSync(floor, args, { input: `${FIRST}\n${input}`, encoding: "utf8" }).split("\n")
  if (found !== others.join("\n")) throw new Error("the command and the floor in C have different results")
}

/** Elapsed times of the command and the floor, in turns. */
const compare = async (root: string, list: List, { floor, paths, rounds }: Question) => {
  const args = [bin, "resolve", "--root", root, "--missing", "last", "--stdin"]
  const floorArgs = [root, "last"]
  if (floor !== undefined) agree(args, floor.file, floorArgs, list)
  const ours: Array<StreamResult> = []
  const floors: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    ours.push(await stream(process.execPath, args, lines(list, paths)))
    if (floor === undefined) continue
    // The format that `native/floor.c` reads.
    const counted = function*() {
      yield `${paths}\n`
      yield* lines(list, paths)
    }
    floors.push((await stream(floor.file, floorArgs, counted())).seconds)
  }
  return { ratios: ratiosOf(ours.map(({ seconds }) => seconds), floors), peaks: ours.map(({ peak }) => peak) }
}

/** Measures the command; returns `undefined` if it has not been built. */
export const measure = async (
  root: string,
  { directories, files }: Grown,
  question: Question
): Promise<Table | undefined> => {
  if (!existsSync(bin)) return undefined
  const { paths, rounds, seed } = question
  const existing = await compare(root, { places: [...directories, ...files], isMissing: false, seed }, question)
  const missing = await compare(root, { places: directories, isMissing: true, seed }, question)
  const row = (name: string, rounds: ReadonlyArray<number>) => ({ name, cells: [{ column, rounds }] })
  return {
    title,
    note: `the bundled file; ${paths} paths`,
    unit: "",
    rows: [
      row(rowNames.start, start(root, rounds)),
      row(rowNames.existing, existing.ratios),
      row(rowNames.missing, missing.ratios),
      row(rowNames.peak, existing.peaks.map((peak, round) => Math.max(peak, missing.peaks[round] ?? 0)))
    ]
  }
}
