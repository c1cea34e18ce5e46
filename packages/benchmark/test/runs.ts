/** Made-up results of runs, for tests. */
import { names } from "../src/contestants.js"
import * as depth from "../src/depth.js"
import { type Plan, quick, type Results } from "../src/measure.js"
import type { Table } from "../src/tables.js"
import { listsTitle, reached } from "../src/targets.js"

const plan: Plan = { ...quick, rounds: 5, seed: 1 }

const around = (value: number): ReadonlyArray<number> => [0.98, 0.99, 1, 1.01, 1.02].map((factor) => value * factor)

const row = (name: string, values: Readonly<Record<string, number>>) => ({
  name,
  cells: Object.entries(values).map(([column, value]) => ({ column, rounds: around(value) }))
})

export interface Speeds {
  /** The slowness of the machine: 2 means that everything takes twice as long. */
  readonly machine?: number
  readonly resolve?: number
  readonly memory?: number
}

const tables = ({ machine = 1, memory = 50, resolve = 3 }: Speeds): ReadonlyArray<Table> => [
  {
    title: listsTitle,
    note: "µs <a path>",
    unit: "µs",
    base: names.floor,
    rows: [
      row(names.floor, { a: 6 * machine, m: 1.5 * machine }),
      row(names.kernel, { a: resolve * machine, m: 2 * resolve * machine }),
      row(names.realpathSync, { a: 28 * machine, m: 22 * machine })
    ]
  },
  {
    title: depth.titles.depth,
    note: "µs per path",
    unit: "µs",
    base: names.floor,
    scale: "components in the path",
    rows: [
      row(names.floor, { 64: 13 * machine, 256: 32 * machine }),
      row(names.kernel, { 64: 9 * machine, 256: 30 * machine })
    ]
  },
  {
    title: "Memory of batches",
    note: "MB",
    unit: "MB",
    scale: "paths",
    rows: [row("resolveAll", { 1: 1, 1000: memory })]
  }
]

export const run = (speeds: Speeds = {}, changes: Partial<Results> = {}): Results => {
  const measured = tables(speeds)
  const machine: Results["machine"] = {
    date: "2026-01-02T03:04:05.000Z",
    processor: "2 × A & B",
    memory: 24,
    kernel: "6.18.0-test",
    fileSystem: "0xef53",
    versions: { node: "v20.20.0", koffi: "3.3.4" }
  }
  return { machine, plan, tables: measured, targets: reached(measured), ...changes }
}
