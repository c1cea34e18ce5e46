/** Tests how programs run: calls, turns, interruptions, promises, and how many run at once. */
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import * as Program from "@procfsroot/vfs/Program"
import { getEventListeners } from "node:events"
import { describe, expect, it } from "vitest"
import { Eager, firstWait, Followed, waitFor } from "../src/internal/program.js"
import { called, isInterruption } from "../src/internal/running.js"
import { Semaphore } from "../src/internal/semaphore.js"

const noTurns: Program.Turns = { isDue: () => false, wait: () => expect.unreachable() }

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

const exitOf = <A>(running: Program.Running<A>): Program.Exit<A> | undefined => {
  let found: Program.Exit<A> | undefined
  running.onExit((exit) => found = exit)
  return found
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
})

describe("a program that must not wait", () => {
  it("fails if it does", () => {
    expect(() => Program.runSync(Program.call(() => {})[Symbol.iterator]())).toThrow("has to wait")
    expect(() => Program.valueOf(Program.call(() => {}))).toThrow("has to wait")
    const [first] = [Program.call(() => {})[Symbol.iterator]()]
    first.next()
    expect(() => first.next()).toThrow("before its call had ended")
  })

  it("can be a value, a call that has ended, or a failure", () => {
    expect(Program.valueOf(3)).toBe(3)
    expect(Program.valueOf(Program.call<number>((done) => done({ value: 4 })))).toBe(4)
    expect(() => Program.valueOf(Program.failed(new Error("no")))).toThrow("no")
    expect(Program.attempt(() => 3)).toEqual({ value: 3 })
    expect(Program.attempt(() => Program.failed("no"))).toMatchObject({ error: "no" })
    expect(Program.attempt(() => {
      throw "no"
    })).toEqual({ error: "no" })
  })
})

describe("a changed value", () => {
  const doubled = (now: Program.Now<number>) => Program.map(now, (value) => value * 2)

  it("is available at once if the value is", () => {
    expect(doubled(2)).toBe(4)
    expect(() => Program.valueOf(doubled(Program.failed(new Error("no"))))).toThrow("no")
  })

  it("is that of a call, or of the call that follows it", async () => {
    const later = (value: number) => Program.call<number>((done) => queueMicrotask(() => done({ value })))
    expect(await Program.runPromise(waitFor(doubled(later(2))))).toBe(4)
    const twice = Program.map(later(2), (value) => later(value * 3))
    expect(await Program.runPromise(waitFor(twice))).toBe(6)
    const throwing = Program.map(later(2), () => {
      throw new Error("no")
    })
    await expect(Program.runPromise(waitFor(throwing))).rejects.toThrow("no")
    const failing = doubled(Program.call<number>((done) => done({ error: "no" })))
    await expect(Program.runPromise(waitFor(failing))).rejects.toBe("no")
  })

  it("gives up the call that is being made", () => {
    const log: Array<string> = []
    let end: (answer: Program.Answer<number>) => void = () => {}
    const first = Program.call<number>((done) => {
      end = done
      return () => log.push("first")
    })
    const both = Program.map(first, () => Program.call<number>(() => () => log.push("second")))
    const start = () => Program.start(waitFor(both), noTurns)
    start().interrupt()
    expect(log.splice(0)).toEqual(["first"])
    const running = start()
    end({ value: 1 })
    running.interrupt()
    expect(log.splice(0)).toEqual(["second"])
    const atOnce = Program.call<number>((done) => {
      done({ value: 1 })
      return () => log.push("ended")
    })
    Program.start(waitFor(Program.map(atOnce, () => Program.call<number>(() => () => log.push("next")))), noTurns)
      .interrupt()
    expect(log).toEqual(["next"])
  })

  it("is left alone if the call that follows cannot be given up", () => {
    let end: (answer: Program.Answer<number>) => void = () => {}
    let endNext: (answer: Program.Answer<number>) => void = () => {}
    const first = Program.call<number>((done) => {
      end = done
      return () => expect.unreachable()
    })
    const next = Program.call<number>((done) => void (endNext = done))
    const running = Program.start(waitFor(Program.map(first, () => next)), noTurns)
    end({ value: 1 })
    running.interrupt()
    endNext({ value: 2 })
    expect(exitOf(running)).toBe("Interrupted")
  })

  it("is waited for if the call cannot be given up", () => {
    let end: (answer: Program.Answer<number>) => void = () => {}
    const running = Program.start(waitFor(doubled(Program.call<number>((done) => void (end = done)))), noTurns)
    running.interrupt()
    expect(exitOf(running)).toBeUndefined()
    end({ value: 1 })
    expect(exitOf(running)).toBe("Interrupted")
  })
})

