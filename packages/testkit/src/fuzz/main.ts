/**
 * `npm run fuzz`: runs the fuzz targets in `test/fuzz` of the packages with Jazzer.js, which changes inputs at random,
 * observes which code each one reaches, and keeps those that reach new code.
 */
import { parseArgs } from "node:util"
import { readFileSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import { createRequire } from "node:module"
import { availableParallelism } from "node:os"
import { fuzzTarget } from "../bundle.js"
import { concurrently } from "../concurrently.js"
import { type Source, sources } from "./corpus.js"
import { merge, run } from "./jazzer.js"
import type { Fuzz } from "./target.js"

const USAGE = `Usage: npm run fuzz -- [--seconds N] [--target NAME]...
       npm run fuzz -- --input FILE [--target NAME]
       npm run fuzz -- --keep [--target NAME]...

  --seconds N   run for N seconds in total (60), shared among the targets
  --target NAME only this target; with --input, it defaults to the name of the folder of FILE
  --input FILE  run one input again, and print how it fails
  --keep        add the inputs found so far that reach new code to the corpus in the repository

Targets: ${sources().map(({ name }) => name).join(", ")}`

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    target: { type: "string", multiple: true },
    input: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false }
  }
})

const named = (name: string): Source =>
  sources().find((source) => source.name === name) ?? fail(`There is no target ${JSON.stringify(name)}.\n\n${USAGE}`)

const replay = async (input: string, { file, name }: Source): Promise<void> => {
  process.setSourceMapsEnabled(true)
  // A target exports only this.
  const { fuzz } = createRequire(import.meta.url)(await fuzzTarget(name, file)) as { fuzz: Fuzz }
  await fuzz(readFileSync(input))
  console.log(`${name}: ${input} passes.`)
}

const chosen = (values.target ?? sources().map(({ name }) => name)).map(named)

/** Runs a target on each core. */
const fuzzAll = async (seconds: number): Promise<boolean> => {
  const cores = Math.min(availableParallelism(), chosen.length)
  const each = Math.max(1, Math.round(seconds * cores / chosen.length))
  console.log(`Fuzzing ${chosen.map(({ name }) => name).join(", ")}: ${each} s each, plus a few to start.\n`)
  const lines: Array<string> = []
  let passes = true
  await concurrently(chosen.length, cores, async (i) => {
    const source = chosen[i]
    if (source === undefined) return
    const { crash, summary } = await run(source, each)
    lines.push(summary)
    passes &&= crash === undefined
  })
  console.log(`\n${lines.join("\n")}`)
  return passes
}

const seconds = Number(values.seconds)
if (values.help) console.log(USAGE)
else if (values.input !== undefined) {
  const input = resolve(process.env["INIT_CWD"] ?? "", values.input)
  await replay(input, named(values.target?.[0] ?? basename(dirname(input))))
} else if (values.keep) { for (const source of chosen) await merge(source) }
else if (!Number.isInteger(seconds) || seconds < 1) fail(USAGE)
else if (!await fuzzAll(seconds)) process.exitCode = 1
// Exits even if a target has child processes that wait for the next input.
process.exit()
