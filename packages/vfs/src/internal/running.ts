/** Runs programs: begins their calls, waits for turns, and ends them when they are interrupted. */
import { inOwnContext } from "./asyncContext.js"
import { turns as ownTurns } from "./eventLoop.js"
import { beginning, Call } from "./program.js"
import type { Answer, Exit, Program, Running as Model, Signal, Turns, Wait } from "../Program.js"

const nothing = () => {}

/**
 * Thrown into a program to interrupt it. `return()` does not work: if a `finally` block of an inner program yields,
 * `yield*` treats the end of the inner program as a value, and the outer program continues as if nothing had happened.
 */
const interruption = Symbol("interruption")

/** A program that can go on. */
interface Ready {
  readonly turns: Turns
  readonly goOn: () => void
}

/**
 * The programs whose wait has ended while another program ran, in that order. They do not run inside the other one: if
 * each of many programs passes something on to the next, as those that wait for a semaphore do, the stack would
 * overflow.
 */
const ready = new Set<Ready>()
let isOneRunning = false
let isTurnAwaited = false

/**
 * Runs a program, and then those that became ready meanwhile, until the shared time is used up. If it is interrupted,
 * the others go on later: when many programs are interrupted one after the other, none of them begins meanwhile.
 */
const run = (first: Ready, isInterrupted = false): void => {
  isOneRunning = true
  try {
    first.goOn()
    if (ready.size > 0 && !isInterrupted) runReady()
  } finally {
    isOneRunning = false
    if (ready.size > 0) awaitTurn()
  }
}

const runReady = (): void => {
  for (const next of ready) {
    ready.delete(next)
    next.goOn()
    // The first one does not wait for a turn: it costs no more than if it had run inside the other one.
    if (ready.size > 0 && next.turns.isDue()) return
  }
}

const awaitTurn = (): void => {
  const [next] = ready
  if (next === undefined || isTurnAwaited) return
  isTurnAwaited = true
  next.turns.wait(() => {
    isTurnAwaited = false
    const [first] = ready
    if (first === undefined) return
    ready.delete(first)
    run(first)
  })
}

class Running<A> implements Model<A> {
  readonly turns: Turns
  readonly #program: Program<A>
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
    this.turns = turns
    if (isOneRunning) this.goOn()
    else run(this)
    // From now on, another program can be what lets this one go on.
    if (this.#exit === undefined) this.goOn = inOwnContext(this.goOn)
  }

  onExit(listener: (exit: Exit<A>) => void): void {
    if (this.#exit === undefined) this.#listener = listener
    else listener(this.#exit)
  }

  interrupt(): void {
    if (this.#isInterrupted) return
    this.#isInterrupted = true
    if (this.#gaveUp()) this.#resume(true)
  }

  goOn = (): void => {
    try {
      for (let step = this.#step();; step = this.#step()) {
        if (step.done === true) return this.#end(this.#isThrown ? "Interrupted" : { value: step.value })
        if (!this.#waitsFor(step.value)) continue
        // An interruption that came while the program ran takes effect now.
        if (!this.#isInterrupted || this.#isThrown || !this.#gaveUp()) return
      }
    } catch (error) {
      this.#end(error === interruption ? "Interrupted" : { error })
    }
  }

  /** Goes on after a wait: now, or when the program that runs now has to wait. */
  #resume(isInterrupted = false): void {
    this.#giveUp = undefined
    if (isOneRunning) ready.add(this)
    else run(this, isInterrupted)
  }

  /** Gives up what the program waits for, if that is possible. */
  #gaveUp(): boolean {
    const giveUp = this.#giveUp
    this.#giveUp = undefined
    giveUp?.()
    return giveUp !== undefined
  }

  #step(): IteratorResult<Wait, A> {
    if (!this.#isInterrupted || this.#isThrown) return this.#program.next()
    this.#isThrown = true
    return this.#program.throw(interruption)
  }

  /** Whether the program has to wait. If not, it continues immediately. */
  #waitsFor(wait: Wait): boolean {
    if (wait._tag === "Turn") {
      if (!this.turns.isDue()) return false
      this.#giveUp = this.turns.wait(() => this.#resume())
      return true
    }
    let isOver = false
    let isAtOnce = true
    const end = (answer: Answer<unknown>): void => {
      if (isOver) return
      isOver = true
      wait.answer = answer
      if (!isAtOnce) this.#resume()
    }
    const giveUp = beginning(wait, end)
    isAtOnce = false
    if (wait.answer !== undefined) return false
    if (giveUp !== undefined) {
      this.#giveUp = () => {
        isOver = true
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

/**
 * The programs that a signal interrupts. They share one listener, because Node warns of a leak if a signal has more than
 * ten of them, as when a program reads many files at once.
 */
class Interruptible {
  readonly #signal: Signal
  readonly #programs = new Set<Model<unknown>>()

  constructor(signal: Signal) {
    this.#signal = signal
  }

  add(program: Model<unknown>): void {
    if (this.#programs.size === 0) this.#signal.addEventListener("abort", this.#interrupt)
    this.#programs.add(program)
  }

  delete(program: Model<unknown>): void {
    this.#programs.delete(program)
    if (this.#programs.size === 0) this.#signal.removeEventListener("abort", this.#interrupt)
  }

  // A copy, because programs that end are deleted.
  readonly #interrupt = (): void => [...this.#programs].forEach((program) => program.interrupt())
}

const interruptible = new WeakMap<Signal, Interruptible>()

const interruptedBy = (signal: Signal): Interruptible => {
  const known = interruptible.get(signal)
  if (known !== undefined) return known
  const made = new Interruptible(signal)
  interruptible.set(signal, made)
  return made
}

/** @internal */
export const runPromise = <A>(program: Program<A>, signal?: Signal): Promise<A> =>
  new Promise((resolve, reject) => {
    const running = start(program, ownTurns)
    const others = signal === undefined ? undefined : interruptedBy(signal)
    // This comes first: if the program has already ended, `onExit` calls its listener at once, which deletes it again.
    others?.add(running)
    running.onExit((exit) => {
      others?.delete(running)
      if (exit === "Interrupted") reject(signal?.reason)
      else if ("error" in exit) reject(exit.error)
      else resolve(exit.value)
    })
    if (signal?.aborted === true) running.interrupt()
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
