/**
 * Names the temporary files that this thread writes next to their targets. A name contains the id of the thread (for
 * the main thread, the PID), its start time, and its PID namespace. So a later process can recognize files that were
 * abandoned, and the threads of a process do not remove each other's files.
 */
import type { Writer } from "@procfsroot/vfs/FileSystem"
import { readlinkSync } from "node:fs"
import { basename } from "node:path"
import { calling } from "./errno.js"
import { startOf } from "../procStat.js"
import { randomBytes } from "../randomBytes.js"

const PREFIX = ".procfsroot-"

const pattern = /^\.procfsroot-(\d+)-(\d+)-(\d+)-[0-9a-f]+$/

/**
 * In milliseconds. A file of a process that is not visible here, because it runs on another machine or in another
 * container, counts as abandoned after this time.
 */
const AN_HOUR = 3_600_000

/**
 * Whether there is no thread with this id. `/proc` does not tell: with the option `hidepid`, it does not list the
 * processes of other users. EPERM means that there is one (`kill(2)`).
 */
const isGone = (pid: string): boolean => {
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH" // Node throws nothing else
  }
}

/** If it is not known when the thread was started, one with this id counts as the same. */
const hasEnded = (pid: string, start: string | undefined): boolean => {
  try {
    return startOf(pid) !== start
  } catch {
    return isGone(pid)
  }
}

const namespaceOf = (): string => /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0"

interface Self {
  readonly pid: number
  readonly start: string
  readonly namespace: string
}

let known: Self | undefined

/** Fails if it cannot be read: with another start, other processes would take the files for abandoned. */
const ownStart = (): string => calling(() => startOf("thread-self")) ?? "0"

const threadId = (): number => Number(basename(readlinkSync("/proc/thread-self")))

const self = (): Self => known ??= { pid: threadId(), start: ownStart(), namespace: namespaceOf() }

/** The files that this thread is writing now, in any root. */
const active = new Set<string>()

/** @internal */
export const writer: Writer = {
  begin: () => {
    const { namespace, pid, start } = self()
    const name = `${PREFIX}${pid}-${start}-${namespace}-${randomBytes(6).toString("hex")}`
    active.add(name)
    return name
  },
  end: (name) => void active.delete(name),
  isAbandoned: (name, age) => {
    const [, pid, start, namespace] = pattern.exec(name) ?? []
    if (pid === undefined || active.has(name)) return false
    const own = self()
    if (namespace !== own.namespace) return age() > AN_HOUR
    return pid === String(own.pid) && start === own.start ? true : hasEnded(pid, start)
  }
}
