/** The reason for which a promise is rejected, and the error that a function throws. */
import { expect } from "vitest"

export const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(() => expect.unreachable(), (error: unknown) => error as Error) // the tests check it

export const thrown = (run: () => unknown): Error => {
  try {
    run()
  } catch (error) {
    return error as Error // the tests check it
  }
  return expect.unreachable()
}
