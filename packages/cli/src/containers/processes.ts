/** Reads the processes in procfs, and groups those that see the same files. */
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs"
import { inWords, Unusable } from "../failure.js"
import { type Claim, claims } from "./cgroup.js"
import { decoded, mountsIn } from "../mountinfo.js"
import { errnoOf } from "./errno.js"

/** The value of something that could not be read. */
type Unreadable = "unreadable"

export interface Process {
  /** The number of a thread if the first thread, whose number is the PID, has ended: only the others have files. */
  readonly pid: number
  /** The first thread, if it has ended before others. */
  readonly ended?: Pick<Process, "pid" | "startTime">
  /** 0 if the parent is outside the PID namespace of the reader. */
  readonly parent: number
  /** In ticks since the machine started. A later process with the same PID has another start time. */
  readonly startTime: number
  /**
   * The first 15 bytes of the name of the program. `cmdline` has more, but reading it reads the memory of the process,
   * which can be a file on a FUSE file system that never answers.
   */
  readonly command: string
  /** The mount namespace, as `mnt:[<inode>]`. */
  readonly mounts: string | Unreadable
  /** The target of `/proc/<pid>/root`: `/`, unless `chroot` has changed it. */
  readonly root: string | Unreadable
}

/** Whether it is known which files the process sees. */
export const isReadable = ({ mounts, root }: Process): boolean => mounts !== "unreadable" && root !== "unreadable"

/** What is only read for the first process of a group. */
interface Details {
  /** The effective user id. */
  readonly uid: number | Unreadable
  readonly pidNamespace: string | Unreadable
  readonly claims: ReadonlyArray<Claim>
}

/** Processes with the same mount namespace and the same root. */
export interface Group {
  readonly init: Process
  readonly details: Details
  readonly members: ReadonlyMap<number, Process>
}

/** Larger than every procfs file that is read here, except a `cgroup` file with many long paths. */
const buffer = Buffer.alloc(1 << 16)

/**
 * Reads a file of procfs, which has size 0 and returns one part per read. Returns `undefined` if the process has ended.
 */
