/** Compares the cost of the editions for Effect 3 and Effect 4. Each runs in its own process, in turns. */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Table } from "./tables.js"

const editions = ["effect3", "effect4"] as const

export const operations = [
  "stat",
  "open and read",
  "readFile",
  "writeFile",
  "stat in memory",
  "readFile in memory",
  "resolve, kernel",
  "resolve, walk",
  "resolveAll of 1000"
] as const

export type Operation = typeof operations[number]

/** Performs an operation on all paths, one after the other, and returns the last answer as text. */
export type Run = (paths: ReadonlyArray<string>) => Promise<string>

export interface EditionTurn {
  readonly answer: string
  /** CPU time in microseconds per path. */
  readonly cpu: number
}

export const title = "Editions"

export const names = { effect3: "Effect 3", effect4: "Effect 4" } as const

/** The size of a small file in `/proc` or `/etc`, in bytes. */
export const SIZE = 200

/** The directory in the root where files are written. */
export const WRITTEN = "/written"

export const files: ReadonlyArray<string> = Array.from({ length: 100 }, (_, i) => `/some/where/${i % 10}/file-${i}`)

export const content = "x".repeat(SIZE)

/** `count` paths, which repeat the files. */
export const pathsOf = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => files[i % files.length] ?? "")

/** How many paths are in a call of `resolveAll`. */
const BATCH = 1_000

export const batchesOf = (paths: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from({ length: Math.ceil(paths.length / BATCH) }, (_, i) => paths.slice(i * BATCH, (i + 1) * BATCH))

const plant = (root: string): void => {
  for (let i = 0; i < 10; i++) mkdirSync(`${root}/some/where/${i}`, { recursive: true })
  mkdirSync(root + WRITTEN)
  for (const file of files) writeFileSync(root + file, content)
}

const child = fileURLToPath(new URL("./editionChild.js", import.meta.url))

const turn = async (process: ChildProcess, operation: Operation): Promise<EditionTurn> => {
  process.send(operation)
  const [result] = await once(process, "message")
  return result as EditionTurn // the child sends nothing else
}

/** After this many rounds, V8 has compiled everything. */
const WARM_UP = 10

export const measure = async (
  root: string,
  count: number,
  rounds: number
): Promise<Table> => {
  plant(root)
  const processes = editions.map((edition) => ({ edition, process: fork(child, [edition, root, String(count)]) }))
  const times = operations.map(() => ({ effect3: new Array<number>(), effect4: new Array<number>() }))
  // All rounds of an operation follow each other. Otherwise V8 forgets its code during the others, and compiles it again.
  for (const [i, operation] of operations.entries()) {
    for (let round = 0; round < WARM_UP + rounds; round++) {
      const answers = new Set<string>()
      for (const { edition, process } of round % 2 === 0 ? processes : processes.toReversed()) {
        const { answer, cpu } = await turn(process, operation)
        answers.add(answer)
        if (round >= WARM_UP) times[i]?.[edition].push(cpu)
      }
      if (answers.size > 1) throw new Error(`${operation}: the editions answer ${[...answers].join(" and ")}`)
    }
  }
  for (const { process } of processes) process.disconnect()
  return {
    title,
    note: "CPU time, µs per path; each edition in its own process",
    unit: "µs",
    base: names.effect3,
    rows: editions.map((edition) => ({
      name: names[edition],
      cells: operations.map((operation, i) => ({ column: operation, rounds: times[i]?.[edition] ?? [] }))
    }))
  }
}
