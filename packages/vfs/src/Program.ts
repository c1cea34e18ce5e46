/**
 * Operations as programs: generators that yield the calls they have to wait for. The caller decides how to run them: as
 * an Effect, as a promise, or synchronously if there is nothing to wait for.
 *
 * @since 0.1.0
 */
import * as program from "./internal/program.js"
import * as running from "./internal/running.js"

/**
 * Something that a program waits for: a call, or a turn of the event loop.
 *
 * @since 0.1.0
 * @category models
 */
export type Wait =
  | Call<unknown>
  /** Lets other code use the event loop, if the shared time is used up. */
  | { readonly _tag: "Turn" }

/**
 * An operation as a generator. Its `finally` blocks release its resources, and may wait too. An interruption is thrown
 * into it only once, so a `catch` must rethrow errors that it does not know.
 *
 * @since 0.1.0
 * @category models
 */
export type Program<A> = Generator<Wait, A, void>

/**
 * The result of a call: its value, or the error it failed with.
 *
 * @since 0.1.0
 * @category models
 */
export type Answer<A> = { readonly value: A } | { readonly error: unknown }

/**
 * A function that starts a call. It must call `done` exactly once, immediately or later. It may return a function that
 * cancels the call, but only if the call changes nothing and owns its buffers. Without such a function, an interruption
 * waits until the call has ended.
 *
 * @since 0.1.0
 * @category models
 */
export type Begin<out A> = (done: (answer: Answer<A>) => void) => (() => void) | void

/**
 * A call that may take time. `yield*` returns its result.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call<out A> {
  readonly _tag: "Call"
  readonly begin: Begin<A>
  /** The result. The caller that runs the program sets it before the program continues. */
  answer: Answer<A> | undefined
  [Symbol.iterator](): Program<A>
}

/**
 * Creates a call that `begin` starts.
 *
 * @since 0.1.0
 * @category constructors
 */
export const call = <A>(begin: Begin<A>): Call<A> => new program.Call(begin)

/**
 * Creates a call that has already failed with this error. A function that returns a `Now` can return this call instead
 * of throwing. Throwing takes ten times as long.
 *
 * @since 0.1.0
 * @category constructors
 */
export const failed = (error: unknown): Call<never> => new program.Failed(error)

/**
 * Gives other code a turn of the event loop, if the shared time is used up. Programs that go through many names yield
 * this regularly. It costs almost nothing until the time is used up.
 *
 * @since 0.1.0
 * @category constructors
 */
export const turn: Wait = program.turn

/**
 * A program of a single step, which can also be run without its generator.
 *
 * @since 0.1.0
 * @category models
 */
export interface Immediate<A> extends Program<A> {
  readonly run: () => Now<A>
}

/**
 * Creates a program of a single step. If `run` returns a call, the program waits for its result.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sync: <A>(run: () => Now<A>) => Immediate<A> = program.sync

/**
 * Creates a program. If it has a single step that does not wait, runs it at once and returns its result. Otherwise
 * returns the program. It never throws.
 *
 * @since 0.1.0
 * @category running
 */
export const atOnce: <A>(begin: () => Program<A>) => Answer<A> | Program<A> = program.atOnce

/**
 * Returns `true` if the result of `atOnce` is a program, and not an answer.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isProgram: <A>(made: Answer<A> | Program<A>) => made is Program<A> = program.isProgram

/**
 * Returns the value of a `Now` that does not wait. If it is a failed call, throws the error of that call.
 *
 * @since 0.1.0
 * @category running
 */
export const valueOf: <A>(now: Now<A>) => A = program.valueOf

/**
 * A value that is available now, or a call to wait for.
 *
 * @since 0.1.0
 * @category models
 */
export type Now<A> = A | Call<A>

/**
 * Returns `true` if a `Now` is a call to wait for, and not a value.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isCall: <A>(now: Now<A>) => now is Call<A> = program.isCall

/**
 * Applies `change` to a value, now or when the call has returned it. `change` may itself return a call.
 *
 * @since 0.1.0
 * @category combinators
 */
export const map: <A, B>(now: Now<A>, change: (value: A) => Now<B>) => Now<B> = program.map

/**
 * Applies `change` to the error of a call that fails, now or later.
 *
 * @since 0.1.0
 * @category combinators
 */
export const mapError: <A>(now: Now<A>, change: (error: unknown) => unknown) => Now<A> = program.mapError

/**
 * The type of an object whose functions, and those of the objects in it, may have to wait for their results, such as a
 * file system in another thread. Functions that return programs keep their types.
 *
 * @since 0.1.0
 * @category models
 */
export type MayWait<T> = { readonly [K in keyof T]: MemberMayWait<T[K]> }

type MemberMayWait<M> = M extends (...args: infer Args) => infer R
  ? [R] extends [Program<unknown>] ? M : (...args: Args) => Now<Exclude<R, Call<unknown>>>
  : M extends object ? MayWait<M>
  : M

/**
 * The time budget that all programs of an event loop share. Once it is used up, each program that yields `turn` waits
 * for the next turn of the event loop.
 *
 * @since 0.1.0
 * @category models
 */
export interface Turns {
  readonly isDue: () => boolean
  /** Calls `resume` in a later turn of the event loop. Call the returned function to cancel this. */
  readonly wait: (resume: () => void) => () => void
}

/**
 * The result of a program: its value, its error, or that it was interrupted.
 *
 * @since 0.1.0
 * @category models
 */
export type Exit<A> = Answer<A> | "Interrupted"

/**
 * A running program.
 *
 * @since 0.1.0
 * @category models
 */
export interface Running<out A> {
  /**
   * Calls `listener` when the program has ended, or at once if it already has. A new listener replaces the previous
   * one.
   */
  readonly onExit: (listener: (exit: Exit<A>) => void) => void
  /** Interrupts the program. The listener is called after the program has released all its resources. */
  readonly interrupt: () => void
}

/**
 * Starts a program, which continues in later turns of the event loop if it has to wait.
 *
 * @since 0.1.0
 * @category running
 */
export const start: <A>(program: Program<A>, turns: Turns) => Running<A> = running.start

/**
 * Runs a program that never waits, such as one over a tree in memory. Throws an error if it has to wait.
 *
 * @since 0.1.0
 * @category running
 */
export const runSync: <A>(program: Program<A>) => A = program.runSync

/**
 * Calls a function that runs programs to their end. They do not wait until other programs have ended, even if many run
 * already.
 *
 * @since 0.1.0
 * @category running
 */
export const synchronously: <A>(run: () => A) => A = program.synchronously

/**
 * The part of an `AbortSignal` that `runPromise` uses.
 *
 * @since 0.1.0
 * @category models
 */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  readonly addEventListener: (type: "abort", listener: () => void) => void
  readonly removeEventListener: (type: "abort", listener: () => void) => void
}

/**
 * Runs a program as a promise, with the turns of `EventLoop`. The promise rejects with the error that the program
 * threw, usually an `Errno`. If `signal` is aborted, it rejects with the signal's reason after the program has released
 * all its resources.
 *
 * @since 0.1.0
 * @category running
 */
export const runPromise: <A>(program: Program<A>, signal?: Signal) => Promise<A> = running.runPromise
