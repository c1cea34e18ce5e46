// Throws an error that nothing catches while a thread is busy.
import { whileBusy } from "./threads.mjs"

whileBusy(() => {
  process.on("exit", (code) => console.log(`exit ${code}`))
  process.nextTick(() => {
    throw new Error("it has failed")
  })
})
