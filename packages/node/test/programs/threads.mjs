// Asks threads for paths.
import { openSync } from "node:fs"
import { withThread } from "../../dist/internal/thread/threads.js"

const root = openSync("/", "r")

/** A message that asks for one path. */
export const message = { root: { id: 1, fd: root, native: "none" }, tasks: ["/"], policies: [undefined] }

/** Asks a thread for a path. Resolves to "answered", or to the code of the error. */
export const asked = () =>
  new Promise((resolve) => {
    const failed = ({ code }) => resolve(code)
    withThread({
      isSlow: () => false,
      failed,
      use: (thread) => thread.give({ answered: ({ last }) => last && resolve("answered"), failed }, message)
    })
  })

/** Gives a thread something to do, and calls `then` before it has an answer. */
export const whileBusy = (then) => {
  const failed = (error) => {
    throw error
  }
  withThread({
    isSlow: () => false,
    failed,
    use: (thread) => {
      thread.give({ answered: () => {}, failed }, message)
      then()
    }
  })
}
