/**
 * Loads the program of a thread. If a module cannot be read, for lack of descriptors, the thread ends only after it has
 * read the others: Node would leave them open.
 */
import("./worker.js").catch((error: unknown) => {
  process.once("beforeExit", () => {
    throw error
  })
})
