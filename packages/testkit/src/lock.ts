/** Lock files, which only one test process on this machine can hold at a time. */
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"

/** Whether the process that holds the lock no longer exists, or the file is not a lock. */
const isStale = (file: string): boolean => {
  try {
    const pid = Number(readFileSync(file, "utf8"))
    // 0 stands for the own group.
    if (!(pid > 0)) return true
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH"
  }
}

/** The lock gets its name when it is complete, since this process can be killed at any time. */
const isTaken = (file: string): boolean => {
  const own = `${file}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, file)
    return false
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return true
    throw error
  } finally {
    rmSync(own)
  }
}

/** Waits for the lock, and holds it until it is disposed of. */
export const locked = async (file: string): Promise<Disposable> => {
  while (isTaken(file)) {
    if (!isStale(file)) {
      await sleep(20)
      continue
    }
    // Only one process removes it, and looks again before that: another one can have replaced it by its own.
    using _ = await locked(`${file}.stale`)
    if (isStale(file)) rmSync(file, { force: true })
  }
  return { [Symbol.dispose]: () => rmSync(file) }
}
