/** What a program may wait for: a call whose result comes later, or a turn of the event loop for others. */
import type { Begin, Immediate, Now, Program, Wait } from "../Program.js"

/**
 * A call that begins when a program yields it, and keeps its result for the program.
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
export const turn: Wait & { readonly _tag: "Turn" } = { _tag: "Turn" }

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
    wait.begin((answer) => {
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
  return new Call((done) => {
    let giveUp: ReturnType<Begin<A>>
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
      if (isCall(next)) giveUp = next.begin(done)
      else done({ value: next })
    })
    if (!isChanged) giveUp = first
    return () => giveUp?.()
  })
}

/** @internal */
export function* waitFor<A>(now: Now<A>): Program<A> {
  return isCall(now) ? yield* now : now
}

/** Its generator is made when it is first used: most programs of one step are run without. */
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

/** @internal */
export const isImmediate = <A>(program: Program<A>): program is Immediate<A> => "run" in program
