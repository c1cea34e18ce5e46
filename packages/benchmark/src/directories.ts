/**
 * Measures large directories in a root, compared with `node:fs`. Each way runs in its own process, so that it does not
 * collect the garbage of another one.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Table } from "./tables.js"

export interface Size {
  /** The number of names in the directory that is listed. */
  readonly names: number
  /** The number of directories in the tree, and of files in each of them. */
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
  /** The number of measured runs. If there are several, another one runs first as a warm-up. */
  readonly rounds: number
}

export interface DirectoryResult {
  readonly way: Way
  readonly entries: number
  /** CPU time and elapsed time in milliseconds per run. They include collecting the garbage of the runs before. */
  readonly cpu: number
  readonly clock: number
  /** The peak of resident memory, in megabytes. */
  readonly peak: number
}

/** The directories in the root. */
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
  return result as DirectoryResult // the child sends nothing else
}

/** How often a process lists the directory: often enough that each run pays for the garbage of another one. */
const LISTS = 50

/** A file system in memory, so that no disk is measured. */
const MEMORY = "/dev/shm"

/** Creates a directory in memory, if possible. */
export const scratch = (): string => mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "procfsroot-benchmark-"))

export const titles = { list: "A large directory", walk: "A large tree" } as const

export const columns = { cpu: "ms processor", clock: "ms", peak: "MB peak" } as const

const tableOf = (title: string, base: Way, results: ReadonlyArray<DirectoryResult>): Table => ({
  title,
  note: `${results[0]?.entries} entries, in memory; each in its own process`,
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
