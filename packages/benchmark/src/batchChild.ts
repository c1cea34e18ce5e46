/** Runs one batch in this process, and sends its cost to the parent. */
import { lstatSync, readFileSync } from "node:fs"
import * as NodeRoot from "@procfsroot/platform-node/NodeRoot"
import * as Root from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type { BatchQuestion, BatchResult } from "./batches.js"
import { peakOf } from "./peak.js"
import { Random } from "./random.js"

const { directories, form, names, root, seed, size } = JSON.parse(process.argv[2] ?? "") as BatchQuestion
const places = readFileSync(directories, "utf8").split("\n")

function* paths(): Iterable<string> {
  const random = new Random(seed)
  for (let i = 0; i < size; i++) {
    const place = random.pick(places)
    yield names === "repeated" ? place : `${place}/${i.toString(36)}`
  }
}

const CHUNK = 1_024

/** Distinct names do not exist: their last component is missing. */
const options = { missing: "last" } as const

const resolveAll = Effect.gen(function*() {
  const list = Array.from(paths())
  const begin = process.cpuUsage()
  return end(begin, (yield* Root.resolveAll(list, options)).filter(Either.isRight).length)
})

const resolveStream = Effect.gen(function*() {
  const begin = process.cpuUsage()
  const answers = Stream.fromIterable(paths()).pipe(Stream.rechunk(CHUNK), Root.resolveStream(options))
  return end(begin, yield* Stream.runFold(answers, 0, (count, answer) => Either.isRight(answer) ? count + 1 : count))
})

const end = (before: NodeJS.CpuUsage, resolved: number): BatchResult => {
  if (resolved !== size) throw new Error(`${resolved} of ${size} paths were resolved`)
  const { system, user } = process.cpuUsage(before)
  return { form, names, size, cpu: (user + system) / size, peak: peakOf("self") }
}

const lstatEach = Effect.sync(() => {
  const begin = process.cpuUsage()
  let found = 0
  for (const path of paths()) if (lstatSync(root + path).isDirectory()) found++
  return end(begin, found)
})

const program = { resolveAll, resolveStream, lstatSync: lstatEach }[form]

process.send?.(await Effect.runPromise(Effect.provide(program, NodeRoot.layer(root))))
process.disconnect()
