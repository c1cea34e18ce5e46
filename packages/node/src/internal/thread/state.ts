/** The memory that two threads share: how many tasks of a message were taken, and which were given up. */

/** @internal */
export type State = Int32Array<SharedArrayBuffer>

/**
 * What a thread is given when it is started.
 *
 * @internal
 */
export interface Shared {
  readonly state: State
  /** An open `Descriptors`, which all threads use. */
  readonly descriptors: { readonly fd: number }
}

/**
 * The most tasks of one message.
 *
 * @internal
 */
export const MOST_TASKS = 1_024

/** The index of the number of tasks that were taken. */
const TAKEN = 0
const FIRST = 1

/** More than any message has. */
const ALL = 1 << 30

/** @internal */
export const makeState = (): State =>
  new Int32Array(new SharedArrayBuffer((FIRST + MOST_TASKS) * Int32Array.BYTES_PER_ELEMENT))

/**
 * Must be called before a message is sent.
 *
 * @internal
 */
export const reset = (state: State): void => void state.fill(0)

/**
 * Takes the next task, and returns its index. If it is larger than the last index, the message is done.
 *
 * @internal
 */
export const take = (state: State): number => Atomics.add(state, TAKEN, 1)

/** @internal */
export const taken = (state: State): number => Atomics.load(state, TAKEN)

/**
 * Takes all tasks that are left, so that the thread does not do them. Returns how many were taken before.
 *
 * @internal
 */
export const takeRest = (state: State): number => Atomics.exchange(state, TAKEN, ALL)

/** @internal */
export const giveUp = (state: State, task: number): void => void Atomics.store(state, FIRST + task, 1)

/** @internal */
export const isGivenUp = (state: State, task: number): boolean => Atomics.load(state, FIRST + task) !== 0
