// Exits while a thread is busy, and changes the exit code in a listener that was added after the thread was started.
import { closeSync } from "node:fs"
import { message, whileBusy } from "./threads.mjs"

whileBusy(() => {
  process.once("exit", (code) => {
    closeSync(message.root.fd)
    process.exitCode = code + 1
  })
  process.on("exit", (code) => console.log(`exit ${code}`))
  process.exit(3)
})
