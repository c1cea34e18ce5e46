/**
 * Operations as programs: generators that ask for what has to be waited for. Whoever runs them decides how: as an Effect, as
 * a promise, or at once where nothing has to be waited for.
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
  /** A turn of the event loop for others, taken when the program has used up its time. */
  | { readonly _tag: "Turn" }

/**
 * An operation. Its `finally` blocks release what it holds, and may wait as well. An interruption is thrown into it once; no
 * `catch` may keep what it does not know.
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
 * Begins a call. It calls `done` exactly once, at once or later. A call that changes nothing and owns its buffers may return
 * a function that gives it up; without one, an interruption waits for the call's end.
 *
 * @since 0.1.0
 * @category models
 */
export type Begin<out A> = (done: (answer: Answer<A>) => void) => (() => void) | void

/**
 * A call that may take its time: `yield*` gives its answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call<out A> {
  readonly _tag: "Call"
  readonly begin: Begin<A>
  /** Set by whoever runs the program, before the program goes on. */
  answer: Answer<A> | undefined
  [Symbol.iterator](): Program<A>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const call = <A>(begin: Begin<A>): Call<A> => new program.Call(begin)

/**
 * Offers a turn. Programs that go through many names yield it now and then; it costs nothing until the time is used up.
 *
 * @since 0.1.0
 * @category constructors
 */
export const turn: Wait = program.turn

/**
 * A program that waits for nothing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sync: <A>(run: () => A) => Program<A> = program.sync

/**
 * What may be there at once, or has to be waited for.
 *
 * @since 0.1.0
 * @category models
 */
export type Now<A> = A | Call<A>

/**
 * The time that all programs of one event loop share: when it is used up, each that offers a turn waits for the next.
 *
 * @since 0.1.0
 * @category models
 */
export interface Turns {
  readonly isDue: () => boolean
  /** Calls `resume` in a later turn of the event loop, unless the function that it returns is called before. */
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
 * A program under way.
 *
 * @since 0.1.0
 * @category models
 */
export interface Running<out A> {
  /** Calls `listener` when the program has ended, at once if it has already. One listener at a time. */
  readonly onExit: (listener: (exit: Exit<A>) => void) => void
  /** Ends the program, which holds nothing any more when the listener is called. */
  readonly interrupt: () => void
}

/**
 * Begins a program.
 *
 * @since 0.1.0
 * @category running
 */
export const start: <A>(program: Program<A>, turns: Turns) => Running<A> = running.start

/**
 * Runs a program that has nothing to wait for, over a tree in memory for example. Throws an error if it has to.
 *
 * @since 0.1.0
 * @category running
 */
export const runSync: <A>(program: Program<A>) => A = program.runSync

/**
 * What an `AbortSignal` of any platform has.
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
 * Runs a program as a promise, which takes its turns from `EventLoop`. It rejects with what the program threw, an `Errno` most
 * often; once `signal` is aborted, with its reason, when the program holds nothing any more.
 *
 * @since 0.1.0
 * @category running
 */
export const runPromise: <A>(program: Program<A>, signal?: Signal) => Promise<A> = running.runPromise
