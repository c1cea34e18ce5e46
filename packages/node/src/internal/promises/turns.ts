/** Lets timers and I/O run between operations that do not wait. */
import { isTimeUp, onNextTurn } from "@procfsroot/vfs/EventLoop"

let next: Promise<void> | undefined

/**
 * Waits for a later turn of the event loop. All that wait continue in the same one.
 *
 * @internal
 */
export const nextTurn = (): Promise<void> =>
  next ??= new Promise((resolve) => {
    onNextTurn(() => {
      next = undefined
      resolve()
    })
  })

/**
 * Returns what an operation has to wait for before its promise settles, if it has used up the time of this turn. In
 * Node, such an operation always waits. So programs call it in a loop, and expect that timers fire meanwhile.
 *
 * @internal
 */
export const dueTurn = (): Promise<void> | undefined => isTimeUp() ? nextTurn() : undefined

/**
 * Makes a function wait for `dueTurn` before its promise settles.
 *
 * @internal
 */
export const inTurns =
  <A extends ReadonlyArray<unknown>, B>(run: (...args: A) => Promise<B>) => async (...args: A): Promise<B> => {
    try {
      return await run(...args)
    } finally {
      const turn = dueTurn()
      if (turn !== undefined) await turn
    }
  }
