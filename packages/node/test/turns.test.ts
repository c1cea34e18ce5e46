/**
 * Timers fire while a program calls functions in a loop. In Node, each call waits for another thread, so programs rely
 * on this: for example a program that waits for a file until a timeout.
 */
import {
  Fs,
  MemoryProcesses,
  MemoryRoot,
  NodeTree,
  openMemoryRoot,
  type OpenRoot,
  openRoot,
  openTarRoot
} from "@procfsroot/node"
import { busy } from "@procfsroot/testkit/busy"
import { temporary } from "@procfsroot/testkit/temporary"
import { firesDuring, MOST_OPERATIONS } from "@procfsroot/testkit/turns"
import { writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

/** As `firesDuring`, for a function whose callback calls it again. */
const firesBetween = (call: (done: () => void) => void): Promise<boolean> =>
  new Promise((resolve) => {
    const fired = AbortSignal.timeout(1)
    let calls = 0
    const next = (): void => {
      if (!fired.aborted && ++calls < MOST_OPERATIONS) return call(next)
      resolve(fired.aborted)
    }
    next()
  })

/** Works on each entry of a directory until a timer fires, and returns whether it has fired. */
const firesAmong = async (entries: AsyncIterable<unknown>): Promise<boolean> => {
  const fired = AbortSignal.timeout(1)
  for await (const _ of entries) {
    if (fired.aborted) break
    busy(0.05)
  }
  return fired.aborted
}

const callsOf = ({ directory, explain, locate, promises, resolve, resolveAll, subRoot }: OpenRoot.OpenRoot) => ({
  stat: () => promises.stat("/f"),
  "stat of a missing file": () => promises.stat("/none"),
  access: () => promises.access("/f"),
  readFile: () => promises.readFile("/f"),
  readdir: () => promises.readdir("/"),
  rename: () => promises.rename("/f", "/f"),
  "directory.lstat": () => directory.lstat("/f"),
  "directory.readFileBounded": () => directory.readFileBounded("/f", { maxBytes: 100 }),
  resolve: () => resolve("/f"),
  "resolve of a missing file": () => resolve("/none"),
  locate: () => locate("/f"),
  explain: () => explain("/f"),
  resolveAll: () => resolveAll(["/f"]),
  "resolveAll of nothing": () => resolveAll([]),
  subRoot: async () => (await subRoot("/")).close()
})

/** Returns the functions that keep a timer from firing. */
const blocking = async (root: OpenRoot.OpenRoot): Promise<ReadonlyArray<string>> => {
  const fired: Record<string, boolean> = {}
  const calls = callsOf(root)
  for (const [name, call] of Object.entries(calls)) fired[name] = await firesDuring(call)
  await using file = await root.promises.open("/f")
  fired["stat of an open file"] = await firesDuring(() => file.stat())
  fired["read of an open file"] = await firesDuring(() => file.read(Buffer.alloc(1), 0, 1, 0))
  const fs = Fs.make(root)
  fired["lstat with a callback"] = await firesBetween((done) => fs.lstat("/f", done))
  fired["readdir with a callback"] = await firesBetween((done) => fs.readdir("/", done))
  fired["open with a callback"] = await firesBetween((done) =>
    fs.open("/f", (_, fd) => fd === undefined ? done() : fs.close(fd, done))
  )
  return Object.keys(fired).filter((name) => fired[name] !== true)
}

const strategies = ["kernel", "walk"] as const

describe("timers during a loop of calls", () => {
  it.each(strategies)("fire on a disk: %s", async (strategy) => {
    using place = temporary()
    writeFileSync(`${place.path}/f`, "content")
    await using root = await openRoot(place.path, { strategy })
    expect(await blocking(root)).toEqual([])
    expect(await firesDuring(async () => (await openRoot(place.path, { strategy })).close())).toBe(true)
    expect(await firesDuring(() => openRoot(`${place.path}/none`, { strategy }))).toBe(true)
  })

  it("fire in memory", async () => {
    expect(await blocking(openMemoryRoot({ "/f": "content" }))).toEqual([])
  })

  it("fire in an archive", async () => {
    using place = temporary()
    // Two empty blocks are an archive without entries.
    writeFileSync(`${place.path}/a.tar`, Buffer.alloc(1_024))
    await using root = await openTarRoot(`${place.path}/a.tar`)
    expect(await firesDuring(() => root.resolveAll(["/"]))).toBe(true)
    expect(await firesDuring(async () => (await root.subRoot("/")).close())).toBe(true)
  })

  it("fire while the roots of processes in memory are opened", async () => {
    const machine = MemoryProcesses.make({
      mountNamespaces: { web: {} },
      processes: [{ pid: 1, mountNamespace: "web" }]
    })
    expect(await firesDuring(() => machine.openRoot({ pid: 1 }))).toBe(true)
  })

  it("fire while a tree is written, so that it can be aborted", async () => {
    using place = temporary()
    const tree = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`/${i}`, "content"]))
    const signal = AbortSignal.timeout(1)
    await expect(NodeTree.toDirectory(tree, place.path, { signal })).rejects.toMatchObject({ name: "TimeoutError" })
    expect(await firesDuring(() => NodeTree.toDirectory({}, place.path))).toBe(true)
  })

  it("fire while a program works on the entries of a directory", async () => {
    const { directory, promises } = openMemoryRoot(
      Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`/${i}`, ""]))
    )
    expect(await firesAmong(directory.streamDirectoryEntries("/"))).toBe(true)
    expect(await firesAmong(await promises.opendir("/"))).toBe(true)
    const opened = await promises.opendir("/")
    expect(await firesDuring(() => opened.read())).toBe(true)
    expect(await firesBetween((done) => opened.read(done))).toBe(true)
  })

  it("fire during calls with faults", async () => {
    const faults = [{ path: "/none", code: "EIO" }] as const
    expect(await blocking(openMemoryRoot({ "/f": MemoryRoot.file("content") }, { faults }))).toEqual([])
  })

  it("lets many calls that began together end in the same turn", async () => {
    const { promises } = openMemoryRoot({ "/f": "content" })
    let turns = 0
    const count = () => {
      turns++
      turn = setImmediate(count)
    }
    let turn = setImmediate(count)
    await Promise.all(Array.from({ length: 10_000 }, () => promises.stat("/f")))
    clearImmediate(turn)
    expect(turns).toBeLessThan(100)
  })

  it("let a watch end whose signal aborts before it waits for changes", async () => {
    const { promises } = openMemoryRoot({ "/f": "content" })
    const over = new AbortController()
    const changes = promises.watch("/", { signal: over.signal })
    await promises.stat("/f")
    for (const start = performance.now(); performance.now() - start < 5;);
    const first = changes[Symbol.asyncIterator]().next()
    // The watch has begun by then, and waits for the next turn of the event loop.
    process.nextTick(() => over.abort())
    await expect(first).rejects.toThrow("operation was aborted")
  })
})

it("calls for entries that do not wait for each other end in order", async () => {
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`/${i}`, ""]))
  const { directory } = openMemoryRoot(files)
  const entries = directory.walkTree("/")[Symbol.asyncIterator]()
  await entries.next()
  const ended: Array<number> = []
  await Promise.all(Array.from({ length: 50 }, async (_, i) => {
    busy(0.3)
    await entries.next()
    ended.push(i)
  }))
  expect(ended).toEqual(ended.toSorted((a, b) => a - b))
})
