/** What the command costs: to start it, and the memory of a million paths through it. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { median } from "./race.js"
import { Random } from "./random.js"

const bin = fileURLToPath(new URL("../../cli/dist/bin.js", import.meta.url))

export interface CommandResult {
  /** How long the command takes to resolve one path, as a multiple of `node -e 0`. */
  readonly start: number
  readonly paths: number
  /** Megabytes of resident memory at its highest. */
  readonly peak: number
  /** Seconds on the clock. */
  readonly seconds: number
}

const timeOf = (args: ReadonlyArray<string>): number => {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args)
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed: ${stderr}`)
  return Number(process.hrtime.bigint() - start)
}

const start = (root: string, rounds: number): number => {
  const rounded = Array.from({ length: rounds }, () => ({
    empty: timeOf(["-e", "0"]),
    command: timeOf([bin, "resolve", "--root", root, "/"])
  }))
  return median(rounded.map(({ command }) => command)) / median(rounded.map(({ empty }) => empty))
}

function* lines(directories: ReadonlyArray<string>, count: number, seed: number): Iterable<string> {
  const random = new Random(seed)
  for (let done = 0; done < count; done += 1_000) {
    const some = Array.from({ length: 1_000 }, (_, i) => `${random.pick(directories)}/${(done + i).toString(36)}\n`)
    yield some.join("")
  }
}

/**
 * The kernel keeps the highest value itself (`VmHWM` in `proc_pid_status(5)`), so that any late look sees it; a process
 * that has just ended shows none.
 */
const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1_024

const stream = async (root: string, input: Iterable<string>): Promise<Pick<CommandResult, "peak" | "seconds">> => {
  const begin = process.hrtime.bigint()
  const args = [bin, "resolve", "--root", root, "--missing", "last", "--stdin"]
  const running = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] })
  let peak = 0
  const look = () => {
    if (running.pid !== undefined && running.exitCode === null) peak = Math.max(peak, peakOf(running.pid))
  }
  const timer = setInterval(look, 20)
  running.stdout.on("end", () => clearInterval(timer)).resume()
  Readable.from(input).pipe(running.stdin)
  const [status] = await once(running, "close")
  if (status !== 0) throw new Error(`the command ended with ${status}`)
  return { peak, seconds: Number(process.hrtime.bigint() - begin) / 1e9 }
}

/** `undefined` where the command has not been built. */
export const measure = async (
  root: string,
  directories: ReadonlyArray<string>,
  { paths, rounds, seed }: { readonly paths: number; readonly rounds: number; readonly seed: number }
): Promise<CommandResult | undefined> =>
  existsSync(bin)
    ? { start: start(root, rounds), paths, ...await stream(root, lines(directories, paths, seed)) }
    : undefined
