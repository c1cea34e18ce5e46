/** Runs Jazzer.js (libFuzzer for Node) on a target and reads its output. */
import { spawn } from "node:child_process"
import { mkdirSync, readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { fuzzTarget } from "../bundle.js"
import { inputsIn, keep, kept, packages, type Source, unpack } from "./corpus.js"
import { memoryDirectory } from "../inMemory.js"
import { temporary } from "../temporary.js"

const jazzer = join(dirname(fileURLToPath(import.meta.resolve("@jazzer.js/core"))), "cli.js")

const cache = join(packages, "../node_modules/.cache/procfsroot/fuzz")

/** The longest input, in bytes. An archive consists of blocks of 512 bytes. */
const LONGEST = 8192
const MEGABYTES = 2048

/** After this many seconds, an input counts as endless. `target` has a stricter limit. */
const PATIENCE = 20

/** Targets create many small trees. In memory, this is thirty times as fast as on some disks. */
const parent = memoryDirectory ?? tmpdir()

/** The time between two lines of progress, in milliseconds. */
const OFTEN = 10_000

interface Places {
  /** The inputs from the repository. */
  readonly kept: string
  /** The inputs found by this run and earlier ones. */
  readonly found: string
  /** Where failing inputs are written. The directory has the name of the target. */
  readonly crashes: string
}

const placesOf = (name: string): Places => {
  const places = {
    kept: join(cache, "kept", name),
    found: join(cache, "found", name),
    crashes: join(cache, "crashes", name)
  }
  for (const directory of Object.values(places)) mkdirSync(directory, { recursive: true })
  unpack(places.kept, kept(name))
  return places
}

/** How long the fuzzer gets to exit when it is done, in milliseconds. Child processes of a target can keep it alive. */
const EXIT = 2000

/** Runs the fuzzer with a directory for temporary files. Resolves to whether it finished without a failure. */
const startIn = (
  directory: string,
  bundle: string,
  corpora: ReadonlyArray<string>,
  options: ReadonlyArray<string>,
  line: (text: string) => void
): Promise<boolean> =>
  new Promise((ended, reject) => {
    // Jazzer's bug detectors would report the targets, which use the disk and start programs on purpose.
    const own = ["--disableBugDetectors", ".*", "--timeout", String(PATIENCE * 1000)]
    const child = spawn(process.execPath, [jazzer, bundle, ...corpora, ...own, "--", ...options], {
      stdio: ["ignore", "inherit", "pipe"],
      env: { ...process.env, TMPDIR: directory }
    })
    let isDone = false
    createInterface(child.stderr).on("line", (text) => {
      if (/^Done \d+ runs|MERGE-OUTER: \d+ new files/.test(text)) {
        isDone = true
        setTimeout(() => child.kill(), EXIT).unref()
      }
      line(text)
    })
    child.on("error", reject).on("exit", (status) => ended(status === 0 || (isDone && status === null)))
  })

/**
 * Runs the fuzzer and passes on each line. Resolves to whether it finished without a failure. Removes what the target
 * leaves behind: it does not know which input is the last one.
 */
const start = async (
  bundle: string,
  corpora: ReadonlyArray<string>,
  options: ReadonlyArray<string>,
  line: (text: string) => void
): Promise<boolean> => {
  using directory = temporary(parent)
  return await startIn(directory.path, bundle, corpora, options, line)
}

interface Ran {
  /** A line for the summary at the end. */
  readonly summary: string
  /** The file of the input that failed. */
  readonly crash: string | undefined
}

const shown = (file: string): string => relative(process.cwd(), file)

/** Runs a target until it fails or the time is up. */
export const run = async ({ file, name }: Source, seconds: number): Promise<Ran> => {
  const bundle = await fuzzTarget(name, file)
  const { crashes, found, kept } = placesOf(name)
  const known = readdirSync(kept).length + readdirSync(found).length
  console.log(`${name}: ${seconds} s, from ${known} inputs`)
  const statistics = new Map<string, string>()
  const words: Array<string> = []
  let crash: string | undefined
  let printed = Date.now()
  const options = [
    `-max_total_time=${seconds}`,
    `-timeout=${PATIENCE}`,
    `-rss_limit_mb=${MEGABYTES}`,
    `-max_len=${LONGEST}`,
    "-len_control=0",
    `-artifact_prefix=${crashes}/`,
    "-print_final_stats=1"
  ]
  const isDone = await start(bundle, [found, kept], options, (line) => {
    const [, key, value] = /^stat::(\w+):\s*(\d+)/.exec(line) ?? []
    if (key !== undefined && value !== undefined) statistics.set(key, value)
    crash = /Test unit written to (\S+)/.exec(line)?.[1] ?? crash
    const [, runs, corpus, speed] = /^#(\d+)\s.*corp: (\d+)\/\S+ .*exec\/s: (\d+)/.exec(line) ?? []
    if (runs === undefined) words.push(line)
    else if (Date.now() - printed > OFTEN) {
      printed = Date.now()
      console.log(`${name}: ${runs} runs, ${speed} per second, ${corpus} inputs that reach different code`)
    }
  })
  const news = readdirSync(kept).length + readdirSync(found).length - known
  const runs = statistics.get("number_of_executed_units") ?? "?"
  const summary = `${name}: ${runs} runs, ${
    statistics.get("average_exec_per_sec") ?? "?"
  } per second, ${news} new inputs`
  if (isDone && crash === undefined) {
    return { summary: `${summary}, passes`, crash: undefined }
  }
  const again = crash === undefined ? "the fuzzer ended without an input" : `npm run fuzz -- --input ${shown(crash)}`
  console.error(`\n${words.join("\n")}\n\n${name} failed: ${again}\n`)
  return { summary: `${summary}, FAILS: ${again}`, crash: crash ?? "no input" }
}

/** Merges the inputs found into those of the repository, and keeps the fewest that still reach all code. */
export const merge = async ({ file, name }: Source): Promise<void> => {
  const bundle = await fuzzTarget(name, file)
  const { found, kept } = placesOf(name)
  const merged = join(cache, "merged", name)
  unpack(merged, [])
  const isDone = await start(bundle, [merged, kept, found], ["-merge=1"], () => {})
  if (!isDone) throw new Error(`the inputs of ${name} cannot be merged: run them with --seconds first`)
  console.log(`${name}: kept ${keep(name, inputsIn(merged))} inputs`)
}
