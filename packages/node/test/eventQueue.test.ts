/** Tests which watches end when the queue of events may have been full, and when, with events that are only counted. */
import { readFileSync } from "node:fs"
import { setImmediate } from "node:timers/promises"
import { afterEach, expect, it } from "vitest"
import * as EventQueue from "../src/internal/fileSystem/eventQueue.js"

const queueLength = Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "latin1"))

/** So many events in one turn end all watches. */
const MOST = Math.floor(0.75 * queueLength)

/** A watch that counts how often it ends and is closed. */
class Reader {
  readonly identity: bigint
  ended = 0
  closed = 0
  readonly #afterEnd: () => void

  constructor(identity: bigint, afterEnd = () => {}) {
    this.identity = identity
    this.#afterEnd = afterEnd
    EventQueue.join(this)
  }

  overflowed(): void {
    this.ended++
    EventQueue.leave(this)
    this.#afterEnd()
  }

  close(): void {
    this.closed++
  }
}

const made: Array<Reader> = []

const watching = (identity: bigint, afterEnd?: () => void): Reader => {
  const reader = new Reader(identity, afterEnd)
  made.push(reader)
  return reader
}

const count = (reader: Reader, times: number): void => {
  for (let i = 0; i < times; i++) EventQueue.count(reader)
}

/** Uses a processor for longer than a turn may last. */
const work = (): void => {
  const began = performance.now()
  const before = process.cpuUsage()
  for (let used = 0; used < 150_000 || performance.now() - began < 150;) {
    const { system, user } = process.cpuUsage(before)
    used = system + user
  }
}

afterEach(async () => {
  for (const reader of made.splice(0)) EventQueue.leave(reader)
  // The turn ends, and the watches that have left are closed.
  for (let i = 0; i < 4; i++) await setImmediate()
})

it("all watches end and are closed when the events of one turn fill three quarters of the queue", () => {
  const [busy, quiet] = [watching(1n), watching(2n)]
  count(busy, MOST - 1)
  expect([busy.ended, quiet.ended]).toEqual([0, 0])
  count(quiet, 1)
  expect([busy.ended, quiet.ended]).toEqual([1, 1])
  expect([busy.closed, quiet.closed]).toEqual([1, 1])
})

it("the events of two turns are not counted together", async () => {
  const busy = watching(1n)
  count(busy, MOST - 1)
  await setImmediate()
  count(busy, MOST - 1)
  expect(busy.ended).toBe(0)
})

it("a watch that begins when the others end, for the same file, has the rest of the queue", () => {
  const next: Array<Reader> = []
  const busy = watching(1n, () => next.push(watching(1n)))
  count(busy, MOST)
  const [begun] = next
  if (begun === undefined) throw new Error("the first watch has not ended")
  expect(begun.ended).toBe(0)
  // One place has the event that the first watch was closed. Both get the next event.
  count(busy, 1)
  count(begun, MOST - 2)
  expect(begun.ended).toBe(0)
  count(begun, 1)
  expect(begun.ended).toBe(1)
})

it("a watch that has ended is closed after a turn, or when the others end", async () => {
  const [over, busy] = [watching(1n), watching(2n)]
  EventQueue.leave(over)
  EventQueue.leave(over) // a watch that has failed is stopped again when it ends
  await setImmediate()
  expect(over.closed).toBe(0)
  count(busy, MOST)
  expect([over.closed, busy.closed]).toEqual([1, 1])
  const begun = watching(3n)
  count(begun, MOST - 3) // two were closed
  expect(begun.ended).toBe(0)
  count(begun, 1)
  expect(begun.ended).toBe(1)
})

it("watches end if so many are closed at once that this fills the queue", async () => {
  const many = Array.from({ length: MOST }, (_, i) => watching(BigInt(i + 2)))
  const busy = watching(1n)
  for (const reader of many) EventQueue.leave(reader)
  count(busy, MOST)
  expect(many.filter(({ closed }) => closed === 1)).toHaveLength(MOST)
  const begun = watching(1n)
  expect(begun.ended).toBe(0)
  await setImmediate()
  expect(begun.ended).toBe(1)
})

it("all watches end if the events of one that has ended take too long", () => {
  const [over, busy] = [watching(1n), watching(2n)]
  EventQueue.leave(over)
  count(busy, 1)
  work()
  count(busy, 255)
  expect(busy.ended).toBe(0) // this one can end itself
  count(over, 255)
  expect(busy.ended).toBe(0)
  count(over, 1)
  expect(busy.ended).toBe(1)
})
