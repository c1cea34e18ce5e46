/** Trees in memory that record what was not synced, and what can be seen of them after a power failure. */
import type * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as OpenFlags from "../src/OpenFlags.js"
import * as Program from "../src/Program.js"
import { memoryOf } from "./memory.js"

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

export const open = (tree: MemoryTree.Tree): MemoryTree.Memory => memoryOf(tree, { crashes: true })

export const write = ({ fileSystem }: MemoryTree.Memory, path: string, text: string): void =>
  Program.runSync(fileSystem.writeFile(path, bytesOf(text), "w", 0o644))

export const rename = ({ fileSystem }: MemoryTree.Memory, from: string, to: string): void =>
  Program.valueOf(fileSystem.rename(from, to))

export const at = ({ fileSystem }: MemoryTree.Memory, path: string, position: number, text: string): void => {
  const file = Program.valueOf(fileSystem.open(path, OpenFlags.fromFlag("r+"), 0))
  Program.runSync(file.write(bytesOf(text), BigInt(position)))
  Program.runSync(file.close())
}

export const sync = ({ fileSystem }: MemoryTree.Memory, path: string): void => {
  const file = Program.valueOf(fileSystem.open(path, OpenFlags.fromFlag("r"), 0))
  Program.runSync(file.sync())
  Program.runSync(file.close())
}

/** Shortens `aaaa…` to `a*4096`. */
export const brief = (text: string): string =>
  text.replace(/(.)\1{9,}/gsu, (run, one: string) => `${one === "\0" ? "0" : one}*${run.length}`)

export const shown = (entry: MemoryTree.Entry | undefined): string => {
  if (entry?.type !== "File") return entry === undefined ? "-" : entry.type
  return brief(typeof entry.content === "string" ? entry.content : new TextDecoder("latin1").decode(entry.content))
}

/** Returns what can be at these paths after a crash. */
export const seen = (trees: ReadonlyArray<MemoryTree.Tree>, ...paths: ReadonlyArray<string>): ReadonlyArray<string> => {
  const shownIn = (tree: MemoryTree.Tree) =>
    paths.map((path) => shown(tree[path] as MemoryTree.Entry | undefined)).join(" ") // a snapshot contains only entries
  return [...new Set(trees.map(shownIn))].toSorted()
}

export const A = "a".repeat(4096)
export const B = "b".repeat(4096)
