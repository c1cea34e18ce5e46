/**
 * Measures how time and memory grow with the size of a batch. Each batch runs in its own process, to measure its peak.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { RaceOptions } from "./race.js"
import type { Table } from "./tables.js"

/**
 * The paths of a batch are resolved all at once or as a stream. For comparison, `lstatSync`, the cheapest call of
 * `node:fs`, shows how fast the machine is. The paths repeat, or each has its own name.
 */
export interface BatchQuestion {
  readonly root: string
  /** A file with one directory of the root per line. */
  readonly directories: string
  readonly form: "resolveAll" | "resolveStream" | "lstatSync"
  readonly names: "repeated" | "distinct"
  readonly size: number
  readonly seed: number
}

export interface BatchResult {
  readonly form: BatchQuestion["form"]
  readonly names: BatchQuestion["names"]
  readonly size: number
  /** CPU time in microseconds per path. */
  readonly cpu: number
  /** The peak of resident memory, in megabytes. */
  readonly peak: number
}

const child = fileURLToPath(new URL("./batchChild.js", import.meta.url))

const ask = async (question: BatchQuestion): Promise<BatchResult> => {
  const running = fork(child, [JSON.stringify(question)])
  const [result] = await once(running, "message")
  await once(running, "close")
  return result as BatchResult // the child sends nothing else
}

export const titles = { time: "Batches", memory: "Memory of batches" } as const

const nameOf = ({ form, names }: Pick<BatchQuestion, "form" | "names">): string => `${form}, ${names} names`

const asked = [
  { form: "lstatSync", names: "repeated" },
  { form: "resolveAll", names: "repeated" },
  { form: "resolveAll", names: "distinct" },
  { form: "resolveStream", names: "repeated" },
  { form: "resolveStream", names: "distinct" }
] as const

const tablesOf = (results: ReadonlyArray<BatchResult>): ReadonlyArray<Table> => {
  const sizes = [...new Set(results.map(({ size }) => size))]
  const rows = (value: (result: BatchResult) => number): Table["rows"] =>
    asked.map(nameOf).map((name) => ({
      name,
      cells: sizes.map((size) => ({
        column: String(size),
        rounds: results.filter((result) => nameOf(result) === name && result.size === size).map(value)
      }))
    }))
  const scale = "paths in a batch"
  const note = "each in its own process, from its first path on"
  return [
    {
      title: titles.time,
      note: `CPU time, µs per path; ${note}`,
      unit: "µs",
      base: nameOf(asked[0]),
      scale,
      rows: rows(({ cpu }) => cpu)
    },
    {
      title: titles.memory,
      note: `peak of resident memory, MB; ${note}`,
      unit: "MB",
      scale,
      rows: rows(({ peak }) => peak)
    }
  ]
}

export const measure = async (
  place: string,
  root: string,
  directories: ReadonlyArray<string>,
  sizes: ReadonlyArray<number>,
  { rounds, seed }: RaceOptions
): Promise<ReadonlyArray<Table>> => {
  const file = `${place}/directories`
  writeFileSync(file, directories.join("\n"))
  const results: Array<BatchResult> = []
  for (let round = 0; round < rounds; round++) {
    for (const size of sizes) {
      for (const one of asked) results.push(await ask({ root, directories: file, ...one, size, seed }))
    }
  }
  return tablesOf(results)
}
