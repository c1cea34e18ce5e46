/** What the kernel does in each case, asked once for all file systems in memory. */
import * as Fs from "node:fs"
import { fileURLToPath } from "node:url"
import { parent } from "../contract/disk.js"
import { nextTurn } from "../nextTurn.js"
import { remembered } from "../remembered.js"
import { place as settingOf } from "../sysctl.js"
import { tables } from "./cases.js"
import { clockIn, onDisk, place } from "./kernel.js"
import type { Case } from "./model.js"
import { type Line, outcome } from "./outcome.js"

/** The outcomes of the cases of each table, in order. */
type Answers = Readonly<Record<string, ReadonlyArray<ReadonlyArray<Line>>>>

export interface CaseWithAnswer {
  readonly asked: Case
  readonly kernel: ReadonlyArray<Line>
}

/** Settings of the kernel, with the values that a file system in memory has by default. */
export const asInMemory = { protected_symlinks: 0, protected_regular: 0, protected_fifos: 0, protected_hardlinks: 1 }

const ask = async (): Promise<Answers> => {
  const directory = place()
  const clock = clockIn(directory)
  const answers: Record<string, ReadonlyArray<ReadonlyArray<Line>>> = {}
  try {
    for (const [name, table] of Object.entries(tables)) {
      const outcomes: Array<ReadonlyArray<Line>> = []
      for (const asked of table()) {
        await nextTurn()
        // One after the other, since nothing else must run while the process is in the other root.
        outcomes.push(await outcome(onDisk(directory, asked.tree), asked, clock.goOn))
      }
      answers[name] = outcomes
    }
  } finally {
    clock.close()
    Fs.rmSync(directory, { recursive: true })
  }
  return answers
}

const sources = ["cases.ts", "kernel.ts", "model.ts", "outcome.ts", "../chroot.ts", "../contract/disk.ts"]

/** What the answers depend on: what asks, where, and the settings, which differ between machines. */
const parts = (): ReadonlyArray<string> => [
  ...sources.map((file) => Fs.readFileSync(fileURLToPath(new URL(file, import.meta.url)), "utf8")),
  parent,
  ...(["protected_symlinks", "protected_regular", "protected_fifos", "protected_hardlinks"] as const)
    .map((setting) => Fs.readFileSync(settingOf(setting), "utf8"))
]

/** Returns the cases of a table, with what the kernel does in each. */
export const askKernel = async (): Promise<(table: string) => ReadonlyArray<CaseWithAnswer>> => {
  const answers: Answers = JSON.parse(await remembered("posix", parts(), async () => JSON.stringify(await ask())))
  return (table) => [...tables[table]?.() ?? []].map((asked, i) => ({ asked, kernel: answers[table]?.[i] ?? [] }))
}
