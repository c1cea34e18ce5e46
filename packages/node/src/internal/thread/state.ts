/** What two threads share: how far a message is done, and which of its tasks nobody waits for any more. */

/** @internal */
export type State = Int32Array<SharedArrayBuffer>

/**
 * How many tasks a message has at most.
 *
 * @internal
 */
export const MOST_TASKS = 1_024

/** How many tasks were taken. */
const TAKEN = 0
const FIRST = 1

/** More than any message has. */
const ALL = 1 << 30

/** @internal */
export const makeState = (): State =>
  new Int32Array(new SharedArrayBuffer((FIRST + MOST_TASKS) * Int32Array.BYTES_PER_ELEMENT))

/**
 * Before a message is sent.
 *
 * @internal
 */
export const reset = (state: State): void => void state.fill(0)

/**
 * Takes the next task, and returns its index. Past the last, the message is done.
 *
 * @internal
 */
export const take = (state: State): number => Atomics.add(state, TAKEN, 1)

/** @internal */
export const taken = (state: State): number => Atomics.load(state, TAKEN)

/**
 * Takes all tasks that are left, so that nobody else does them, and returns how many were taken before.
 *
 * @internal
 */
export const takeRest = (state: State): number => Atomics.exchange(state, TAKEN, ALL)

/** @internal */
export const giveUp = (state: State, task: number): void => void Atomics.store(state, FIRST + task, 1)

/** @internal */
export const isGivenUp = (state: State, task: number): boolean => Atomics.load(state, FIRST + task) !== 0
