/** Standard output and standard error at the end of the process. */
import { fstatSync, openSync } from "node:fs"
import { isMainThread } from "node:worker_threads"

const isClosed = (fd: number): boolean => {
  try {
    fstatSync(fd)
    return false
  } catch {
    return true
  }
}

const reopen = (): void => {
  try {
    // The kernel gives each file the lowest free number. Standard input can be closed as well.
    for (let opened = -1; opened < 2 && (isClosed(1) || isClosed(2));) opened = openSync("/dev/null", "w")
  } catch {
    // Without the permission for it, or a descriptor that is left, nothing can be done.
  }
}

let areKept = false

/**
 * Opens them again when the process ends, if the program has closed them, as a daemon does. koffi calls `fsync(2)` on
 * both when the process ends. If standard error is closed, it then waits for a lock that it holds, and the process never
 * ends. What `fsync` says about `/dev/null`, it ignores.
 *
 * @internal
 */
export const keepStandardStreams = (): void => {
  if (isMainThread && !areKept) process.once("exit", reopen)
  areKept = true
}
