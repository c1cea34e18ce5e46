/**
 * Names the temporary files that this thread writes next to their targets. A name contains the id of the thread (for
 * the main thread, the PID), its start time, its PID and time namespaces, and the boot of its machine. So a later process
 * can recognize files that were abandoned, and the threads of a process do not remove each other's files. The boot is
 * needed because the first namespaces have the same numbers on all machines, and they may share a directory. The time
 * namespace is needed because each has its own start times (`time_namespaces(7)`).
 */
import type { Writer } from "@procfsroot/vfs/FileSystem"
import { readFileSync, readlinkSync } from "node:fs"
import { basename } from "node:path"
import { isExhausted, isForbidden } from "../errnoError.js"
import { toErrno } from "./errno.js"
import { startOf } from "../procStat.js"
import { randomBytes } from "../randomBytes.js"

const PREFIX = ".procfsroot-"

const pattern = /^\.procfsroot-(\d+)-(\d+)-(\d+\.\d+)-([0-9a-f]+)-([0-9a-f]{12})[0-9a-f]{12}$/

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

/** Kernels before Linux 5.6 have no time namespaces. */
const namespaceOf = (kind: "pid" | "time"): string => {
  try {
    return /\d+/.exec(readlinkSync(`/proc/self/ns/${kind}`))?.[0] ?? "0"
  } catch (error) {
    if (kind === "time" && (error as NodeJS.ErrnoException).code === "ENOENT") return "0" // Node throws nothing else
    throw error
  }
}

/** Random, and different after each start of the machine (`random(4)`); `undefined` if procfs does not show it. */
const bootOf = (): string | undefined => {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").replaceAll(/[^0-9a-f]/g, "") || undefined
  } catch (error) {
    if (isExhausted(error)) throw toErrno(error)
    return undefined
  }
}

interface Self {
  readonly pid: number
  readonly start: string
  /** The numbers of both namespaces. */
  readonly namespaces: string
  readonly boot: string | undefined
  /** Identifies this copy of the module: a thread may load several, each with files that only it knows. */
  readonly copy: string
}

let known: Self | undefined

/**
 * `undefined` if it may not be read: a sandbox such as Landlock can forbid to read procfs. Fails if it cannot be read
 * for another reason, since with another start, other processes would take the files for abandoned.
 */
const ownStart = (): string | undefined => {
  try {
    return startOf("thread-self")
  } catch (error) {
    if (isForbidden(error)) return undefined
    throw toErrno(error)
  }
}

const threadId = (): number => Number(basename(readlinkSync("/proc/thread-self")))

const make = (): Self => {
  const start = ownStart()
  return {
    pid: threadId(),
    start: start ?? "0",
    namespaces: `${namespaceOf("pid")}.${namespaceOf("time")}`,
    // Without a start, nobody can find out whether this thread has ended, as if it were on another machine.
    boot: start === undefined ? undefined : bootOf(),
    copy: randomBytes(6).toString("hex")
  }
}

const self = (): Self => known ??= make()

/** The files that this copy of the module is writing now, in any root. */
const active = new Set<string>()

/** @internal */
export const writer: Writer = {
  begin: () => {
    const { boot = "0", copy, namespaces, pid, start } = self()
    const name = `${PREFIX}${pid}-${start}-${namespaces}-${boot}-${copy}${randomBytes(6).toString("hex")}`
    active.add(name)
    return name
  },
  end: (name) => void active.delete(name),
  isAbandoned: (name, age) => {
    const [, pid, start, namespaces, boot, copy] = pattern.exec(name) ?? []
    if (pid === undefined || active.has(name)) return false
    const own = self()
    if (copy === own.copy) return true
    return boot === own.boot && namespaces === own.namespaces ? hasEnded(pid, start) : age() > AN_HOUR
  }
}
