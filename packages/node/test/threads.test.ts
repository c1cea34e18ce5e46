/** Tests the threads in which calls wait for file systems. */
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { spawnSync } from "node:child_process"
import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { type Thread, withThread } from "../src/internal/thread/threads.js"

/** The descriptors of this process that list its descriptors: all that a thread opens for itself. */
const opened = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === `/proc/${process.pid}/fd`
    } catch {
      return false // closed by now
    }
  }).length

const started = (isSlow = () => false): Promise<Thread> =>
  new Promise((use, failed) => withThread({ isSlow, use, failed }))

/** Resolves a path in a thread, so that it loads everything. */
const use = (thread: Thread, fd: number): Promise<void> =>
  new Promise((resolve, reject) =>
    thread.give({ answered: () => resolve(), failed: reject }, {
      root: { id: 1, fd, native: "auto" },
      tasks: ["/"],
      policies: [undefined]
    })
  )

it("threads that have ended leave no descriptor open", async () => {
  const root = openSync("/", "r")
  const threads = await Promise.all([started(), started(), started()])
  for (const thread of threads) await use(thread, root)
  expect(opened()).toBe(1)
  for (const thread of threads) thread.end()
  for (let i = 0; i < 500 && opened() > 0; i++) await sleep(10)
  closeSync(root)
  expect(opened()).toBe(0)
})

/** Ends threads, and waits until they have closed what they share. */
const ended = async (threads: ReadonlyArray<Thread>): Promise<void> => {
  for (const thread of threads) thread.end()
  for (let i = 0; i < 500 && opened() > 0; i++) await sleep(10)
}

const four = (): Promise<ReadonlyArray<Thread>> => Promise.all([started(), started(), started(), started()])

it("there are more than four threads only while some are held up", async () => {
  const root = openSync("/", "r")
  const first = await four()
  const all: Array<Thread> = [...first]
  const more = (): Promise<unknown> => started().then((thread) => all.push(thread))
  const fifth = more()
  await sleep(20)
  expect(all).toHaveLength(4)
  // The second report is about the same task.
  first[0]?.reportHeldUp()
  first[0]?.reportHeldUp()
  await fifth
  expect(all).toHaveLength(5)
  // Afterwards, none is held up, and four are left.
  for (const thread of all) await use(thread, root)
  const second = await four()
  for (const thread of second) await use(thread, root)
  all.push(...await four())
  const sixth = more()
  await sleep(20)
  expect(all).toHaveLength(9)
  // Another one takes the place of a thread that has ended.
  all[8]?.end()
  await sixth
  expect(all).toHaveLength(10)
  await ended(all)
  closeSync(root)
  expect(opened()).toBe(0)
})

it("slow roots get three threads at most, without those that are held up, and wait for more", async () => {
  const root = openSync("/", "r")
  const given: Array<string> = []
  const threads: Array<Thread> = []
  const ask = (name: string): Promise<unknown> =>
    started(() => name === "slow").then((thread) => {
      given.push(name)
      threads.push(thread)
    })
  await Promise.all([ask("slow"), ask("slow"), ask("slow")])
  const [waiting, later] = [ask("slow"), ask("slow")]
  await ask("quick")
  expect(given).toEqual(["slow", "slow", "slow", "quick"])
  // Nobody else waits for the thread that takes its place.
  threads[0]?.reportHeldUp()
  await waiting
  expect(given).toHaveLength(5)
  await use(threads[1] ?? expect.unreachable(), root)
  await later
  expect(given).toHaveLength(6)
  await ended([...new Set(threads)])
  closeSync(root)
  expect(opened()).toBe(0)
})

it("a slow root leaves the last idle thread to others", async () => {
  const root = openSync("/", "r")
  const first = await started()
  await use(first, root)
  const slow = await started(() => true)
  const quick = await started()
  expect([slow === first, quick === first]).toEqual([false, true])
  await ended([slow, quick])
  closeSync(root)
})

const counting = onlyOnNode("other runtimes start and end threads of their own meanwhile")

it.skipIf(without(counting))("of the idle threads, four stay for a while", async () => {
  const root = openSync("/", "r")
  const all = [...await four()]
  all[0]?.reportHeldUp()
  all.push(await started())
  const count = (): number => readdirSync("/proc/self/task").length
  const before = count()
  for (const thread of all) await use(thread, root)
  for (let i = 0; i < 500 && count() === before; i++) await sleep(10)
  expect(count()).toBe(before - 1)
  await sleep(1_500)
  expect(count()).toBe(before - 1)
  await ended(all)
  closeSync(root)
})

it("an idle thread is used again after another one has ended at work", async () => {
  const root = openSync("/", "r")
  const [one, other] = await Promise.all([started(), started()])
  await use(other, root)
  await new Promise<unknown>((failed) => {
    const paths = Array.from({ length: 100_000 }, (_, i) => `/none/${i}`)
    one.give({ answered: () => {}, failed }, {
      root: { id: 2, fd: root, native: "auto" },
      tasks: [{ do: "walkAll", paths, maxRemembered: 0 }],
      policies: [undefined]
    })
    one.end()
  })
  expect(await started()).toBe(other)
  await ended([other])
  closeSync(root)
})

