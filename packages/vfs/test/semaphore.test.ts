/** Tests how many programs run at once, and in which order they do. */
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { Semaphore } from "../src/internal/semaphore.js"
import { exitOf, noTurns } from "./programs.js"

describe("a semaphore", () => {
  const holding = (permits: number) => {
    const semaphore = new Semaphore(permits)
    const ends: Array<() => void> = []
    const hold = () =>
      Program.start(
        semaphore.hold(() =>
          Program.call<void>((done) => void ends.push(() => done({ value: undefined })))[Symbol.iterator]()
        ),
        noTurns
      )
    return { ends, hold }
  }

  it("lets as many programs run as it has permits, in their order", () => {
    const { ends, hold } = holding(2)
    for (let i = 0; i < 4; i++) hold()
    expect(ends).toHaveLength(2)
    ends[1]?.()
    expect(ends).toHaveLength(3)
    ends[0]?.()
    expect(ends).toHaveLength(4)
    ends[2]?.()
    ends[3]?.()
    hold()
    hold()
    hold()
    expect(ends).toHaveLength(6)
  })

  it("forgets a program that is interrupted while it waits", () => {
    const { ends, hold } = holding(1)
    hold()
    const [second, third] = [hold(), hold()]
    second.interrupt()
    expect(exitOf(second)).toBe("Interrupted")
    ends[0]?.()
    expect(ends).toHaveLength(2)
    ends[1]?.()
    expect(exitOf(third)).toEqual({ value: undefined })
  })

  it("lets no program begin that is interrupted together with the one before it", async () => {
    const semaphore = new Semaphore(1)
    let begun = 0
    const controllers = Array.from({ length: 4 }, () => new AbortController())
    const all = controllers.map(({ signal }) =>
      Program.runPromise(
        semaphore.hold(function*() {
          yield* Program.call<void>((done) => {
            if (++begun > 1) done({ value: undefined })
            return () => {}
          })
          return begun
        }),
        signal
      ).catch((reason: unknown) => reason)
    )
    for (const controller of controllers.slice(0, 3)) controller.abort("enough")
    expect(begun).toBe(1)
    expect(await Promise.all(all)).toEqual(["enough", "enough", "enough", 2])
  })

  it("passes its permit through a long queue, in order, and lets others work meanwhile", async () => {
    const semaphore = new Semaphore(1)
    const order: Array<number> = []
    let end: () => void = () => {}
    const first = Program.call<void>((done) => void (end = () => done({ value: undefined })))
    Program.start(semaphore.hold(() => first[Symbol.iterator]()), EventLoop.turns)
    const hold = (i: number) =>
      Program.runPromise(semaphore.hold(() =>
        Program.sync(() => {
          // 5,000 of these take a quarter of a second.
          for (const last = performance.now() + 0.05; performance.now() < last;);
          order.push(i)
        })
      ))
    const all = Array.from({ length: 5_000 }, (_, i) => hold(i))
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    end()
    await Promise.all(all)
    clearInterval(timer)
    expect(order).toEqual(all.map((_, i) => i))
    expect(turns).toBeGreaterThan(10)
  })

  it("passes the permit on if the program that it was passed to is interrupted before it goes on", () => {
    const semaphore = new Semaphore(1)
    let end: () => void = () => {}
    let second: Program.Running<unknown> | undefined
    const hold = (use: () => unknown) => Program.start(semaphore.hold(() => Program.sync(use)), noTurns)
    const first = Program.start(
      (function*(): Program.Program<void> {
        yield* semaphore.hold(() =>
          Program.call<void>((done) => void (end = () => done({ value: undefined })))[Symbol.iterator]()
        )
        // The second program has the permit now, and has not used it yet.
        second?.interrupt()
      })(),
      noTurns
    )
    const used: Array<string> = []
    second = hold(() => used.push("second"))
    const third = hold(() => used.push("third"))
    end()
    expect([first, second, third].map(exitOf)).toEqual([{ value: undefined }, "Interrupted", { value: 1 }])
    expect(used).toEqual(["third"])
  })

  it("keeps its permit if a program interrupts itself and then waits for one", () => {
    const semaphore = new Semaphore(1)
    let end: () => void = () => {}
    let go: () => void = () => {}
    const waiting = (set: (end: () => void) => void) =>
      Program.call<void>((done) => set(() => done({ value: undefined })))[Symbol.iterator]()
    const first = Program.start(semaphore.hold(() => waiting((done) => void (end = done))), noTurns)
    let second: Program.Running<void> | undefined
    second = Program.start(
      (function*(): Program.Program<void> {
        yield* waiting((done) => void (go = done))
        second?.interrupt()
        yield* semaphore.hold(() => Program.sync(() => {}))
      })(),
      noTurns
    )
    go()
    expect(exitOf(second)).toBe("Interrupted")
    end()
    expect(exitOf(first)).toEqual({ value: undefined })
    expect(exitOf(Program.start(semaphore.hold(() => Program.sync(() => 3)), noTurns))).toEqual({ value: 3 })
  })
})
