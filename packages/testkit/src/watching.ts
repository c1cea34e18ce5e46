/**
 * Compares watch events in memory with those of `inotify(7)`. Each case makes calls in and around a watched directory
 * or file, and the events after each call are compared one by one. The judges are Node's own `fs.watch`, and a file
 * system on a disk with both strategies.
 *
 * @example
 * watching({ name: "promises", memory: memory.memory, node: disk.node })
 */
import { watch as watchNode } from "node:fs"
import { describe, expect, it } from "vitest"
import { concurrently } from "./concurrently.js"
import type { MemoryOptions, OpenFileSystem, PlainTree, RootEdition } from "./edition.js"
import { without } from "./judges.js"
import { temporary } from "./temporary.js"
import { type Case, cases, type Place, places } from "./watching/cases.js"
import { expectedFrom, type Judge, sortedFor } from "./watching/differences.js"
import { randomCase } from "./watching/random.js"
import { ownWatch, type Reported, reportedIn, type Watch } from "./watching/watched.js"
import { memoryDirectory } from "./inMemory.js"

/** The file system in memory to test, and the file system on a disk, which makes the calls and is also a judge. */
export interface Watched {
  readonly name: string
  readonly memory: (tree: PlainTree, options: Pick<MemoryOptions, "user">) => Promise<OpenFileSystem>
  readonly node: RootEdition["node"]
}

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

const empty: PlainTree = { "/": { type: "Directory", mode: 0o755, mtime: new Date(0), ...user } }

/** How many cases run at the same time. Each one waits for turns of the event loop, which they share. */
const MOST = 16

/** How long to wait for events, in turns of the event loop. A busy machine can need more of them. */
const patiences = [3, 30, 300] as const

const watchByNode = (root: string): Watch => (_, { path, recursive }, report) => {
  const watcher = watchNode(root + path, { recursive })
  watcher.on("change", (type, name) => report(`${type} ${String(name)}`))
  return { ended: Promise.resolve(), stop: async () => watcher.close() }
}

const inMemory = async ({ memory }: Watched, one: Case, place: Place, patience: number): Promise<Reported> => {
  const opened = await memory(empty, { user })
  try {
    return await reportedIn(opened, one, place, patience)
  } finally {
    await opened.close()
  }
}

const onDisk = async (
  { node }: Watched,
  judge: Judge,
  one: Case,
  place: Place,
  patience: number
): Promise<Reported> => {
  using root = temporary(memoryDirectory)
  const opened = await node(root.path, { strategy: judge === "walk" ? "walk" : "kernel" })
  try {
    return await reportedIn(opened, one, place, patience, judge === "fs.watch" ? watchByNode(root.path) : ownWatch)
  } finally {
    await opened.close()
  }
}

interface Answer {
  readonly name: string
  readonly reported: Reported
}

/** The cases in which a judge reports other events. */
const differing = async (watched: Watched, judge: Judge, place: Place, all: ReadonlyArray<Case>) => {
  const actual: Array<Answer> = []
  const expected: Array<Answer> = []
  await concurrently(all.length, MOST, async (i) => {
    const one = all[i]
    if (one === undefined) return
    const { name } = one
    for (const patience of patiences) {
      const reported = expectedFrom(judge, place, await inMemory(watched, one, place, patience))
      const judged = sortedFor(place, await onDisk(watched, judge, one, place, patience))
      if (JSON.stringify(judged) === JSON.stringify(reported)) return
      if (patience !== patiences.at(-1)) continue
      actual.push({ name, reported })
      expected.push({ name, reported: judged })
    }
  })
  return { actual, expected }
}

const judges: ReadonlyArray<Judge> = ["fs.watch", "kernel", "walk"]

/** Node 20 implements recursive watches itself: see "Differences from a disk and from Node". */
const placesOf = (judge: Judge): ReadonlyArray<Place> =>
  judge === "fs.watch" ? places.filter(({ recursive }) => !recursive) : places

const compared = (name: string, watched: Watched, judged: ReadonlyArray<Judge>, all: ReadonlyArray<Case>): void => {
  describe.skipIf(without("nodeFs")).each(judged)(`${name}: ${watched.name}, judged by %s`, (judge) => {
    const known = judge === "walk" ? all.filter(({ isNative }) => !isNative) : all
    it.skipIf(judge !== "walk" && without("openat2")).each(placesOf(judge))(
      "$name",
      async (place) => {
        const { actual, expected } = await differing(watched, judge, place, known)
        expect(actual).toEqual(expected)
      }
    )
  })
}

/** Defines the tests for an edition. */
export const watching = (watched: Watched): void => compared("watch events", watched, judges, cases)

/** Defines the tests with random calls. `SEEDS=2000` runs more of them, `SEED=17` only one. */
export const watchingAtRandom = (watched: Watched): void => {
  const { SEED: seed, SEEDS: seeds = "40" } = process.env
  const all = seed === undefined ? Array.from({ length: Number(seeds) }, (_, i) => i + 1) : [Number(seed)]
  compared("watch events of random calls", watched, ["fs.watch", "kernel"], all.map(randomCase))
}