const takenDescriptors = fileURLToPath(new URL("programs/takenDescriptors.mjs", import.meta.url))
const fewDescriptors = fileURLToPath(new URL("programs/fewDescriptors.mjs", import.meta.url))
const closedWithoutThread = fileURLToPath(new URL("programs/closedWithoutThread.mjs", import.meta.url))
const noThreads = fileURLToPath(new URL("programs/noThreads.mjs", import.meta.url))
const removedWorkingDirectory = fileURLToPath(new URL("programs/removedWorkingDirectory.mjs", import.meta.url))
const ownNativeCalls = fileURLToPath(new URL("programs/ownNativeCalls.mjs", import.meta.url))
const exitWhileBusy = fileURLToPath(new URL("programs/exitWhileBusy.mjs", import.meta.url))
const throwsWhileBusy = fileURLToPath(new URL("programs/throwsWhileBusy.mjs", import.meta.url))
const plugAndPlay = fileURLToPath(new URL("programs/plugAndPlay.cjs", import.meta.url))
const preloaded = fileURLToPath(new URL("programs/preloaded.mjs", import.meta.url))

/** Runs a program that may open 300 files, and returns what it prints. */
const printed = (program: string, ...numbers: ReadonlyArray<number>): unknown => {
  const command = `ulimit -n 300; exec "$0" "$@"`
  const args = ["-c", command, process.execPath, program, ...numbers.map(String)]
  const { stderr, stdout } = spawnSync("sh", args, { encoding: "utf8" })
  return JSON.parse(stdout || JSON.stringify(stderr))
}

describe("threads that start at once", () => {
  const startedWith = (free: number): unknown => printed(fewDescriptors, free)

  it.each([20, 28, 36, 48, 60])("fail and leave no file open if only %i descriptors are free", (free) => {
    expect(startedWith(free)).toEqual({ results: ["EMFILE"], left: [] })
  })

  it.each([80, 130, 200])("answer if %i descriptors are free, though not for all threads at once", (free) => {
    expect(startedWith(free)).toEqual({ results: ["answered"], left: [] })
  })
})

it.each([1, 2, 5, 10, 15, 20])(
  "a thread fails with EMFILE and leaves no file open if no descriptor is free after it has read %i modules",
  (count) => {
    // It may have read the last one by the time that all descriptors are taken.
    const either: unknown = expect.stringMatching(/^(?:EMFILE|answered)$/)
    expect(printed(takenDescriptors, count)).toEqual({ result: either, next: "answered", left: [] })
  }
)

it("a file that a thread has opened is closed even if no thread can be started", () => {
  expect(printed(closedWithoutThread)).toEqual({ before: 2, closed: ["fulfilled", "fulfilled"], left: 0 })
})

it("a thread that the limit of threads does not permit fails with EAGAIN", () => {
  const { stdout } = spawnSync(process.execPath, [noThreads], { encoding: "utf8" })
  expect(stdout).toBe("EAGAIN pthread_create\n")
})

it("a thread that Node cannot start in a removed working directory does not seem to be a missing root", () => {
  expect([
    "The root \"/\" cannot be used: Node cannot start a thread in a working directory that has been removed; change " +
    "to another one (ECANCELED).",
    // Node 26 can.
    "fulfilled"
  ]).toContain(printed(removedWorkingDirectory))
})

it("all exit listeners run if the process exits while a thread is busy, and may change the exit code", () => {
  const { status, stdout } = spawnSync(process.execPath, [exitWhileBusy], { encoding: "utf8" })
  expect({ status, stdout }).toEqual({ status: 4, stdout: "exit 3\n" })
})

it("an uncaught exception is printed while a thread is busy", () => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [throwsWhileBusy], { encoding: "utf8" })
  expect(stderr).toMatch(/error: it has failed/i)
  expect({ status, stdout }).toEqual({ status: 1, stdout: "exit 1\n" })
})

it("threads do not repeat a warning, such as the one of Node 26 about `node:ffi`", () => {
  const { stderr, stdout } = spawnSync(process.execPath, [ownNativeCalls], { encoding: "utf8" })
  expect(stdout).toBe("/\n")
  expect(stderr.match(/Warning: /g)?.length ?? 0).toBeLessThan(2)
})

describe.skipIf(without(onlyOnNode("only Node uses NODE_OPTIONS")))("a thread", () => {
  it("does not load what NODE_OPTIONS loads first, which could start threads itself", () => {
    const env = { ...process.env, NODE_OPTIONS: `--import=${preloaded}` }
    const { stdout } = spawnSync(process.execPath, ["--eval", "console.log('main')"], {
      encoding: "utf8",
      env,
      timeout: 20_000
    })
    expect(stdout).toBe("/\nmain\n")
  })

  it("loads the module of Plug'n'Play, without which it does not find its own", () => {
    const { stdout } = spawnSync(process.execPath, ["--require", plugAndPlay, preloaded], { encoding: "utf8" })
    expect(stdout).toBe("loaded\n/\n")
  })
})
