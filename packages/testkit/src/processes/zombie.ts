/** Creates zombies: processes that have ended, but whose parent has not waited for them. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { Readable, Writable } from "node:stream"

/**
 * A zombie, whose parent has executed a program that does not wait for children. The zombie has the name of `shell`.
 */
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
