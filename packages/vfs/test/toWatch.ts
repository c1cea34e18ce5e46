/** Watches in memory, and what they report. */
import * as FileSystem from "@procfsroot/vfs/FileSystem"
import type { Change, InodeListener } from "@procfsroot/vfs/Watch"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import type { PathPolicy } from "@procfsroot/vfs/PathPolicy"
import * as Program from "@procfsroot/vfs/Program"
import type { Node } from "../src/internal/memory/inode.js"
import { options } from "./failing.js"
import { built, type Operations } from "./handles.js"

export const tree: MemoryTree.Tree = { "/w/f": "content", "/w/d/e/f": "", "/other/f": "", "/l": MemoryTree.link("w") }

const running = new Set<Program.Running<never>>()

/** Ends all watches. */
export const endWatches = (): void => {
  for (const one of running) one.interrupt()
  running.clear()
}

interface Watching {
  readonly fs: FileSystem.FileSystem<unknown>
  readonly events: Array<string>
  readonly exit: () => unknown
  readonly interrupt: () => void
  /** How many directories and files are watched. */
  readonly watched: () => number
}

interface Overrides {
  readonly operations?: (operations: Operations<Node>) => Partial<Operations<Node>>
  readonly room?: number
  readonly ready?: (fs: FileSystem.FileSystem<unknown>) => void
  readonly changed?: (change: Change) => void
  readonly files?: MemoryTree.Tree
  readonly policy?: PathPolicy
}

/** Watches a path in memory. Events arrive during the calls that cause them. */
export const watching = (
  path: string,
  recursive: boolean,
  { changed: heard, files = tree, operations, policy, ready, room = 100 }: Overrides = {}
): Watching => {
  const made = built(files)
  let watched = 0
  const watch: Operations<Node>["watch"] = (inode, listener) => {
    const begun = made.operations.watch(inode, listener)
    watched++
    let isStopped = false
    const stop = () => {
      if (!isStopped) watched--
      isStopped = true
      begun.stop()
    }
    return { ...begun, stop }
  }
  const all = { ...made.operations, watch, ...operations?.({ ...made.operations, watch }) }
  const fs = FileSystem.make(all, { ...options, policy })
  const events: Array<string> = []
  const changed = (change: Change): boolean => {
    if (events.length === room) return false
    events.push(`${change.type} ${change.name}`)
    heard?.(change)
    return true
  }
  const program = fs.watch(path, recursive, changed, () => ready?.(fs))
  const one = Program.start(program, { isDue: () => false, wait: () => () => {} })
  running.add(one)
  let exit: unknown
  one.onExit((result) => exit = result)
  return { fs, events, exit: () => exit, interrupt: () => one.interrupt(), watched: () => watched }
}

/** Keeps the listeners of a watch, in the order in which its directories are watched. */
export const listening = () => {
  const listeners: Array<InodeListener> = []
  const operations = ({ watch }: Operations<Node>): Partial<Operations<Node>> => ({
    watch: (inode, listener) => {
      listeners.push(listener)
      return watch(inode, listener)
    }
  })
  return { listeners, operations }
}

const bytes = new Uint8Array(3)

export const write = (fs: FileSystem.FileSystem<unknown>, path: string): void =>
  Program.runSync(fs.writeFile(path, bytes, "w", 0o600))
