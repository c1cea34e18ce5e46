/** Tests how programs run: calls, turns, interruptions, and promises. */
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Program from "@procfsroot/vfs/Program"
import { getEventListeners } from "node:events"
import { describe, expect, it } from "vitest"
import { called, isInterruption } from "../src/internal/running.js"
import { exitOf, noTurns } from "./programs.js"

/** A program that makes one call, and everything that happens to it. */
const calling = (turns = noTurns) => {
  const log: Array<string> = []
  let end: (answer: Program.Answer<number>) => void = () => {}
  function* program(): Program.Program<number> {
    try {
      return yield* Program.call<number>((done) => {
        end = done
        return () => log.push("given up")
      })
    } catch (thrown) {
      log.push(isInterruption(thrown) ? "interrupted" : "failed")
      throw thrown
    } finally {
      log.push("released")
    }
  }
  const running = Program.start(program(), turns)
  return { log, running, end: (answer: Program.Answer<number>) => end(answer) }
}

describe("a running program", () => {
  it("ends with its value or its error, and says so to the last listener", () => {
    for (const answer of [{ value: 3 }, { error: "no" }]) {
      const { end, running } = calling()
      const told: Array<unknown> = []
      running.onExit(() => told.push("replaced"))
      running.onExit((exit) => told.push(exit))
      expect(told).toEqual([])
      end(answer)
      running.onExit((exit) => told.push(exit))
      expect(told).toEqual([answer, answer])
    }
  })

  it("that is interrupted gives up its call, and ignores a late answer", () => {
    const { end, log, running } = calling()
    running.interrupt()
    running.interrupt()
    end({ value: 1 })
    expect([exitOf(running), log]).toEqual(["Interrupted", ["given up", "interrupted", "released"]])
  })

  it("ignores a second answer of its call", () => {
    const ends: Array<(answer: Program.Answer<number>) => void> = []
    const next = () => Program.call<number>((done) => void ends.push(done))
    function* program(): Program.Program<ReadonlyArray<number>> {
      return [yield* next(), yield* next()]
    }
    const running = Program.start(program(), noTurns)
    ends[0]?.({ value: 1 })
    ends[0]?.({ value: 2 })
    expect(exitOf(running)).toBeUndefined()
    ends[1]?.({ value: 3 })
    expect(exitOf(running)).toEqual({ value: [1, 3] })
  })

  it("never goes on inside another one, even one that has started others", () => {
    const log: Array<string> = []
    let end = () => {}
    function* waiting(): Program.Program<void> {
      yield* Program.call<void>((done) => void (end = () => done({ value: undefined })))
      log.push("waiting")
    }
    Program.start(waiting(), noTurns)
    const started = Program.sync(() => {
      Program.start(Program.sync(() => log.push("started")), noTurns)
      end()
      log.push("running")
    })
    Program.start(started, noTurns)
    expect(log).toEqual(["started", "running", "waiting"])
  })

  it("that is ready while another one runs goes on after it, in a later turn if that is due", () => {
    const log: Array<string> = []
    const waits: Array<() => void> = []
    let isDue = true
    const turns: Program.Turns = {
      isDue: () => isDue,
      wait: (goOn) => {
        waits.push(goOn)
        return () => {}
      }
    }
    const ends: Array<() => void> = []
    const start = (name: string, use = () => {}) => {
      function* program(): Program.Program<void> {
        yield* Program.call<void>((done) => void ends.push(() => done({ value: undefined })))
        log.push(name)
        use()
      }
      return Program.start(program(), turns)
    }
    start("first", () => ends.slice(1, 4).forEach((end) => end()))
    for (const name of ["second", "third", "fourth", "other"]) start(name)
    ends[0]?.()
    expect([log, waits.length]).toEqual([["first", "second"], 1])
    // It goes on before the turn comes, and takes along what is ready.
    isDue = false
    ends[4]?.()
    expect([log, waits.length]).toEqual([["first", "second", "other", "third", "fourth"], 1])
    waits[0]?.()
    expect(log).toHaveLength(5)
  })

  it("is interrupted once, even if its finally block then waits, and a late answer does not end that wait", () => {
    const log: Array<string> = []
    const ends: Array<() => void> = []
    const waiting = (name: string) =>
      Program.call<void>((done) => {
        ends.push(() => done({ value: undefined }))
        return () => log.push(`${name} given up`)
      })
    function* program(): Program.Program<void> {
      try {
        yield* waiting("work")
      } finally {
        yield* waiting("close")
        log.push("closed")
      }
    }
    const running = Program.start(program(), noTurns)
    const told: Array<unknown> = []
    running.onExit((exit) => told.push(exit))
    running.interrupt()
    running.interrupt()
    ends[0]?.()
    expect([log, told]).toEqual([["work given up"], []])
    ends[1]?.()
    running.interrupt()
    expect([log, told]).toEqual([["work given up", "closed"], ["Interrupted"]])
  })

  it("goes on at a turn that is not due", () => {
    function* program(): Program.Program<number> {
      yield Program.turn
      return 3
    }
    expect(exitOf(Program.start(program(), noTurns))).toEqual({ value: 3 })
  })

  it("that has ended cannot be interrupted", () => {
    const { end, log, running } = calling()
    end({ value: 1 })
    running.interrupt()
    expect([exitOf(running), log]).toEqual([{ value: 1 }, ["released"]])
  })

  it("is interrupted after a call that cannot be given up", () => {
    let end: (answer: Program.Answer<void>) => void = () => {}
    const log: Array<string> = []
    function* program(): Program.Program<void> {
      yield* Program.call<void>((done) => void (end = done))
      log.push("continued")
    }
    const running = Program.start(program(), noTurns)
    running.interrupt()
    expect(exitOf(running)).toBeUndefined()
    end({ value: undefined })
    expect([exitOf(running), log]).toEqual(["Interrupted", []])
  })

  it("can replace its interruption by an error, but not by a value", () => {
    const outcome = (inCatch: () => number) => {
      function* program(): Program.Program<number> {
        try {
          return yield* Program.call<number>(() => () => {})
        } catch {
          return inCatch()
        }
      }
      const running = Program.start(program(), noTurns)
      running.interrupt()
      return exitOf(running)
    }
    expect(outcome(() => 1)).toBe("Interrupted")
    expect(outcome(() => {
      throw new Error("while closing")
    })).toEqual({ error: new Error("while closing") })
  })

  it("waits for turns when they are due, and can be interrupted meanwhile", () => {
    const waiting = new Set<() => void>()
    let isDue = false
    const turns: Program.Turns = {
      isDue: () => isDue,
      wait: (goOn) => {
        waiting.add(goOn)
        return () => waiting.delete(goOn)
      }
    }
    function* program(): Program.Program<string> {
      yield Program.turn
      isDue = true
      yield Program.turn
      return "done"
    }
    const [first, second] = [Program.start(program(), turns), Program.start(program(), turns)]
    expect([exitOf(first), waiting.size]).toEqual([undefined, 2])
    second.interrupt()
    expect([exitOf(second), waiting.size]).toEqual(["Interrupted", 1])
    for (const goOn of waiting) goOn()
    expect(exitOf(first)).toEqual({ value: "done" })
  })

  it("continues at once if its call has already ended", () => {
    function* program(): Program.Program<number> {
      let sum = 0
      for (let i = 0; i < 100_000; i++) sum += yield* Program.call<number>((done) => done({ value: 1 }))
      return sum
    }
    expect(exitOf(Program.start(program(), noTurns))).toEqual({ value: 100_000 })
  })

  it("that interrupts itself gives up its next wait if it can, and otherwise ends after it", () => {
    const interrupting = (begin: (done: () => void) => void | (() => void)) => {
      const log: Array<string> = []
      let itself: Program.Running<void> | undefined
      let end: () => void = () => {}
      function* program(): Program.Program<void> {
        yield* Program.call<void>((done) => void (end = () => done({ value: undefined })))
        itself?.interrupt()
        try {
          yield* Program.call<void>((done) => begin(() => done({ value: undefined })))
          log.push("continued")
        } finally {
          log.push("released")
        }
      }
      itself = Program.start(program(), noTurns)
      end()
      return { running: itself, log }
    }
    const givenUp: Array<string> = []
    let end: () => void = () => {}
    const first = interrupting(() => () => void givenUp.push("given up"))
    expect([exitOf(first.running), givenUp, first.log]).toEqual(["Interrupted", ["given up"], ["released"]])
    const second = interrupting((done) => void (end = done))
    expect([exitOf(second.running), second.log]).toEqual([undefined, []])
    end()
    expect([exitOf(second.running), second.log]).toEqual(["Interrupted", ["released"]])
    const third = interrupting((done) => done())
    expect([exitOf(third.running), third.log]).toEqual(["Interrupted", ["released"]])
  })

  it("releases what it holds if a call cannot begin", () => {
    const log: Array<string> = []
    const failing = () =>
      Program.call<number>(() => {
        throw "no"
      })
    function* program(call: Program.Now<number>): Program.Program<number> {
      try {
        return Program.isCall(call) ? yield* call : call
      } catch (thrown) {
        log.push(`caught ${String(thrown)}`)
        throw thrown
      } finally {
        log.push("released")
      }
    }
    expect(exitOf(Program.start(program(failing()), noTurns))).toEqual({ error: "no" })
    expect(() => Program.runSync(program(failing()))).toThrow("no")
    let end: () => void = () => {}
    const first = Program.call<number>((done) => void (end = () => done({ value: 1 })))
    const running = Program.start(program(Program.map(first, failing)), noTurns)
    end()
    expect(exitOf(running)).toEqual({ error: "no" })
    expect(log).toEqual(["caught no", "released", "caught no", "released", "caught no", "released"])
  })
})

