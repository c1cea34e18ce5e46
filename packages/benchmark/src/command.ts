/** Measures the cost of the command: its start, and the time and memory for a million paths. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import type { Built } from "./external.js"
import { peakOf } from "./peak.js"
import { Random } from "./random.js"
import { ratiosOf, type Table } from "./tables.js"

const bin = fileURLToPath(new URL("../../cli/dist/bin.js", import.meta.url))

export const title = "Command"

export const rowNames = {
  start: "start, as a multiple of node -e 0",
  seconds: "paths by --stdin, as a multiple of the floor in C",
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

function* lines(directories: ReadonlyArray<string>, count: number, seed: number): Iterable<string> {
  const random = new Random(seed)
  for (let done = 0; done < count; done += 1_000) {
    const some = Array.from({ length: 1_000 }, (_, i) => `${random.pick(directories)}/${(done + i).toString(36)}\n`)
    yield some.join("")
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

/** The input in the format that `native/floor.c` reads. */
function* counted(count: number, input: Iterable<string>): Iterable<string> {
  yield `${count}\n`
  yield* input
}

interface Question {
  readonly paths: number
  readonly rounds: number
  readonly seed: number
  /** The floor in C, if it could be built. */
  readonly floor: Built | undefined
}

/** Measures the command; returns `undefined` if it has not been built. */
export const measure = async (
  root: string,
  directories: ReadonlyArray<string>,
  { floor, paths, rounds, seed }: Question
): Promise<Table | undefined> => {
  if (!existsSync(bin)) return undefined
  const input = () => lines(directories, paths, seed)
  const ours: Array<StreamResult> = []
  const floors: Array<StreamResult> = []
  for (let round = 0; round < rounds; round++) {
    const args = [bin, "resolve", "--root", root, "--missing", "last", "--stdin"]
    ours.push(await stream(process.execPath, args, input()))
    if (floor !== undefined) floors.push(await stream(floor.file, [root], counted(paths, input())))
  }
  const seconds = ({ seconds }: StreamResult) => seconds
  const row = (name: string, rounds: ReadonlyArray<number>) => ({ name, cells: [{ column, rounds }] })
  return {
    title,
    note: `the bundled file; ${paths} paths, whose last name is missing`,
    unit: "",
    rows: [
      row(rowNames.start, start(root, rounds)),
      row(rowNames.seconds, ratiosOf(ours.map(seconds), floors.map(seconds))),
      row(rowNames.peak, ours.map(({ peak }) => peak))
    ]
  }
}
