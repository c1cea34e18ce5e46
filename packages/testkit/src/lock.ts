/** Files that one process at a time may hold, of all that run tests on this machine. */
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"

/** A holder that was killed holds no more. */
const isStale = (file: string): boolean => {
  try {
    process.kill(Number(readFileSync(file, "utf8")), 0)
    return false
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH"
  }
}

const isTaken = (file: string): boolean => {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" })
    return false
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return true
    throw error
  }
}

/** Holds a file until disposed of; waits for the process that holds it. */
export const locked = async (file: string): Promise<Disposable> => {
  while (isTaken(file)) {
    if (isStale(file)) rmSync(file, { force: true })
    else await sleep(20)
  }
  return { [Symbol.dispose]: () => rmSync(file) }
}
