/** What the kernel does in each case, asked once for all file systems in memory. */
import * as Fs from "node:fs"
import { extname } from "node:path"
import { fileURLToPath } from "node:url"
import { parent } from "../contract/disk.js"
import { nextTurn } from "../nextTurn.js"
import { isRemembered, remembered } from "../remembered.js"
import { held } from "../sysctl.js"
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
const settings = { protected_symlinks: 0, protected_regular: 0, protected_fifos: 0, protected_hardlinks: 1 }

const ask = async (): Promise<Answers> => {
  const directory = place()
  const clock = clockIn(directory)
  const answers: Record<string, ReadonlyArray<ReadonlyArray<Line>>> = {}
  try {
    for (const [name, table] of Object.entries(tables)) {
      // Not for all tables at once, since other tests wait for their settings.
      using _ = await held(settings)
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

const modules = ["answers", "cases", "kernel", "model", "outcome", "../chroot", "../contract/disk"]

/** Of the sources, or of what is built of them. */
const extension = extname(import.meta.url)

/** What the answers depend on: the program that asks, and the disk. */
const parts: ReadonlyArray<string> = [
  ...modules.map((name) => Fs.readFileSync(fileURLToPath(new URL(name + extension, import.meta.url)), "utf8")),
  parent
]

/** Only Node, if the answers are kept from before. */
export const needed = (): ReadonlyArray<"nodeFs" | "root" | "chroot" | "settings" | "ownProcess"> =>
  isRemembered("posix", parts) ? ["nodeFs"] : ["nodeFs", "root", "chroot", "settings", "ownProcess"]

/** Returns the cases of a table, with what the kernel does in each. */
export const askKernel = async (): Promise<(table: string) => ReadonlyArray<CaseWithAnswer>> => {
  const answers: Answers = JSON.parse(await remembered("posix", parts, async () => JSON.stringify(await ask())))
  return (table) => [...tables[table]?.() ?? []].map((asked, i) => ({ asked, kernel: answers[table]?.[i] ?? [] }))
}