describe("a promise of a program", () => {
  const never = function*(): Program.Program<never> {
    return yield* Program.call<never>(() => () => {})
  }

  it("has the value or the error of the program", async () => {
    const failing = Program.sync<never>(() => {
      throw "no"
    })
    expect(await Program.runPromise(Program.sync(() => 3))).toBe(3)
    await expect(Program.runPromise(failing)).rejects.toBe("no")
  })

  it("rejects with the reason of its signal", async () => {
    const controller = new AbortController()
    const running = Program.runPromise(never(), controller.signal)
    controller.abort("enough")
    await expect(running).rejects.toBe("enough")
    await expect(Program.runPromise(never(), controller.signal)).rejects.toBe("enough")
    // It has ended before anybody could interrupt it.
    expect(await Program.runPromise(Program.sync(() => 3), controller.signal)).toBe(3)
  })
})

describe("a program as a call", () => {
  it("ends with the program, and gives up with it", async () => {
    expect(await Program.runPromise(called(Program.sync(() => 3))[Symbol.iterator]())).toBe(3)
    const { log, running } = (() => {
      const log: Array<string> = []
      function* inner(): Program.Program<number> {
        try {
          return yield* Program.call<number>(() => () => log.push("given up"))
        } finally {
          log.push("released")
        }
      }
      return { log, running: Program.start(called(inner())[Symbol.iterator](), noTurns) }
    })()
    running.interrupt()
    expect([exitOf(running), log]).toEqual(["Interrupted", ["given up", "released"]])
  })
})

