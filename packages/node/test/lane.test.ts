/** How requests for other threads are answered and given up. */
import { startFuse } from "@procfsroot/testkit/fuse"
import { without } from "@procfsroot/testkit/judges"
import { closeSync, openSync, readdirSync } from "node:fs"
import { setImmediate, setTimeout } from "node:timers/promises"
import { expect, it } from "vitest"
import { Lane } from "../src/internal/thread/lane.js"
import type { Task } from "../src/internal/thread/messages.js"

it("gives up any number of requests that wait, as when many operations are aborted", () => {
  const lane = new Lane(undefined)
  let answered = 0
  const done = () => void answered++
  const giveUps = Array.from(
    { length: 400_000 },
    (_, i) => lane.ask({ task: { do: "open", path: `/${i}` }, policy: undefined, moved: [], done })
  )
  for (const giveUp of giveUps) giveUp()
  expect(answered).toBe(400_000)
})

it("gives up any number of requests that were sent after one that takes long", async () => {
  const fd = openSync("/", "r")
  const lane = new Lane({ id: 2_003, fd, native: "auto" })
  const paths = Array.from({ length: 100_000 }, (_, i) => `/none/${i}`)
  const long: Task = { do: "walkAll", paths, maxRemembered: 0 }
  const tasks: ReadonlyArray<Task> = [long, ...paths.slice(0, 3_000)]
  let answered = 0
  const giveUps = tasks.map((task) => lane.ask({ task, policy: undefined, moved: [], done: () => void answered++ }))
  // Some of them are sent by then.
  await setTimeout(10)
  for (const giveUp of giveUps) giveUp()
  for (let i = 0; i < 2_000 && answered < tasks.length; i++) await setTimeout(10)
  expect(answered).toBe(tasks.length)
  closeSync(fd)
})

it("sends what is asked for while its thread is at work", async () => {
  const fd = openSync("/", "r")
  const lane = new Lane({ id: 2_004, fd, native: "auto" })
  const lengths = [100, 300, 1_000, 3_000]
  const answered: Array<Task> = []
  for (const length of lengths) {
    const paths = Array.from({ length }, (_, i) => `/none/${i}`)
    const expected = answered.length + 2
    for (const task of [{ do: "walkAll", paths, maxRemembered: 0 }, "/"] as const) {
      lane.ask({ task, policy: undefined, moved: [], done: () => answered.push(task) })
      // The first one is sent by then.
      for (let turn = 0; turn < 3; turn++) await setImmediate()
    }
    for (let i = 0; i < 2_000 && answered.length < expected; i++) await setTimeout(10)
  }
  expect(answered).toHaveLength(2 * lengths.length)
  closeSync(fd)
})

const missing: Task = { do: "open", path: "/none/none" }

const threads = (): number => readdirSync("/proc/self/task").length

it.skipIf(without("fuse"))(
  "asks again only what its thread has not answered when it is held up, and once",
  async () => {
    await using fuse = await startFuse()
    const fd = openSync(fuse.path, "r")
    const lane = new Lane({ id: 2_001, fd, native: "auto" })
    const tasks = ["/file", missing, "/untyped", "/hangLookup", missing]
    const answered: Array<number> = []
    // The second answer is sent at once, together with the first one, and the third one after those that follow.
    for (const [i, task] of tasks.entries()) {
      lane.ask({ task, policy: undefined, moved: [], done: () => answered.push(i) })
    }
    for (let i = 0; i < 2_000 && answered.length < 4; i++) await setTimeout(10)
    const before = threads()
    // Time to ask more than is needed. Each request that hangs would need another thread.
    await setTimeout(1_500)
    expect(answered.toSorted()).toEqual([0, 1, 2, 4])
    expect(threads()).toBeLessThan(before + 3)
    closeSync(fd)
  }
)

it.skipIf(without("fuse"))("does not ask again what was given up before its thread is held up", async () => {
  await using fuse = await startFuse()
  const fd = openSync(fuse.path, "r")
  const lane = new Lane({ id: 2_002, fd, native: "auto" })
  const answers: Array<unknown> = []
  lane.ask({ task: "/hangLookup", policy: undefined, moved: [], done: () => {} })
  const done = (answer: unknown) => void answers.push(answer)
  const giveUp = lane.ask({ task: { do: "open", path: "/" }, policy: undefined, moved: [], done })
  // It is sent by then.
  await setTimeout(10)
  giveUp()
  for (let i = 0; i < 2_000 && answers.length === 0; i++) await setTimeout(10)
  expect(answers).toEqual([{ value: undefined }])
  closeSync(fd)
})
