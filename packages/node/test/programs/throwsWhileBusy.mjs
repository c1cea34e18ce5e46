// Throws an error that nothing catches while a thread is busy. With an argument, the thread counts as held up.
import { withThread } from "../../dist/internal/thread/threads.js"
import { message } from "./threads.mjs"

const [, , isHeldUp] = process.argv

const failed = (error) => {
  throw error
}
withThread({
  failed,
  use: (thread) => {
    thread.give({ answered: () => {}, failed }, message)
    if (isHeldUp !== undefined) thread.reportHeldUp()
    process.on("exit", (code) => console.log(`exit ${code}`))
    process.nextTick(() => {
      throw new Error("it has failed")
    })
  }
})
