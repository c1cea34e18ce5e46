// Exits while a thread is busy, and changes the exit code in a listener that was added after the thread was started.
import { closeSync, openSync } from "node:fs"
import { withThread } from "../../dist/internal/thread/threads.js"

const root = openSync("/", "r")
const failed = (error) => {
  throw error
}
withThread({
  failed,
  use: (thread) => {
    thread.give({ answered: () => {}, failed }, {
      root: { id: 1, fd: root, native: "none" },
      tasks: ["/"],
      policies: [undefined]
    })
    process.once("exit", (code) => {
      closeSync(root)
      process.exitCode = code + 1
    })
    process.on("exit", (code) => console.log(`exit ${code}`))
    process.exit(3)
  }
})
