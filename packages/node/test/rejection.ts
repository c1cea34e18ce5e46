/** The reason for which a promise is rejected. */
import { expect } from "vitest"

export const rejection = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(() => expect.unreachable(), (error: unknown) => error as Error) // the tests check it
