/** Tests the threads in which calls wait for file systems. */
import { closeSync, openSync, readdirSync, readlinkSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, it } from "vitest"
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

const started = (): Promise<Thread> => new Promise((use, failed) => withThread({ use, failed }))

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
