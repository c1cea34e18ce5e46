/** What large directories cost in a root, beside `node:fs`: each in a process of its own, so that its garbage is too. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Table } from "./tables.js"

export interface Size {
  /** How many names the directory has that is listed. */
  readonly names: number
  /** How many directories the tree has, and how many files are in each. */
  readonly directories: number
  readonly files: number
}

export const names = {
  list: "root.directory.readDirectoryEntries",
  plainList: "fs.readdirSync",
  walk: "root.directory.walkTree",
  plainWalk: "fs.promises.opendir, recursively"
} as const

export type Way = keyof typeof names

export interface DirectoryQuestion {
  readonly way: Way
  readonly root: string
  /** Runs that are measured, after one that is not if there are several. */
  readonly rounds: number
}

export interface DirectoryResult {
  readonly way: Way
  readonly entries: number
  /** Milliseconds a run: processor time, with what it takes to collect the garbage of the runs before it, and time. */
  readonly cpu: number
  readonly clock: number
  /** Megabytes of resident memory at their highest. */
  readonly peak: number
}

/** The directories of the root. */
export const LISTED = "/listed"
export const WALKED = "/walked"

const fill = (directory: string, count: number): void => {
  mkdirSync(directory)
  for (let i = 0; i < count; i++) writeFileSync(`${directory}/file-${i}`, "")
}

const plant = (root: string, { directories, files, names }: Size): void => {
  fill(root + LISTED, names)
  mkdirSync(root + WALKED)
  for (let i = 0; i < directories; i++) fill(`${root}${WALKED}/directory-${i}`, files)
}

const child = fileURLToPath(new URL("./directoryChild.js", import.meta.url))

const ask = async (question: DirectoryQuestion): Promise<DirectoryResult> => {
  const running = fork(child, [JSON.stringify(question)])
  const [result] = await once(running, "message")
  await once(running, "close")
  return result as DirectoryResult // what the child sends, and nothing else
}

/** So many lists of one process that each pays for the garbage of another one. */
const LISTS = 50

/** In memory, so that no disk is measured. */
const MEMORY = "/dev/shm"

/** A new directory in memory, if the machine has one there. */
export const scratch = (): string => mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "procfsroot-benchmark-"))

export const titles = { list: "A large directory", walk: "A large tree" } as const

export const columns = { cpu: "ms processor", clock: "ms", peak: "MB peak" } as const

const tableOf = (title: string, base: Way, results: ReadonlyArray<DirectoryResult>): Table => ({
  title,
  note: `${results[0]?.entries} entries, in memory; each in a process of its own`,
  unit: "",
  base: names[base],
  rows: [...new Set(results.map(({ way }) => way))].map((way) => ({
    name: names[way],
    cells: (["cpu", "clock", "peak"] as const).map((key) => ({
      column: columns[key],
      rounds: results.filter((result) => result.way === way).map((result) => result[key])
    }))
  }))
})

export const measure = async (size: Size, rounds: number): Promise<ReadonlyArray<Table>> => {
  const root = scratch()
  try {
    plant(root, size)
    const lists: Array<DirectoryResult> = []
    const walks: Array<DirectoryResult> = []
    for (let round = 0; round < rounds; round++) {
      for (const way of ["plainList", "list"] as const) lists.push(await ask({ way, root, rounds: LISTS }))
      for (const way of ["plainWalk", "walk"] as const) walks.push(await ask({ way, root, rounds: 1 }))
    }
    return [tableOf(titles.list, "plainList", lists), tableOf(titles.walk, "plainWalk", walks)]
  } finally {
    rmSync(root, { recursive: true })
  }
}
