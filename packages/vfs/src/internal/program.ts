/** What a program can wait for: a call that returns its result later, or a turn of the event loop for other work. */
import { isTimeUp } from "./eventLoop.js"
import type { Answer, Begin, Immediate, Now, Program, Wait } from "../Program.js"

/**
 * A call that begins when a program yields it, and stores its result for the program.
 *
 * @internal
 */
export class Call<out A> {
  readonly _tag = "Call"
  readonly begin: Begin<A>
  answer: { readonly value: A } | { readonly error: unknown } | undefined = undefined

  constructor(begin: Begin<A>) {
    this.begin = begin
  }

  *[Symbol.iterator](): Program<A> {
    yield this
    const { answer } = this
    if (answer === undefined) throw new Error("a program continued before its call had ended")
    if ("error" in answer) throw answer.error
    return answer.value
  }
}

/** @internal */
export class Failed extends Call<never> {
  readonly error: unknown

  constructor(error: unknown) {
    super((done) => done({ error }))
    this.error = error
  }
}

/**
 * What a step returns if it has released its handles, but is not done: this program does the rest.
 *
 * @internal
 */
export class Followed<A> extends Call<A> {
  readonly #program: Program<A>

  constructor(program: Program<A>) {
    super(() => {
      throw new Error("a program that follows a step is run, and not called")
    })
    this.#program = program
  }

  override [Symbol.iterator](): Program<A> {
    return this.#program
  }
}

/** @internal */
export const turn: Wait & { readonly _tag: "Turn" } = { _tag: "Turn" }

/**
 * Begins a call. If that throws, the call has failed: the error belongs to the program, which releases what it holds.
 *
 * @internal
 */
export const beginning = <A>(call: Call<A>, done: (answer: Answer<A>) => void): ReturnType<Begin<A>> => {
  try {
    return call.begin(done)
  } catch (error) {
    done({ error })
  }
}

let synchronous = 0

/** @internal */
export const synchronously = <A>(run: () => A): A => {
  synchronous++
  try {
    return run()
  } finally {
    synchronous--
  }
}

/**
 * Whether the programs that run now cannot wait for others.
 *
 * @internal
 */
export const isSynchronous = (): boolean => synchronous > 0

/**
 * Runs a program that never waits.
 *
 * @internal
 */
export const runSync = <A>(program: Program<A>): A => {
  for (let step = program.next();; step = program.next()) {
    if (step.done === true) return step.value
    const wait = step.value
    if (wait._tag === "Turn") continue
    beginning(wait, (answer) => {
      wait.answer = answer
    })
    if (wait.answer === undefined) throw new Error("the program has to wait, but was run synchronously")
  }
}

/** @internal */
export const isCall = <A>(now: Now<A>): now is Call<A> => now instanceof Call

/** @internal */
export const map = <A, B>(now: Now<A>, change: (value: A) => Now<B>): Now<B> => {
  if (!isCall(now)) return change(now)
  if (now instanceof Failed) return now
  return new Call((done) => {
    let giveUp: ReturnType<Begin<A>> = undefined
    let isChanged = false
    const first = now.begin((answer) => {
      isChanged = true
      giveUp = undefined
      if ("error" in answer) return done(answer)
      let next: Now<B>
      try {
        next = change(answer.value)
      } catch (error) {
        return done({ error })
      }
      if (isCall(next)) giveUp = beginning(next, done)
      else done({ value: next })
    })
    if (isChanged) return giveUp
    giveUp = first
    // A call that cannot be given up is waited for, and then so is the one that follows it.
    return first === undefined ? undefined : () => giveUp?.()
  })
}

/** @internal */
export const mapError = <A>(now: Now<A>, change: (error: unknown) => unknown): Now<A> => {
  if (!isCall(now)) return now
  if (now instanceof Failed) return new Failed(change(now.error))
  return new Call((done) =>
    beginning(now, (answer) => done("error" in answer ? { error: change(answer.error) } : answer))
  )
}

/**
 * Applies `change` to the error with which `run` fails, now or later.
 *
 * @internal
 */
export const mapFailure = <A>(run: () => Now<A>, change: (error: unknown) => unknown): Now<A> => {
  try {
    return mapError(run(), change)
  } catch (thrown) {
    throw change(thrown)
  }
}

/** @internal */
export const valueOf = <A>(now: Now<A>): A => {
  if (!isCall(now)) return now
  if (now instanceof Failed) throw now.error
  return runSync(now[Symbol.iterator]())
}

/** @internal */
export function* waitFor<A>(now: Now<A>): Program<A> {
  return isCall(now) ? yield* now : now
}

/** A program of one step. It creates a generator only if one is needed, because most such programs run without one. */
class OneStep<A> implements Immediate<A> {
  readonly run: () => Now<A>
  #generator: Program<A> | undefined = undefined

  constructor(run: () => Now<A>) {
    this.run = run
  }

  *#steps(): Program<A> {
    return yield* waitFor(this.run())
  }

  [Symbol.iterator](): Program<A> {
    return this.#generator ??= this.#steps()
  }

  next(): IteratorResult<Wait, A> {
    return this[Symbol.iterator]().next()
  }

  return(value: A): IteratorResult<Wait, A> {
    return this[Symbol.iterator]().return(value)
  }

  throw(error: unknown): IteratorResult<Wait, A> {
    return this[Symbol.iterator]().throw(error)
  }
}

/** @internal */
export const sync = <A>(run: () => Now<A>): Immediate<A> => new OneStep(run)

const isImmediate = <A>(program: Program<A>): program is Immediate<A> => "run" in program

/** @internal */
export const isProgram = <A>(made: Answer<A> | Program<A>): made is Program<A> => "next" in made

/** @internal */
export const atOnce = <A>(begin: () => Program<A>): Answer<A> | Program<A> => {
  try {
    const program = begin()
    if (!isImmediate(program)) return program
    const now = program.run()
    if (!isCall(now)) return { value: now }
    return now instanceof Failed ? now : now[Symbol.iterator]()
  } catch (error) {
    return { error }
  }
}

/**
 * Runs a program until it ends or has to wait.
 *
 * @internal
 */
export const firstWait = <A>(program: Program<A>): IteratorResult<Wait, A> => {
  for (;;) {
    const step = program.next()
    if (step.done === true || step.value._tag !== "Turn" || isTimeUp()) return step
  }
}

/**
 * A program that `begin` runs until it has to wait. `rest` returns a program for what remains, starting with that wait.
 *
 * @internal
 */
export class Eager<A> implements Program<A> {
  readonly #begin: () => IteratorResult<Wait, A>
  readonly #rest: (first: IteratorResult<Wait, A>) => Program<A>
  #going: Program<A> | undefined = undefined

  constructor(begin: () => IteratorResult<Wait, A>, rest: (first: IteratorResult<Wait, A>) => Program<A>) {
    this.#begin = begin
    this.#rest = rest
  }

  [Symbol.iterator](): Program<A> {
    return this
  }

  next(): IteratorResult<Wait, A> {
    if (this.#going !== undefined) return this.#going.next()
    const step = this.#begin()
    if (step.done === true) return step
    this.#going = this.#rest(step)
    return this.#going.next()
  }

  return(value: A): IteratorResult<Wait, A> {
    return this.#going?.return(value) ?? { done: true, value }
  }

  throw(error: unknown): IteratorResult<Wait, A> {
    if (this.#going === undefined) throw error
    return this.#going.throw(error)
  }
}
