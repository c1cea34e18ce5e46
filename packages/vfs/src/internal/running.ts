/** Runs programs: begins their calls, waits for turns, and ends them when they are interrupted. */
import { turns as ownTurns } from "./eventLoop.js"
import { Call } from "./program.js"
import type { Exit, Program, Running as Model, Signal, Turns, Wait } from "../Program.js"

const nothing = () => {}

/**
 * Thrown into a program to interrupt it. `return()` does not work: if a `finally` block of an inner program yields,
 * `yield*` treats the end of the inner program as a value, and the outer program continues as if nothing had happened.
 */
const interruption = Symbol("interruption")

class Running<A> implements Model<A> {
  readonly #program: Program<A>
  readonly #turns: Turns
  #exit: Exit<A> | undefined = undefined
  #listener: (exit: Exit<A>) => void = nothing
  /**
   * Cancels what the program waits for. It is `undefined` while the program runs, and while it waits for a call that
   * cannot be given up: then an interruption takes effect later.
   */
  #giveUp: (() => void) | undefined = undefined
  #isInterrupted = false
  /**
   * Whether the interruption has been thrown into the program. That is done only once, because a `finally` block can
   * wait after it.
   */
  #isThrown = false

  constructor(program: Program<A>, turns: Turns) {
    this.#program = program
    this.#turns = turns
    this.#goOn()
  }

  onExit(listener: (exit: Exit<A>) => void): void {
    if (this.#exit === undefined) this.#listener = listener
    else listener(this.#exit)
  }

  interrupt(): void {
    if (this.#isInterrupted) return
    this.#isInterrupted = true
    if (this.#giveUp === undefined) return
    this.#giveUp()
    this.#goOn()
  }

  #goOn(): void {
    this.#giveUp = undefined
    try {
      for (let step = this.#step();; step = this.#step()) {
        if (step.done === true) return this.#end(this.#isThrown ? "Interrupted" : { value: step.value })
        if (this.#waitsFor(step.value)) return
      }
    } catch (error) {
      this.#end(error === interruption ? "Interrupted" : { error })
    }
  }

  #step(): IteratorResult<Wait, A> {
    if (!this.#isInterrupted || this.#isThrown) return this.#program.next()
    this.#isThrown = true
    return this.#program.throw(interruption)
  }

  /** Whether the program has to wait. If not, it continues immediately. */
  #waitsFor(wait: Wait): boolean {
    if (wait._tag === "Turn") {
      if (!this.#turns.isDue()) return false
      this.#giveUp = this.#turns.wait(() => this.#goOn())
      return true
    }
    let isGivenUp = false
    let isAtOnce = true
    const giveUp = wait.begin((answer) => {
      if (isGivenUp) return
      wait.answer = answer
      if (!isAtOnce) this.#goOn()
    })
    isAtOnce = false
    if (wait.answer !== undefined) return false
    if (giveUp !== undefined) {
      this.#giveUp = () => {
        isGivenUp = true
        giveUp()
      }
    }
    return true
  }

  #end(exit: Exit<A>): void {
    this.#exit = exit
    this.#listener(exit)
  }
}

/** @internal */
export const isInterruption = (thrown: unknown): boolean => thrown === interruption

/** @internal */
export const start = <A>(program: Program<A>, turns: Turns): Model<A> => new Running(program, turns)

/** @internal */
export const runPromise = <A>(program: Program<A>, signal?: Signal): Promise<A> =>
  new Promise((resolve, reject) => {
    const running = start(program, ownTurns)
    const interrupt = () => running.interrupt()
    // This comes first: if the program has already ended, `onExit` calls its listener at once, which removes this one
    // again.
    signal?.addEventListener("abort", interrupt)
    running.onExit((exit) => {
      signal?.removeEventListener("abort", interrupt)
      if (exit === "Interrupted") reject(signal?.reason)
      else if ("error" in exit) reject(exit.error)
      else resolve(exit.value)
    })
    if (signal?.aborted === true) interrupt()
  })

/**
 * Turns a program into a call. While it waits, the program must not keep anything that has to be released: after an
 * interruption, nothing waits for its end.
 *
 * @internal
 */
export const called = <A>(program: Program<A>): Call<A> =>
  new Call((done) => {
    const running = start(program, ownTurns)
    running.onExit((exit) => {
      if (exit !== "Interrupted") done(exit)
    })
    return () => running.interrupt()
  })
