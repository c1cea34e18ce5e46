// Exits while a thread is busy, and changes the exit code in a listener that was added after the thread was started.
import { closeSync } from "node:fs"
import { withThread } from "../../dist/internal/thread/threads.js"
import { message } from "./threads.mjs"

const failed = (error) => {
  throw error
}
withThread({
  failed,
  use: (thread) => {
    thread.give({ answered: () => {}, failed }, message)
    process.once("exit", (code) => {
      closeSync(message.root.fd)
      process.exitCode = code + 1
    })
    process.on("exit", (code) => console.log(`exit ${code}`))
    process.exit(3)
  }
})
