// Asks for a thread as a user who may not start any more. Prints why there is none.
import { execFileSync } from "node:child_process"
import { withThread } from "../../dist/internal/thread/threads.js"

execFileSync("prlimit", ["--pid", String(process.pid), "--nproc=1:1"])
// The limit does not apply to root.
if (process.getuid() === 0) {
  process.setgid(65_534)
  process.setuid(65_534)
}
withThread({
  isSlow: () => false,
  use: () => console.log("started"),
  failed: ({ code, syscall }) => console.log(code, syscall)
})
