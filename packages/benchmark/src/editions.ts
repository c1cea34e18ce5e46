/** What the edition for Effect 4 costs beside the one for Effect 3: a process of its own for each, in turns. */
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

/** Uses all paths, one after the other, and returns the last answer as text. */
export type Run = (paths: ReadonlyArray<string>) => Promise<string>

export interface EditionTurn {
  readonly answer: string
  /** Processor time, microseconds a path. */
  readonly cpu: number
}

export const title = "Editions"

export const names = { effect3: "Effect 3", effect4: "Effect 4" } as const

/** As many bytes as a small file of `/proc` or `/etc` has. */
export const SIZE = 200

/** A directory of the root that files are written to. */
export const WRITTEN = "/written"

export const files: ReadonlyArray<string> = Array.from({ length: 100 }, (_, i) => `/some/where/${i % 10}/file-${i}`)

export const content = "x".repeat(SIZE)

/** `count` paths, of each file again and again. */
export const pathsOf = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, i) => files[i % files.length] ?? "")

/** How many paths `resolveAll` takes at once. */
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
  return result as EditionTurn // what the child sends, and nothing else
}

export const measure = async (
  root: string,
  count: number,
  rounds: number
): Promise<Table> => {
  plant(root)
  const processes = editions.map((edition) => ({ edition, process: fork(child, [edition, root, String(count)]) }))
  const times = operations.map(() => ({ effect3: new Array<number>(), effect4: new Array<number>() }))
  // The first round is the warm-up, in which the editions must agree.
  for (let round = 0; round <= rounds; round++) {
    for (const [i, operation] of operations.entries()) {
      const answers = new Set<string>()
      for (const { edition, process } of round % 2 === 0 ? processes : processes.toReversed()) {
        const { answer, cpu } = await turn(process, operation)
        answers.add(answer)
        if (round > 0) times[i]?.[edition].push(cpu)
      }
      if (answers.size > 1) throw new Error(`${operation}: the editions answer ${[...answers].join(" and ")}`)
    }
  }
  for (const { process } of processes) process.disconnect()
  return {
    title,
    note: "processor time, µs a path; each edition in a process of its own",
    unit: "µs",
    base: names.effect3,
    rows: editions.map((edition) => ({
      name: names[edition],
      cells: operations.map((operation, i) => ({ column: operation, rounds: times[i]?.[edition] ?? [] }))
    }))
  }
}
