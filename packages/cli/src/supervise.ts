/**
 * `--timeout` against file systems that never answer. A system call that waits for one cannot be ended, not even by
 * SIGKILL, and holds up the whole process: so a command with a limit of time runs in a child process. The parent only
 * waits, ends the child when the time is over, and does not wait for its end.
 *
 * A child that cannot end keeps the standard streams open. A program that reads a pipe to its end waits for it.
 */
import { fileURLToPath } from "node:url"
import { Unusable } from "./failure.js"
import { millisecondsOf, tooLong } from "./timeout.js"

/** For the child: the PID of its parent. For any other process that inherits it, it has no meaning. */
const VARIABLE = "PROCFSROOT_SUPERVISOR"

const isChild = process.env[VARIABLE] === String(process.ppid) && process.connected
delete process.env[VARIABLE]

/** How long the child may take to end by itself, in milliseconds. */
const GRACE = 1_000

/** Not SIGHUP, which `nohup` has switched off. Without this parent, the child ends as well. */
const signals = ["SIGINT", "SIGTERM"] as const

/** How it ended: by itself, or by a signal; `late` if it had to be given up. */
type End = { readonly status: number } | { readonly signal: NodeJS.Signals } | "late"

/** In the child: the words of the command line with their bytes, which Node cannot pass as arguments. */
export const wordsOfParent = async (): Promise<ReadonlyArray<string> | undefined> => {
  if (!isChild) return undefined
  // Without a parent nobody waits for this. It ends as after SIGTERM, so that a copy cleans up.
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"))
  const words = await new Promise((resolve) => process.once("message", resolve))
  process.channel?.unref()
  return words as ReadonlyArray<string> // the parent sends nothing else
}

/** In the child: all is written. The process may still not be able to end, if a thread of it hangs. */
export const tellParent = (): void => {
  if (!isChild || !process.connected) return
  process.removeAllListeners("disconnect")
  process.send?.(process.exitCode ?? 0, () => process.exit())
}

const endOf = async (words: ReadonlyArray<string>, timeout: number): Promise<End> => {
  const { fork } = await import("node:child_process")
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    stdio: "inherit",
    env: { ...process.env, [VARIABLE]: String(process.pid) }
  })
  const timers: Array<NodeJS.Timeout> = []
  let received: NodeJS.Signals | undefined
  try {
    return await new Promise<End>((resolve, reject) => {
      const endIn = (milliseconds: number, end: End) => timers.push(setTimeout(() => resolve(end), milliseconds))
      for (const signal of signals) {
        process.on(signal, () => {
          received = signal
          // A terminal sends SIGINT to both. The child must not take it for two.
          child.kill("SIGTERM")
          endIn(GRACE, { signal })
        })
      }
      child.once("error", (error) => reject(new Unusable(`The command cannot be started: ${error.message}.`)))
      child.once(
        "exit",
        (status, signal) => resolve(signal === null ? { status: status ?? 1 } : { signal: received ?? signal })
      )
      child.once("message", (status) => endIn(GRACE, { status: Number(status) }))
      child.send(words, () => {})
      endIn(millisecondsOf(timeout) + GRACE, "late")
    })
  } finally {
    for (const timer of timers) clearTimeout(timer)
    for (const signal of signals) process.removeAllListeners(signal)
    child.kill("SIGKILL")
    child.unref()
    if (child.connected) child.disconnect()
  }
}

/** Whether the command must be run by `supervise`. */
export const needsParent = (timeout: unknown): timeout is number => typeof timeout === "number" && !isChild

/** Runs the command in a child process, and ends as it does. */
export const supervise = async (words: ReadonlyArray<string>, timeout: number): Promise<void> => {
  const end = await endOf(words, timeout)
  if (end === "late") throw new Unusable(`${tooLong(timeout)}, and does not end: a file system may not be responding.`)
  if ("status" in end) process.exitCode = end.status
  else process.kill(process.pid, end.signal)
}
