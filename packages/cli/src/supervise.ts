/**
 * Makes `--timeout` work with file systems that never respond. A system call that waits for one cannot be interrupted,
 * not even by SIGKILL, and blocks the whole process. So a command with a time limit runs in a child process. The parent
 * only waits, kills the child when the time is up, and does not wait for its end.
 *
 * A child that cannot end keeps the standard streams open. A program that reads its output from a pipe to the end has
 * to wait for it.
 */
import type { ChildProcess } from "node:child_process"
import { fileURLToPath } from "node:url"
import { codeOf, Unusable } from "./failure.js"
import { signals } from "./interrupt.js"
import { millisecondsOf, tooLong } from "./timeout.js"

/** Tells the child the PID of its parent. In any other process that inherits it, it has no effect. */
const VARIABLE = "PROCFSROOT_SUPERVISOR"

const parent = process.env[VARIABLE]
const isChild = parent === String(process.ppid) && process.connected

/** Its parent was killed while it was starting. Another process that inherits the variable has no channel. */
const isOrphan = parent !== undefined && process.send !== undefined && !isChild
delete process.env[VARIABLE]

/** What the child tells its parent when its time starts, which is a while after it was made on a busy machine. */
const STARTED = "started"

/** How many milliseconds the child can take to end by itself. */
const GRACE = 1_000

/** The same for its time limit, when it has to say what it has done, which takes a while on a busy machine. */
const GRACE_OF_LIMIT = 2_000

/** How the child ended: by itself or by a signal, or `late` if it did not end. */
type End = { readonly status: number } | { readonly signal: NodeJS.Signals } | "late"

/** Without its parent, nobody waits for the child. It ends as after SIGTERM, so that a copy cleans up. */
const endOrphan = (): void => {
  process.kill(process.pid, "SIGTERM")
}

/** In the child: returns the words of the command line with their bytes, which Node cannot pass as arguments. */
export const wordsOfParent = async (): Promise<ReadonlyArray<string> | undefined> => {
  if (isOrphan) endOrphan()
  if (!isChild) return undefined
  process.once("disconnect", endOrphan)
  const words = await new Promise((resolve) => process.once("message", resolve))
  process.send?.(STARTED)
  process.channel?.unref()
  return words as ReadonlyArray<string> // the parent sends only this
}

/**
 * In the child: tells the parent that everything is written. The child could still be unable to end, if one of its
 * threads hangs.
 */
export const tellParent = (): void => {
  if (!isChild || !process.connected) return
  process.removeAllListeners("disconnect")
  process.send?.(process.exitCode ?? 0, () => process.exit())
}

const notStarted = (error: Error): Unusable => new Unusable(`The command cannot be started: ${error.message}.`)

const start = async (): Promise<ChildProcess> => {
  const { fork } = await import("node:child_process")
  try {
    return fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
      stdio: "inherit",
      env: { ...process.env, [VARIABLE]: String(process.pid) }
    })
  } catch (error) {
    // Node reports EAGAIN and EMFILE by an event, and throws ENOMEM, or that its permission model forbids it.
    throw error instanceof Error && codeOf(error) !== undefined ? notStarted(error) : error
  }
}

const endOf = async (words: ReadonlyArray<string>, timeout: number): Promise<End> => {
  const child = await start()
  /** If no process was made, Node would send the signal to the group of this one. */
  const kill = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined) child.kill(signal)
  }
  const timers: Array<NodeJS.Timeout> = []
  let received: NodeJS.Signals | undefined
  try {
    return await new Promise<End>((resolve, reject) => {
      const endIn = (milliseconds: number, end: End) => {
        const timer = setTimeout(() => resolve(end), milliseconds)
        timers.push(timer)
        return timer
      }
      const limit = () => endIn(millisecondsOf(timeout) + GRACE_OF_LIMIT, "late")
      for (const signal of signals) {
        process.on(signal, () => {
          received = signal
          // A terminal sends SIGINT to both processes, and the child counts both signals as one.
          kill("SIGTERM")
          endIn(GRACE, { signal })
        })
      }
      child.once("error", (error) => reject(notStarted(error)))
      child.once(
        "exit",
        (status, signal) => resolve(signal === null ? { status: status ?? 1 } : { signal: received ?? signal })
      )
      const untilStarted = limit()
      child.on("message", (message) => {
        if (message === STARTED) {
          clearTimeout(untilStarted)
          limit()
        } else {
          endIn(GRACE, { status: Number(message) })
        }
      })
      // Without a process, there may be no channel either. The error follows.
      if (child.pid !== undefined) child.send(words, () => {})
    })
  } finally {
    for (const timer of timers) clearTimeout(timer)
    for (const signal of signals) process.removeAllListeners(signal)
    kill("SIGKILL")
    child.unref()
    if (child.connected) child.disconnect()
  }
}

/** Whether the command has to be run by `supervise`. */
export const needsParent = (timeout: unknown): timeout is number => typeof timeout === "number" && !isChild

/** Runs the command in a child process, and ends the same way as the child. */
export const supervise = async (words: ReadonlyArray<string>, timeout: number): Promise<void> => {
  const end = await endOf(words, timeout)
  if (end === "late") {
    throw new Unusable(
      `${tooLong(timeout)}, and does not end: a file system or the reader of the output may not be responding.`
    )
  }
  if ("status" in end) process.exitCode = end.status
  else process.kill(process.pid, end.signal)
}
