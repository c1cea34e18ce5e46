/** Checks that a test run that hangs ends, and says what hung. */
import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { temporary } from "../src/temporary.js"

const program = fileURLToPath(new URL("../runWatched.mjs", import.meta.url))

/** The shell script stands for Vitest, those that it starts for its workers, and what these wait for is below them. */
const run = async (script: string): Promise<{ status: number; output: string; errors: string }> => {
  using place = temporary()
  const running = spawn(process.execPath, [program, "2", `${place.path}/log`, "sh", "-c", script], {
    cwd: place.path,
    stdio: ["ignore", "pipe", "pipe"]
  })
  const ended = new Promise<number>((resolve) => running.once("close", (status) => resolve(status ?? -1)))
  const [status, output, errors] = await Promise.all([ended, text(running.stdout), text(running.stderr)])
  return { status, output, errors }
}

const attempts = (errors: string) => errors.match(/^Nothing has ended for 2 s\./gm)?.length ?? 0

it("ends what a worker waits for, and goes on", async () => {
  const { errors, output, status } = await run("sh -c 'sleep 61; echo worker'; echo next; exit 3")
  expect(output).toBe("worker\nnext\n")
  expect(status).toBe(3)
  expect(attempts(errors)).toBe(1)
  expect(errors).toMatch(/^ {4}\d+ sleep 61 \(1 × S hrtimer_nanosleep\)$/m)
}, 30_000)

it("ends a worker that goes on waiting, and then the command", async () => {
  const { errors, output, status } = await run("sh -c 'sleep 62; sleep 63; echo worker'; echo next; sleep 64")
  expect(output).toBe("next\n")
  expect(status).toBe(1)
  expect(attempts(errors)).toBe(3)
}, 30_000)

it("lets a command run that writes to its file", async () => {
  const { errors, output, status } = await run("for i in 1 2 3 4; do sleep 1; echo $i > log; done; echo done")
  expect({ errors, output, status }).toEqual({ errors: "", output: "done\n", status: 0 })
}, 30_000)