describe("a program of one step", () => {
  it("can be continued, ended or stopped like any other", () => {
    const program = () => Program.sync(() => 3)
    expect(program().next()).toEqual({ done: true, value: 3 })
    expect(program().return(4)).toEqual({ done: true, value: 4 })
    expect(() => program().throw(new Error("broken"))).toThrow("broken")
  })

  it("can be followed by another program, which is run but not called", () => {
    const followed = new Followed(Program.sync(() => 3))
    expect(Program.runSync(waitFor(followed))).toBe(3)
    expect(() => followed.begin(() => {})).toThrow("is run, and not called")
  })
})

describe("a program that is run at once, as far as it does not wait", () => {
  const isRun = (made: Program.Answer<number> | Program.Program<number>) => Program.isProgram(made) ? "waits" : made

  it("has its value or its error if it has ended", () => {
    const failing = (error: string) => (): never => {
      throw error
    }
    expect(isRun(Program.atOnce(() => Program.sync(() => 3)))).toEqual({ value: 3 })
    expect(isRun(Program.atOnce(() => Program.sync(failing("later"))))).toEqual({ error: "later" })
    expect(isRun(Program.atOnce(failing("before")))).toEqual({ error: "before" })
    expect(isRun(Program.atOnce(() => Program.sync(() => Program.failed("returned"))))).toMatchObject({
      error: "returned"
    })
  })

  it("is left to run if it has more than one step, or waits", () => {
    const call = Program.call<number>((done) => done({ value: 4 }))
    const many = Program.atOnce(() => call[Symbol.iterator]())
    const one = Program.atOnce(() => Program.sync(() => call))
    expect([isRun(many), isRun(one)]).toEqual(["waits", "waits"])
    expect(Program.isProgram(one) && Program.runSync(one)).toBe(4)
  })

  it("can end without a value", () => {
    expect(firstWait(Program.sync(() => {}))).toEqual({ done: true, value: undefined })
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

describe("a program that has begun", () => {
  function* program(log: Array<string>): Program.Program<number> {
    try {
      yield Program.turn
      const value = yield* Program.call<number>(() => {})
      return value
    } finally {
      log.push("released")
    }
  }

  it("continues with the wait at which it stopped", () => {
    const begun = program([])
    const first = firstWait(begun)
    if (first.done === true) return expect.unreachable()
    expect(first.value._tag).toBe("Call")
    const eager = new Eager<number>(() => first, function*(step) {
      if (step.done !== true) yield step.value
      return 7
    })
    expect(eager[Symbol.iterator]() === eager).toBe(true)
    expect(eager.next().value === first.value).toBe(true)
    expect(eager.next()).toEqual({ done: true, value: 7 })
  })

  it("that has ended at once needs no rest", () => {
    const ended = new Eager<number>(() => ({ done: true, value: 3 }), () => expect.unreachable())
    expect(ended.next()).toEqual({ done: true, value: 3 })
    expect(ended.return(4)).toEqual({ done: true, value: 4 })
    expect(() => ended.throw(new Error("broken"))).toThrow("broken")
  })

  it("is released when it is interrupted", () => {
    const log: Array<string> = []
    const eager = new Eager<number>(() => program(log).next(), () => program(log))
    eager.next()
    expect(() => eager.throw(new Error("no"))).toThrow("no")
    expect(log).toEqual(["released"])
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