it("only an interruption is one", () => {
  expect([new Error("no"), undefined].map(isInterruption)).toEqual([false, false])
})

describe("a turn", () => {
  const nextTurn = () =>
    new Promise<void>((resolve) => {
      EventLoop.onNextTurn(resolve)
    })

  it("that is cancelled does not come", async () => {
    const log: Array<string> = []
    const cancel = EventLoop.onNextTurn(() => log.push("cancelled"))
    cancel()
    await nextTurn()
    expect(log).toEqual([])
  })

  it("comes for everybody who waits, one after the other", async () => {
    const log: Array<number> = []
    await Promise.all([1, 2, 3].map((i) => nextTurn().then(() => log.push(i))))
    await nextTurn()
    expect(log).toEqual([1, 2, 3])
  })

  it("is due after a few milliseconds of work, until it comes", async () => {
    await nextTurn()
    expect(EventLoop.isTimeUp()).toBe(false)
    const end = performance.now() + 5
    while (performance.now() < end);
    expect(EventLoop.isTimeUp()).toBe(true)
    await nextTurn()
    expect(EventLoop.isTimeUp()).toBe(false)
  })
})

const later = (log: Array<string>, name: string) =>
  Program.call<void>((done) => {
    setImmediate(() => {
      log.push(name)
      done({ value: undefined })
    })
  })

it("an interrupted program runs every finally block, even one that waits", async () => {
  const log: Array<string> = []
  function* inner(): Program.Program<void> {
    let ok = false
    try {
      yield* later(log, "work")
      ok = true
    } finally {
      if (!ok) {
        try {
          yield* later(log, "close")
        } catch { /**/ }
      }
    }
  }
  function* outer(): Program.Program<void> {
    let ok = false
    try {
      yield* inner()
      ok = true
    } finally {
      if (!ok) log.push("unlink")
    }
  }
  const running = Program.start(outer(), { isDue: () => false, wait: () => () => {} })
  const exit = await new Promise((resolve) => {
    running.onExit(resolve)
    running.interrupt()
  })
  expect(exit).toBe("Interrupted")
  expect(log).toEqual(["work", "close", "unlink"])
})

it.each([
  ["at once", false],
  ["later", true]
])("runPromise leaves no listener on the signal of a program that ends %s", async (_, isLater) => {
  function* program(): Program.Program<void> {
    if (isLater) yield* later([], "work")
  }
  const { signal } = new AbortController()
  await Program.runPromise(program(), signal)
  expect(getEventListeners(signal, "abort")).toEqual([])
})

function* hangs(): Program.Program<void> {
  yield* Program.call<void>(() => () => {})
}

it("runPromise adds one listener to a signal, no matter how many programs it interrupts", async () => {
  const controller = new AbortController()
  const { signal } = controller
  const running = Array.from({ length: 20 }, () => Program.runPromise(hangs(), signal))
  expect(getEventListeners(signal, "abort")).toHaveLength(1)
  controller.abort("enough")
  for (const ended of await Promise.allSettled(running)) expect(ended).toEqual({ status: "rejected", reason: "enough" })
  expect(getEventListeners(signal, "abort")).toEqual([])
})

it("runPromise interrupts a program even if another one with the same signal has ended", async () => {
  const controller = new AbortController()
  const { signal } = controller
  const running = Program.runPromise(hangs(), signal)
  await Program.runPromise(later([], "work")[Symbol.iterator](), signal)
  controller.abort("enough")
  await expect(running).rejects.toBe("enough")
})