const read = (path: string): string | Unreadable | undefined => {
  try {
    const file = openSync(path, "r")
    try {
      let length = 0
      while (length < buffer.length) {
        const count = readSync(file, buffer, length, buffer.length - length, null)
        if (count === 0) break
        length += count
      }
      return buffer.toString("latin1", 0, length)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return missing(error)
  }
}

/** Reads a link of procfs. Returns `undefined` if the process has ended. */
export const link = (path: string): string | Unreadable | undefined => {
  try {
    return readlinkSync(path, "latin1")
  } catch (error) {
    return missing(error)
  }
}

/** The files of a process that has ended do not exist (ENOENT), and those that were opened before fail with ESRCH. */
const missing = (error: unknown): Unreadable | undefined =>
  ["ENOENT", "ESRCH"].includes(errnoOf(error)) ? undefined : "unreadable"

interface Stat {
  readonly parent: number
  readonly startTime: number
  readonly command: string
  /** Whether it runs a program. A zombie has no root any more, and a kernel thread runs no program. */
  readonly runs: boolean
  readonly threads: number
}

/** `PF_KTHREAD` in the kernel's `include/linux/sched.h`. */
const KERNEL_THREAD = 0x00200000

/**
 * Parses the text of `/proc/<pid>/stat`. The second field is the name of the program in parentheses, which can itself
 * contain parentheses, spaces and newlines (`proc_pid_stat(5)`).
 */
export const parseStat = (text: string): Stat | undefined => {
  const end = text.lastIndexOf(")")
  const fields = text.slice(end + 2).split(" ")
  const [state = "", parent] = fields
  const [flags, startTime] = [Number(fields[6]), Number(fields[19])]
  if (end < 0 || !Number.isSafeInteger(startTime)) return undefined
  return {
    parent: Number(parent),
    startTime,
    command: decoded(text.slice(text.indexOf("(") + 1, end)),
    runs: !"ZX".includes(state) && (flags & KERNEL_THREAD) === 0,
    threads: Number(fields[17])
  }
}

/** What `stat` of a process says, from its directory in procfs. `undefined` if it cannot be read. */
const statOf = (directory: string): Stat | undefined => {
  const text = read(`${directory}/stat`)
  return text === undefined || text === "unreadable" ? undefined : parseStat(text)
}

const filesAt = (proc: string, name: string, { command, parent, startTime }: Stat): Process | undefined => {
  const directory = `${proc}/${name}`
  const mounts = link(`${directory}/ns/mnt`)
  const root = link(`${directory}/root`)
  if (mounts === undefined || root === undefined) return undefined
  return { pid: Number(name), parent, startTime, command, mounts, root: root === "/" ? root : decoded(root) }
}

const threadsOf = (directory: string): ReadonlyArray<string> | Unreadable => {
  try {
    return readdirSync(directory)
  } catch (error) {
    return missing(error) ?? []
  }
}

/** Finds a thread that still runs. Every thread has a directory in procfs, although only processes are listed there. */
const threadAt = (proc: string, name: string, { command, parent, startTime }: Stat): Process | undefined => {
  const threads = threadsOf(`${proc}/${name}/task`)
  if (threads === "unreadable") return { pid: Number(name), parent, startTime, command, mounts: threads, root: threads }
  for (const thread of threads) {
    const stat = statOf(`${proc}/${thread}`)
    const found = stat?.runs === true ? filesAt(proc, thread, stat) : undefined
    if (found !== undefined) return { ...found, ended: { pid: Number(name), startTime } }
  }
  return undefined
}

const processAt = (proc: string, name: string): Process | undefined => {
  const stat = statOf(`${proc}/${name}`)
  if (stat === undefined) return undefined
  if (stat.runs) return filesAt(proc, name, stat)
  return stat.threads > 1 ? threadAt(proc, name, stat) : undefined
}

/** The errors where no procfs is mounted. */
const UNMOUNTED = ["ENOENT", "ENOTDIR", "ENOTSUP"]

const unlisted = (proc: string, code: string): Unusable =>
  new Unusable(
    UNMOUNTED.includes(code)
      ? `The processes in ${quote(proc)} cannot be listed; procfs must be mounted there (${code}).`
      : `The processes in ${quote(proc)} cannot be listed: ${inWords(code)}.`
  )

const namesIn = (proc: string): ReadonlyArray<string> => {
  try {
    return readdirSync(proc)
  } catch (error) {
    throw unlisted(proc, errnoOf(error))
  }
}

/** How many processes are read before timers get a turn. */
const TURN = 512

/** Reads the processes in procfs that run a program. A process that ends meanwhile can be among them or not. */
export const readProcesses = async (proc: string, signal?: AbortSignal): Promise<ReadonlyArray<Process>> => {
  const names = namesIn(proc).filter((name) => /^[1-9]\d{0,9}$/.test(name))
  const processes: Array<Process> = []
  for (const [i, name] of names.entries()) {
    if (i % TURN === TURN - 1) {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
    }
    const process = processAt(proc, name)
    if (process !== undefined) processes.push(process)
  }
  // A procfs shows at least this process.
  if (processes.length === 0) throw unlisted(proc, "ENOTSUP")
  return processes
}

const cgroupOf = (directory: string): ReadonlyArray<Claim> => {
  const text = read(`${directory}/cgroup`)
  return text === undefined || text === "unreadable" ? [] : claims(decoded(text))
}

/**
 * The group of a process. If its root cannot be read, its cgroup is used instead, which everyone can read. Processes
 * without a known container are one group.
 */
const keyOf = (proc: string, process: Process): string => {
  if (isReadable(process)) return `${process.mounts} ${process.root}`
  const [claim] = cgroupOf(`${proc}/${process.pid}`)
  return claim === undefined ? "" : JSON.stringify(claim)
}

/** `NSpid` contains the PID of the process in each PID namespace, the innermost last (`proc_pid_status(5)`). */
const isInit = (status: string | undefined): boolean => /^NSpid:.*\t1$/m.test(status ?? "")

/**
 * The members, the most likely first process first: those whose parent is in another group, beginning with the first
 * process of a PID namespace, in the order of their start. The order of the PIDs would be another one: after the highest
 * PID come the low ones again.
 */
const candidates = (proc: string, members: ReadonlyMap<number, Process>): ReadonlyArray<Process> => {
  const all = Array.from(members.values())
  const entered = all.filter(({ parent }) => !members.has(parent))
  const rest = all.filter(({ parent }) => members.has(parent))
  if (entered.length === 1) return [...entered, ...rest]
  const inits = new Set(entered.filter(({ pid }) => isInit(read(`${proc}/${pid}/status`))))
  const sorted = entered.toSorted((a, b) =>
    Number(inits.has(b)) - Number(inits.has(a)) || a.startTime - b.startTime || a.pid - b.pid
  )
  return [...sorted, ...rest]
}

/**
 * Returns `undefined` if the process has ended, because some of this could be from a later process with the same PID.
 */
const detailsOf = (proc: string, { pid, startTime }: Process): Details | undefined => {
  const directory = `${proc}/${pid}`
  const status = read(`${directory}/status`)
  const uid = /^Uid:\t\d+\t(\d+)\t/m.exec(status ?? "")?.[1]
  const pidNamespace = link(`${directory}/ns/pid`)
  const claims = cgroupOf(directory)
  if (statOf(directory)?.startTime !== startTime) return undefined
  return { uid: uid === undefined ? "unreadable" : Number(uid), pidNamespace: pidNamespace ?? "unreadable", claims }
}

const groupOf = (proc: string, members: ReadonlyMap<number, Process>): Group | undefined => {
  for (const init of candidates(proc, members)) {
    const details = detailsOf(proc, init)
    if (details !== undefined) return { init, details, members }
  }
  return undefined
}

/** Groups the processes. A group whose processes have all ended meanwhile is left out. */
export const group = (proc: string, processes: ReadonlyArray<Process>): ReadonlyArray<Group> => {
  const groups = new Map<string, Map<number, Process>>()
  for (const process of processes) {
    const key = keyOf(proc, process)
    const members = groups.get(key) ?? new Map<number, Process>()
    groups.set(key, members.set(process.pid, process))
  }
  return Array.from(groups.values()).flatMap((members) => groupOf(proc, members) ?? [])
}

/** The directory that is mounted as the root of a process, with its device. Missing if it cannot be read. */
export const rootMountIn = async (process: string): Promise<string | undefined> => {
  try {
    for await (const { device, point, root } of mountsIn(`${process}/mountinfo`)) {
      if (point === "/") return `${device} ${root}`
    }
  } catch (error) {
    errnoOf(error)
  }
  return undefined
}
