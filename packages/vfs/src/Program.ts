/**
 * Operations as programs: generators that yield what they have to wait for. The caller decides how to run them: as an
 * Effect, as a promise, or synchronously if nothing has to be waited for.
 *
 * @since 0.1.0
 */
import * as program from "./internal/program.js"
import * as running from "./internal/running.js"

/**
 * What a program waits for.
 *
 * @since 0.1.0
 * @category models
 */
export type Wait =
  | Call<unknown>
  /** A turn of the event loop for others, taken once the shared time is used up. */
  | { readonly _tag: "Turn" }

/**
 * An operation. Its `finally` blocks release what it holds, and may wait as well. An interruption is thrown into it
 * once, so a `catch` must rethrow what it does not know.
 *
 * @since 0.1.0
 * @category models
 */
export type Program<A> = Generator<Wait, A, void>

/**
 * How a call ended.
 *
 * @since 0.1.0
 * @category models
 */
export type Answer<A> = { readonly value: A } | { readonly error: unknown }

/**
 * Begins a call. It calls `done` exactly once, immediately or later. A call that changes nothing and owns its buffers
 * may return a function that cancels it. Without one, an interruption waits for the call to end.
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
  /** Set by what runs the program, before the program continues. */
  answer: Answer<A> | undefined
  [Symbol.iterator](): Program<A>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const call = <A>(begin: Begin<A>): Call<A> => new program.Call(begin)

/**
 * A call that has failed with this. To return it where a `Now` is expected does the same as to throw, but takes a tenth
 * of the time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const failed = (error: unknown): Call<never> => new program.Failed(error)

/**
 * Offers others a turn. Programs that go through many names yield it regularly; it is almost free until the time is
 * used up.
 *
 * @since 0.1.0
 * @category constructors
 */
export const turn: Wait = program.turn

/**
 * A program of one step, which can be run without a generator as well.
 *
 * @since 0.1.0
 * @category models
 */
export interface Immediate<A> extends Program<A> {
  readonly run: () => Now<A>
}

/**
 * A program of one step. If that returns a call, the program waits for its result.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sync: <A>(run: () => Now<A>) => Immediate<A> = program.sync

/**
 * @since 0.1.0
 * @category refinements
 */
export const isImmediate: <A>(program: Program<A>) => program is Immediate<A> = program.isImmediate

/**
 * Runs a function that never waits, and returns what it fails with.
 *
 * @since 0.1.0
 * @category running
 */
export const attempt: <A>(run: () => Now<A>) => Answer<A> = program.attempt

/**
 * Makes a program, and runs it at once if it has one step. Does not throw. Any other program, and one for what has to be
 * waited for, is returned and has not begun.
 *
 * @since 0.1.0
 * @category running
 */
export const atOnce: <A>(begin: () => Program<A>) => Answer<A> | Program<A> = program.atOnce

/**
 * Whether it is a program, and not an answer that is there already.
 *
 * @since 0.1.0
 * @category refinements
 */
export const isProgram: <A>(made: Answer<A> | Program<A>) => made is Program<A> = program.isProgram

/**
 * The value, if nothing has to be waited for. Throws what a failed call has failed with.
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
 * @since 0.1.0
 * @category refinements
 */
export const isCall: <A>(now: Now<A>) => now is Call<A> = program.isCall

/**
 * Maps a value, now or once it is there. `change` may itself return a call to wait for.
 *
 * @since 0.1.0
 * @category combinators
 */
export const map: <A, B>(now: Now<A>, change: (value: A) => Now<B>) => Now<B> = program.map

/**
 * Functions that may have to wait for what they return, such as those of a file system in another thread. Those that
 * return programs wait anyway.
 *
 * @since 0.1.0
 * @category models
 */
export type MayWait<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer Args) => infer R
    ? [R] extends [Program<unknown>] ? T[K] : (...args: Args) => Now<Exclude<R, Call<unknown>>>
    : T[K]
}

/**
 * The time that all programs of one event loop share. Once it is used up, each program that offers a turn waits for the
 * next one.
 *
 * @since 0.1.0
 * @category models
 */
export interface Turns {
  readonly isDue: () => boolean
  /** Calls `resume` in a later turn of the event loop, unless the returned function is called first. */
  readonly wait: (resume: () => void) => () => void
}

/**
 * How a program ended.
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
  /** Calls `listener` when the program has ended, immediately if it already has. A new listener replaces the last. */
  readonly onExit: (listener: (exit: Exit<A>) => void) => void
  /** Ends the program. When the listener is called, everything that the program held has been released. */
  readonly interrupt: () => void
}

/**
 * Starts a program.
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
 * The part of an `AbortSignal` that is used here, on any platform.
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
 * Runs a program as a promise, with the turns of `EventLoop`. It rejects with what the program threw, usually an
 * `Errno`. If `signal` is aborted, it rejects with the signal's reason once the program has released everything.
 *
 * @since 0.1.0
 * @category running
 */
export const runPromise: <A>(program: Program<A>, signal?: Signal) => Promise<A> = running.runPromise
