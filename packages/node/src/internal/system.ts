/**
 * Checks for what every root needs: Node's own `node:fs`, and a procfs.
 *
 * All other modules rely on `/proc` being a procfs that shows this process its own descriptors. Another file system may
 * be mounted there, or the procfs of another PID namespace (`proc(5)`, `pid_namespaces(7)`): paths through it would
 * lead nowhere, or to another process's files.
 */
import { closeSync, openSync, statSync } from "node:fs"
import { descriptorPath, O_DIRECTORY, O_PATH, SELF_FD } from "./constants.js"
import { isExhausted, isRefusal } from "./errnoError.js"
import { isProcfs as leadsToProcfs } from "./procfs/lookupCalls.js"
import { isSame, stat } from "./fileSystem/identity.js"
import { unavailable } from "./unavailable.js"

const FORBIDDEN =
  "Node's permission model forbids reading /proc, and it cannot do without: allow it with --allow-fs-read=/proc/*"

const ALLOW = "and it cannot do without: a sandbox must allow this system call"

const isProcfs = (path: string): boolean => {
  try {
    return leadsToProcfs(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
    if (code === "ERR_ACCESS_DENIED") throw unavailable("ENOTSUP", FORBIDDEN)
    if (isRefusal(error)) throw unavailable("ENOTSUP", `statfs(2) of ${path} fails with ${code}, ${ALLOW}`)
    if (isExhausted(error)) throw error
    return false
  }
}

/** Whether procfs shows a descriptor that was just opened. */
const showsDescriptors = (): boolean => {
  let fd: number | undefined
  try {
    fd = openSync(SELF_FD, O_PATH | O_DIRECTORY)
    return isSame(statSync(descriptorPath(fd), { bigint: true }), stat(fd))
  } catch (error) {
    if (isExhausted(error)) throw error
    return false
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/**
 * Why a runtime cannot be used. Deno has its own `node:fs`, which accepts only descriptors that it has opened itself:
 * others, such as those that `openat2` opens, fail with EBADF. Its `unlink` also removes empty directories.
 * `Deno.dlopen` cannot replace it: errno can be read after a call on the same thread, but not after a call on the
 * thread pool, because each thread has its own errno.
 *
 * @internal
 */
export const runtimeTrouble = (versions: Readonly<Record<string, string | undefined>>): string | undefined =>
  versions["deno"] === undefined
    ? undefined
    : "Deno does not use descriptors as Node does, which is what it is made of: run it in Node or Bun"

const trouble = (): string | undefined => {
  const runtime = runtimeTrouble(process.versions)
  if (runtime !== undefined) return runtime
  if (isProcfs(SELF_FD)) {
    if (showsDescriptors()) return undefined
  } else if (!isProcfs("/proc")) {
    return "no procfs is mounted at /proc, and it cannot do without: mount one"
  }
  return "the procfs at /proc does not show this process, as that of another PID namespace: mount this one's own there"
}

/**
 * Throws `Unavailable` if one of them is missing or may not be read, and the error of `node:fs` if no descriptor or
 * memory is free for the check.
 *
 * @internal
 */
export const checkSystem = (): void => {
  const reason = trouble()
  if (reason !== undefined) throw unavailable("ENOTSUP", reason)
}
