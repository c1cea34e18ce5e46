/** Processes that have ended and that nobody has waited for. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { Readable, Writable } from "node:stream"

/** A process that has ended, of a parent that has become a program which waits for no child; `shell` gives it its name. */
export const zombie = async (shell = "sh", user: { readonly uid?: number; readonly gid?: number } = {}) => {
  const parent = spawn("sh", ["-c", `"$1" -c "read line" <&3 & echo $!; exec sleep 60`, "sh", shell], {
    stdio: ["ignore", "pipe", "ignore", "pipe"],
    ...user
  })
  const [, output, , input] = parent.stdio
  if (!(output instanceof Readable && input instanceof Writable)) throw new Error("they are pipes")
  const [line] = await once(output, "data") as [Buffer]
  const pid = Number(line.toString())
  const until = async (process: number | undefined, state: string) => {
    while (!readFileSync(`/proc/${process}/stat`, "latin1").includes(state)) {
      await new Promise((go) => setTimeout(go, 5))
    }
  }
  await until(parent.pid, "(sleep) ")
  input.end()
  await until(pid, ") Z ")
  return { pid, [Symbol.dispose]: () => void parent.kill("SIGKILL") }
}
