/** How a batch grows, in time and memory: each in a process of its own, so that its peak is its own. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { Table } from "./tables.js"

/** Either all at once, or as a stream; from a list of paths that repeat, or each with a name of its own. */
export interface BatchQuestion {
  readonly root: string
  /** A file with a directory of the root in each line. */
  readonly directories: string
  readonly form: "resolveAll" | "resolveStream"
  readonly names: "repeated" | "distinct"
  readonly size: number
  readonly seed: number
}

export interface BatchResult {
  readonly form: BatchQuestion["form"]
  readonly names: BatchQuestion["names"]
  readonly size: number
  /** Processor time, microseconds a path. */
  readonly cpu: number
  /** Megabytes of resident memory: before the batch (with the paths, for `resolveAll`), and at its highest. */
  readonly before: number
  readonly peak: number
}

const child = fileURLToPath(new URL("./batchChild.js", import.meta.url))

const ask = async (question: BatchQuestion): Promise<BatchResult> => {
  const running = fork(child, [JSON.stringify(question)])
  const [result] = await once(running, "message")
  await once(running, "close")
  return result as BatchResult // what the child sends, and nothing else
}

export const titles = { time: "Batches", memory: "Memory of batches" } as const

const tablesOf = (results: ReadonlyArray<BatchResult>): ReadonlyArray<Table> => {
  const rows = (value: (result: BatchResult) => number): Table["rows"] =>
    [...new Set(results.map(({ form, names }) => `${form}, ${names} names`))].map((name) => ({
      name,
      cells: results.filter(({ form, names }) => `${form}, ${names} names` === name)
        .map((result) => ({ column: String(result.size), rounds: [value(result)] }))
    }))
  const scale = "paths in a batch"
  const note = "each in a process of its own, from its first path on"
  return [
    { title: titles.time, note: `processor time, µs a path; ${note}`, unit: "µs", scale, rows: rows(({ cpu }) => cpu) },
    {
      title: titles.memory,
      note: `the highest resident memory above that before the batch, MB; ${note}`,
      unit: "MB",
      scale,
      rows: rows(({ before, peak }) => Math.max(0, peak - before))
    }
  ]
}

export const measure = async (
  place: string,
  root: string,
  directories: ReadonlyArray<string>,
  sizes: ReadonlyArray<number>,
  seed: number
): Promise<ReadonlyArray<Table>> => {
  const file = `${place}/directories`
  writeFileSync(file, directories.join("\n"))
  const results: Array<BatchResult> = []
  for (const form of ["resolveAll", "resolveStream"] as const) {
    for (const names of ["repeated", "distinct"] as const) {
      for (const size of sizes) results.push(await ask({ root, directories: file, form, names, size, seed }))
    }
  }
  return tablesOf(results)
}
