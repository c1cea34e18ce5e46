/**
 * All watches of a thread share a queue in the kernel. If it overflows, they fail instead of missing changes. A
 * synchronous loop fills the queue, because nothing is read from it meanwhile.
 */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"
import { memoryDirectory } from "@procfsroot/testkit/inMemory"
import { temporary } from "@procfsroot/testkit/temporary"
import { MAX_EVENTS } from "@procfsroot/vfs/Watch"
import { mkdirSync, readFileSync, renameSync, symlinkSync, watch as watchNode } from "node:fs"
import { setImmediate } from "node:timers/promises"
import { expect, it } from "vitest"
import * as EventQueue from "../src/internal/fileSystem/eventQueue.js"

const queueLength = Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "latin1"))

/** So few events do not end the watch of a single directory. */
const FEW = MAX_EVENTS - 100

const manyDirectories = Array.from({ length: Math.ceil((queueLength + 1) / FEW) }, (_, i) => `busy/${i}`)

const made = () => {
  const box = temporary(memoryDirectory)
  for (const name of ["quiet", "busy", ...manyDirectories]) mkdirSync(`${box.path}/${name}`)
  return box
}

/** Each link is one event. */
const fill = (directory: string, count: number): void => {
  for (let i = 0; i < count; i++) symlinkSync("target", `${directory}/link${i}`)
}

/** A watch in a root of its own. It begins before this returns. */
const watching = async (
  path: string,
  options: { readonly recursive?: boolean; readonly signal?: AbortSignal } = {}
) => {
  const root = await openRoot(path)
  const changes = root.promises.watch("/", options)[Symbol.asyncIterator]()
  const first = changes.next()
  const names: Array<string | null> = []
  /** Reads until there is a change of `last`. Returns the code of the error that ended the watch before that. */
  const read = async (last: string): Promise<unknown> => {
    try {
      for (let change = await first; change.value?.filename !== last; change = await changes.next()) {
        names.push(change.value?.filename)
      }
      return undefined
    } catch (error) {
      return (error as NodeJS.ErrnoException).code
    }
  }
  const end = async () => {
    await changes.return?.()
    await root.close()
  }
  return { read, names, [Symbol.asyncDispose]: end }
}

const timeout = 30_000

it("a watch of several directories fails with EOVERFLOW if the kernel has dropped changes", { timeout }, async () => {
  using box = made()
  await using watch = await watching(`${box.path}/busy`, { recursive: true })
  for (const name of manyDirectories) fill(`${box.path}/${name}`, FEW)
  symlinkSync("target", `${box.path}/busy/last`) // this is not in the queue any more
  expect(await watch.read("last")).toBe("EOVERFLOW")
})

it("a watch fails if the changes in another root have filled the queue", { timeout }, async () => {
  using box = made()
  await using busy = await watching(`${box.path}/busy`)
  await using quiet = await watching(`${box.path}/quiet`)
  fill(`${box.path}/busy`, queueLength + 1)
  symlinkSync("target", `${box.path}/quiet/last`)
  expect(await Promise.all([busy, quiet].map((watch) => watch.read("last")))).toEqual(["EOVERFLOW", "EOVERFLOW"])
})

it("a watch fails if a watch that has just ended has filled the queue", { timeout }, async () => {
  using box = made()
  const ending = new AbortController()
  await using busy = await watching(`${box.path}/busy`, ending)
  await using quiet = await watching(`${box.path}/quiet`)
  fill(`${box.path}/busy`, queueLength + 1)
  symlinkSync("target", `${box.path}/quiet/last`)
  ending.abort()
  expect(await Promise.all([busy, quiet].map((watch) => watch.read("last")))).toEqual([
    DOMException.ABORT_ERR,
    "EOVERFLOW"
  ])
})

it("watches that end do not fill the queue: the kernel adds an event for each one", async () => {
  let closed = 0
  const readers = Array.from({ length: queueLength + 1 }, (_, i) => ({
    identity: BigInt(i),
    overflowed: () => {},
    close: () => closed++
  }))
  readers.forEach(EventQueue.join)
  readers.forEach(EventQueue.leave)
  let turns = 0
  for (let before = 0; closed < readers.length; before = closed, turns++) {
    await setImmediate()
    expect(closed - before).toBeLessThanOrEqual(Math.max(1, queueLength / 4))
  }
  expect(turns).toBeLessThanOrEqual(20) // they end soon
})

