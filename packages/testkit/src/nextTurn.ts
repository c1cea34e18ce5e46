/** Lets Vitest and timers run during a long test: a worker that does not answer for a minute fails the whole run. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
