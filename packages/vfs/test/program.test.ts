/** Tests programs and calls themselves: of one step or many, changed, followed, and run as far as they do not wait. */
import * as Program from "@procfsroot/vfs/Program"
import { describe, expect, it } from "vitest"
import { Eager, firstWait, Followed, waitFor } from "../src/internal/program.js"
import { exitOf, noTurns } from "./programs.js"

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