it("only the time in which the process runs counts as the time that events take", async () => {
  expect(EventQueue.isTurnTooLong(0)).toBe(false)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  expect(EventQueue.isTurnTooLong(256)).toBe(false)
  while (!EventQueue.isTurnTooLong(256));
  expect(EventQueue.isTurnTooLong(0)).toBe(false)
  await setImmediate() // ends the turn
})

it("a watch ends if its changes are read for a long time without a pause", { timeout }, async () => {
  using box = made()
  await using watch = await watching(`${box.path}/busy`)
  const slow = watchNode(`${box.path}/busy`, () => {
    while (!EventQueue.isTurnTooLong(256));
  })
  fill(`${box.path}/busy`, 300)
  expect(await watch.read("link299").finally(() => slow.close())).toBe("EOVERFLOW")
})

it("a watch continues if another one has too many changes, but the queue has room", { timeout }, async () => {
  using box = made()
  await using busy = await watching(`${box.path}/busy`)
  await using quiet = await watching(`${box.path}/quiet`)
  fill(`${box.path}/busy`, MAX_EVENTS + 1)
  symlinkSync("target", `${box.path}/quiet/last`)
  expect(await Promise.all([busy, quiet].map((watch) => watch.read("last")))).toEqual(["EOVERFLOW", undefined])
})

it("a watch keeps as many changes as it may, and reports 64 in a turn of the event loop", { timeout }, async () => {
  using box = made()
  await using watch = await watching(`${box.path}/busy`)
  fill(`${box.path}/busy`, MAX_EVENTS)
  const reading = watch.read(`link${MAX_EVENTS - 1}`)
  const inTurns = new Set<number>()
  for (let read = 0; read < MAX_EVENTS - 1; read = watch.names.length) {
    await setImmediate()
    inTurns.add(watch.names.length - read)
  }
  expect(await reading).toBeUndefined()
  expect(Math.max(...inTurns)).toBe(64)
})

/** Watches a file in memory while it changes so often, and then reads as many changes as a watch keeps. */
const readKept = async (count: number) => {
  const { promises, sync } = openMemoryRoot({ "/f": "" })
  const changes = promises.watch("/f")[Symbol.asyncIterator]()
  const first = changes.next()
  for (let i = 0; i < count; i++) sync.chmodSync("/f", 0o600)
  await first
  for (let i = 1; i < MAX_EVENTS; i++) await changes.next()
  return changes
}

it("a watch fails after the changes that it has kept until they are read", async () => {
  await (await readKept(MAX_EVENTS)).return?.()
  const changes = await readKept(MAX_EVENTS + 1)
  await expect(changes.next()).rejects.toMatchObject({ code: "EOVERFLOW" })
})

it("a directory that has left the watched one does not end the watch by its changes", { timeout }, async () => {
  using box = made()
  await using watch = await watching(`${box.path}/busy`, { recursive: true })
  renameSync(`${box.path}/busy/0`, `${box.path}/left`)
  expect(await watch.read("0")).toBeUndefined()
  fill(`${box.path}/left`, MAX_EVENTS + 1)
  symlinkSync("target", `${box.path}/busy/last`)
  expect(await watch.read("last")).toBeUndefined()
})

it("changes take room in the queue once, even if several watches report them", { timeout }, async () => {
  using box = made()
  // No more than would fill the queue if each took room: all are reported in one turn, which must not take too long.
  const watches = await Promise.all(
    Array.from({ length: Math.ceil(queueLength / FEW) - 1 }, () => watching(`${box.path}/busy`))
  )
  fill(`${box.path}/busy`, FEW)
  symlinkSync("target", `${box.path}/busy/last`)
  expect(await Promise.all(watches.map((watch) => watch.read("last")))).toEqual(watches.map(() => undefined))
  expect(watches.map(({ names }) => names.length)).toEqual(watches.map(() => FEW))
  for (const watch of watches) await watch[Symbol.asyncDispose]()
})
