// Throws an error that nothing catches while a thread is busy.
import { withThread } from "../../dist/internal/thread/threads.js"
import { message } from "./threads.mjs"

const failed = (error) => {
  throw error
}
withThread({
  failed,
  use: (thread) => {
    thread.give({ answered: () => {}, failed }, message)
    process.on("exit", (code) => console.log(`exit ${code}`))
    process.nextTick(() => {
      throw new Error("it has failed")
    })
  }
})
