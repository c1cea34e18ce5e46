/** Runs programs in tests. */
import * as Program from "@procfsroot/vfs/Program"
import { expect } from "vitest"

/** For programs that need no turn of the event loop. */
export const noTurns: Program.Turns = { isDue: () => false, wait: () => expect.unreachable() }

/** How a program has ended, or `undefined` if it has not. */
export const exitOf = <A>(running: Program.Running<A>): Program.Exit<A> | undefined => {
  let found: Program.Exit<A> | undefined
  running.onExit((exit) => found = exit)
  return found
}

/** Waits until other work has had a turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
