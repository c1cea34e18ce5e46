/**
 * Checks for the procfs that every root needs.
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
import { isDeno } from "./runtime.js"
import { unavailable } from "./unavailable.js"

const FORBIDDEN =
  "Node's permission model forbids reading /proc, which every root needs: allow it with --allow-fs-read=/proc/*"

const ALL_OF_DENO =
  "Deno allows reading /proc only with all permissions: run it with --allow-all, and without --deny options"

const ALLOW = "but every root needs it: let the sandbox allow this system call"

const isProcfs = (path: string): boolean => {
  try {
    return leadsToProcfs(path)
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException // `node:fs` throws nothing else
    if (isDeno && name === "NotCapable") throw unavailable("ENOTSUP", ALL_OF_DENO)
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

const trouble = (): string | undefined => {
  if (isProcfs(SELF_FD)) {
    if (showsDescriptors()) return undefined
  } else if (!isProcfs("/proc")) {
    return "no procfs is mounted at /proc, but every root needs one: mount it"
  }
  return "the procfs at /proc does not show this process, for example because it belongs to another PID namespace: " +
    "mount the procfs of this namespace there"
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
